//! What holds of all parameters, however they came.

use proptest::collection::vec;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{ArgumentError, Params};

#[derive(Debug, PartialEq, Deserialize)]
struct Arguments {
    email: String,
    quota: Option<u32>,
    #[serde(default)]
    skip: bool,
    #[serde(default)]
    ip: Vec<String>,
}

fn of_json(value: &Value) -> Params {
    let mut params = Params::default();
    params.add_json(value.to_string().as_bytes()).unwrap();
    params
}

fn of_form(pairs: &[(String, String)]) -> Params {
    let mut params = Params::default();
    let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    params.add_urlencoded(text.as_bytes()).unwrap();
    params
}

/// Any JSON.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(("[a-z]{1,4}", inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn arguments_are_the_same_from_json_and_from_a_form(
        email in "\\PC{0,12}", quota: Option<u32>, skip: bool, ip in vec("\\PC{0,8}", 0..4),
    ) {
        let meant = Arguments { email: email.clone(), quota, skip, ip: ip.clone() };
        let json = of_json(&json!({ "email": email, "quota": quota, "skip": skip, "ip": ip }));
        prop_assert_eq!(json.decode::<Arguments>(), Ok(Arguments { ..meant }));
        let mut pairs = vec![("email".to_owned(), email.clone()), ("skip".to_owned(), u8::from(skip).to_string())];
        pairs.extend(quota.map(|quota| ("quota".to_owned(), quota.to_string())));
        pairs.extend(ip.iter().enumerate().map(|(place, ip)| (format!("ip-{place}"), ip.clone())));
        prop_assert_eq!(of_form(&pairs).decode::<Arguments>(), Ok(Arguments { email, quota, skip, ip }));
    }

    #[test]
    fn a_form_keeps_names_and_values_and_their_order(pairs in vec(("\\PC{0,6}", "\\PC{0,10}"), 0..6)) {
        let params = of_form(&pairs);
        prop_assert_eq!(params.names().collect::<Vec<_>>(), pairs.iter().map(|(name, _)| name).collect::<Vec<_>>());
        for (name, _) in &pairs {
            let all: Vec<&str> =
                pairs.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect();
            prop_assert_eq!(params.get(name), all.first().copied());
            prop_assert_eq!(params.named(name).collect::<Vec<_>>(), all);
        }
    }

    #[test]
    fn any_bytes_are_a_form_or_a_named_error(text in vec(any::<u8>(), 0..60)) {
        let mut params = Params::default();
        match params.add_urlencoded(&text) {
            Ok(()) => prop_assert!(params.names().all(|name| name.len() <= text.len() * 3)),
            Err(why) => prop_assert!(why.to_string().contains("is not UTF-8 text")),
        }
    }

    #[test]
    fn any_json_is_parameters_of_its_own_names_or_a_named_error(value in values()) {
        let mut params = Params::default();
        match (params.add_json(value.to_string().as_bytes()), &value) {
            (Ok(()), Value::Object(members)) => check(&params, members)?,
            (Err(why), other) if !other.is_object() => prop_assert!(why.to_string().contains("one object")),
            (read, _) => return Err(TestCaseError::fail(format!("{read:?} of {value}"))),
        }
        for decoded in [params.decode::<Arguments>(), params.decode_by_place::<Arguments>()] {
            match decoded {
                Ok(_) => {}
                Err(ArgumentError::Rule(why)) => return Err(TestCaseError::fail(format!("whose? {why}"))),
                Err(named) => prop_assert!(named.to_string().contains('“')),
            }
        }
    }
}

fn check(params: &Params, members: &Map<String, Value>) -> Result<(), TestCaseError> {
    prop_assert!(params.names().all(|name| members.contains_key(name)));
    for (name, value) in members {
        let count = match value {
            Value::Null => 0,
            Value::Array(items) => items.iter().filter(|item| !item.is_null()).count(),
            _ => 1,
        };
        prop_assert_eq!(params.named(name).count(), count, "{}", name);
    }
    Ok(())
}
