//! The envelopes of cPanel's older APIs, 1 and 2, and the refusals that came with them.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::format::Envelope;

/// What cPanel's own answers are called.
pub(crate) const CPANEL_RESULT: &str = "cpanelresult";

/// API 2. Data is a list, whatever the function gives. A failure has its reason twice: as `error`, and in the data
/// where clients look for a `result`; `event` says only that the call took place.
#[must_use]
pub fn api2(module: &str, function: &str, answer: &Answer) -> Envelope {
    struct Api2<'a>(&'a str, &'a str, &'a Answer);
    impl Serialize for Api2<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let Api2(module, function, answer) = self;
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry("apiversion", &2)?;
            map.serialize_entry("func", function)?;
            map.serialize_entry("module", module)?;
            match (answer.errors.first(), &answer.data) {
                (Some(error), _) => {
                    map.serialize_entry("error", error)?;
                    map.serialize_entry("data", &json!([{ "result": 0, "reason": error }]))?;
                }
                (None, Some(data)) if answer.is_list() => map.serialize_entry("data", data)?,
                (None, Some(data)) => map.serialize_entry("data", &[data])?,
                (None, None) => map.serialize_entry("data", &json!([]))?,
            }
            map.serialize_entry("event", &json!({ "result": 1 }))?;
            map.end()
        }
    }
    Envelope::named(CPANEL_RESULT, &Api2(module, function, answer))
}

/// API 2's answer for a function that it does not have.
#[must_use]
pub fn api2_unknown(module: &str, function: &str) -> Envelope {
    let error = format!("Could not find function '{function}' in module '{module}'");
    Envelope::named(
        CPANEL_RESULT,
        &json!({ "apiversion": 2, "error": error, "func": function, "module": module }),
    )
}

/// API 1. The data is one text; `apiversion` is a text too.
#[must_use]
pub fn api1(module: &str, function: &str, answer: &Answer) -> Envelope {
    let data = answer.data.as_ref().and_then(|data| serde_json::from_str(data.get()).ok());
    let text = match data {
        Some(Value::String(text)) => text,
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    match answer.errors.first() {
        None => api1_envelope(module, function, None, &text, &json!({ "result": 1 })),
        Some(error) => {
            api1_envelope(module, function, Some(error), &text, &json!({ "result": 0, "reason": error }))
        }
    }
}

/// API 1's answer for a function that it does not have.
#[must_use]
pub fn api1_unknown(module: &str, function: &str) -> Envelope {
    let reason = format!("{module}::{function}() failed: Undefined subroutine");
    api1_envelope(module, function, None, "", &json!({ "reason": reason, "result": 0 }))
}

fn api1_envelope(module: &str, function: &str, error: Option<&str>, text: &str, event: &Value) -> Envelope {
    let mut envelope = json!({
        "apiversion": "1",
        "type": "event",
        "module": module,
        "func": function,
        "source": "module",
        "data": { "result": text },
        "event": event,
    });
    if let (Some(error), Value::Object(members)) = (error, &mut envelope) {
        members.insert("error".to_owned(), error.into());
    }
    Envelope::below(CPANEL_RESULT, &envelope)
}

/// A call on behalf of an account that is missing, unknown or somebody else's: one text for all three.
#[must_use]
pub fn on_behalf_refused() -> Envelope {
    let reason = "User parameter is invalid or was not supplied";
    Envelope::below(
        CPANEL_RESULT,
        &json!({ "data": { "reason": reason, "result": "0" }, "type": "text", "error": reason }),
    )
}

/// The refusal of `/json-api` and `/xml-api`. `apiversion` and `result` are texts: deployed clients compare them so.
#[must_use]
pub fn access_denied(reason: &str) -> Envelope {
    Envelope::named(
        CPANEL_RESULT,
        &json!({
            "apiversion": "2",
            "error": reason,
            "data": { "reason": reason, "result": "0" },
            "type": "text",
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;

    fn text(envelope: Envelope, format: Format) -> String {
        String::from_utf8(envelope.into_bytes(format)).unwrap()
    }

    fn success(data: &Value) -> Answer {
        Answer::success(data, "OK".to_owned())
    }

    #[test]
    fn api_2_has_a_list_of_data_and_the_event_beside_it() {
        let listed = success(&json!([{ "email": "a@b" }]));
        assert_eq!(
            text(api2("Email", "listpops", &listed), Format::Json),
            concat!(
                r#"{"cpanelresult":{"apiversion":2,"func":"listpops","module":"Email","#,
                r#""data":[{"email":"a@b"}],"event":{"result":1}}}"#
            )
        );
        assert_eq!(
            text(api2("Email", "listpops", &listed), Format::Xml),
            concat!(
                "<?xml version=\"1.0\" ?>\n<cpanelresult><apiversion>2</apiversion><func>listpops</func>",
                "<module>Email</module><data><email>a@b</email></data><event><result>1</result></event></cpanelresult>"
            )
        );
        let single = text(api2("M", "f", &success(&json!({ "a": 1 }))), Format::Json);
        assert!(single.contains(r#""data":[{"a":1}]"#), "{single}");
    }

    #[test]
    fn a_failure_of_api_2_has_its_reason_where_clients_look_for_it() {
        let failed: Value =
            serde_json::from_str(&text(api2("M", "f", &Answer::failure("no")), Format::Json)).unwrap();
        let failed = &failed["cpanelresult"];
        assert_eq!(
            (&failed["error"], &failed["data"]),
            (&json!("no"), &json!([{ "result": 0, "reason": "no" }]))
        );
    }

    #[test]
    fn api_1_has_texts_and_an_event_that_tells_the_outcome() {
        let done = text(api1("Email", "addpop", &success(&json!("made"))), Format::Json);
        assert_eq!(
            done,
            concat!(
                r#"{"apiversion":"1","type":"event","module":"Email","func":"addpop","source":"module","#,
                r#""data":{"result":"made"},"event":{"result":1}}"#
            )
        );
        let failed = text(api1("Email", "addpop", &Answer::failure("no")), Format::Xml);
        assert!(failed.contains("<event><result>0</result><reason>no</reason></event><error>no</error>"));
        assert!(failed.contains("<data><result/></data>"), "{failed}");
    }

    #[test]
    fn the_refusal_has_texts_where_clients_compare_texts_and_is_the_same_in_xml() {
        assert_eq!(
            text(access_denied("Access denied"), Format::Json),
            concat!(
                r#"{"cpanelresult":{"apiversion":"2","error":"Access denied","#,
                r#""data":{"reason":"Access denied","result":"0"},"type":"text"}}"#
            )
        );
        assert_eq!(
            text(access_denied("a <b> & \"c\""), Format::Xml),
            concat!(
                "<?xml version=\"1.0\" ?>\n<cpanelresult><apiversion>2</apiversion>",
                "<error>a &lt;b&gt; &amp; &quot;c&quot;</error>",
                "<data><reason>a &lt;b&gt; &amp; &quot;c&quot;</reason><result>0</result></data>",
                "<type>text</type></cpanelresult>"
            )
        );
    }
}
