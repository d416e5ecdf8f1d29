//! Reads arbitrary bytes as a JSON body, and what it holds as a function's arguments.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portreeve_wire::Params;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
struct Arguments {
    email: String,
    quota: Option<u32>,
    #[serde(default)]
    skip: bool,
    #[serde(default)]
    ip: Vec<String>,
}

fuzz_target!(|body: &[u8]| {
    let mut params = Params::default();
    if params.add_json(body).is_err() {
        return;
    }
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else {
        panic!("what is no object gave parameters");
    };
    for (name, value) in &members {
        match value {
            Value::String(text) => assert_eq!(params.get(name), Some(text.as_str())),
            Value::Bool(flag) => assert_eq!(params.get(name), Some(if *flag { "1" } else { "0" })),
            Value::Null => assert_eq!(params.get(name), None),
            _ => {}
        }
    }
    for name in params.names() {
        assert!(members.contains_key(name), "{name} came from nowhere");
    }
    for decoded in [params.decode::<Arguments>(), params.decode_by_place::<Arguments>()] {
        match decoded {
            Ok(arguments) => check(&arguments, &params),
            Err(why) => assert!(why.to_string().contains("argument"), "{why}"),
        }
    }
});

/// Nothing is an argument that was not sent.
fn check(arguments: &Arguments, params: &Params) {
    let sent: Vec<&str> = params.names().flat_map(|name| params.values(name)).collect();
    assert!(sent.contains(&arguments.email.as_str()), "{arguments:?}");
    assert!(arguments.ip.iter().all(|ip| sent.contains(&ip.as_str())), "{arguments:?}");
    if let Some(quota) = arguments.quota {
        assert!(sent.iter().any(|text| text.trim().parse() == Ok(quota)), "{arguments:?}");
    }
    assert!(!arguments.skip || sent.contains(&"1"), "{arguments:?}");
}
