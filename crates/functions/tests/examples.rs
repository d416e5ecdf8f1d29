//! Every example of every function is run: documentation that is wrong does not pass.

#[cfg(test)]
mod tests {
    use portreeve_api::{Entry, Example, Expect};
    use portreeve_functions::entries;
    use portreeve_testkit::{TestServer, context};
    use portreeve_wire::{Answer, Params};
    use serde_json::Value;

    #[tokio::test(flavor = "multi_thread")]
    async fn every_example_comes_to_what_it_says() {
        // Failures change nothing and may share a server; a success gets accounts that nobody has changed.
        let shared = TestServer::start().await;
        let mut wrong = Vec::new();
        for entry in entries() {
            for example in entry.examples {
                let result = match example.expect {
                    Expect::Error(_) => run(&shared, entry, example).await,
                    Expect::Data(_) => run(&TestServer::start().await, entry, example).await,
                };
                if let Err(why) = result {
                    wrong.push(format!("{} {}, “{}”: {why}", entry.name.api(), entry.name, example.title));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_function_shows_a_success() {
        let has_success =
            |entry: &Entry| entry.examples.iter().any(|example| matches!(example.expect, Expect::Data(_)));
        let without: Vec<_> =
            entries().filter(|entry| !has_success(entry)).map(|entry| entry.name.to_string()).collect();
        assert!(without.is_empty(), "no example of success: {without:?}");
    }

    async fn run(server: &TestServer, entry: &Entry, example: &Example) -> Result<(), String> {
        let cx = context(server.environment(), entry.name, example.user).await;
        let mut params = Params::default();
        for (name, value) in example.args {
            params.push(*name, *value);
        }
        let answer = entry.call(&cx, &params).await.unwrap_or_else(Answer::from);
        match example.expect {
            Expect::Data(expected) => {
                if !answer.succeeded() {
                    return Err(format!("it failed: {:?}", answer.errors));
                }
                let expected: Value =
                    serde_json::from_str(expected).map_err(|error| format!("its data: {error}"))?;
                let data = answer.data.as_ref().map_or("null", |data| data.get());
                let data: Value = serde_json::from_str(data).map_err(|error| error.to_string())?;
                if holds(&data, &expected) { Ok(()) } else { Err(format!("{data} does not hold {expected}")) }
            }
            Expect::Error(expected) => match answer.errors.first() {
                Some(error) if error.starts_with(expected) => Ok(()),
                other => Err(format!("{other:?} does not begin with {expected:?}")),
            },
        }
    }

    /// Whether `data` is or holds `expected`: objects may have more members, lists further items.
    fn holds(data: &Value, expected: &Value) -> bool {
        match (data, expected) {
            (Value::Object(data), Value::Object(expected)) => {
                expected.iter().all(|(name, value)| data.get(name).is_some_and(|own| holds(own, value)))
            }
            (Value::Array(data), Value::Array(expected)) => {
                expected.iter().all(|item| data.iter().any(|own| holds(own, item)))
            }
            _ => data == expected,
        }
    }

    #[test]
    fn data_holds_less_and_not_other() {
        let data = serde_json::json!({ "a": [{ "b": 1, "c": 2 }], "d": null });
        for (expected, held) in [
            (serde_json::json!({ "a": [{ "b": 1 }] }), true),
            (serde_json::json!({ "d": null }), true),
            (serde_json::json!({ "a": [{ "b": 2 }] }), false),
            (serde_json::json!({ "e": null }), false),
            (serde_json::json!([]), false),
        ] {
            assert_eq!(holds(&data, &expected), held, "{expected}");
        }
    }
}
