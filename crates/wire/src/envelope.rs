//! The envelopes of UAPI and WHM.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::cpanel::CPANEL_RESULT;
use crate::format::Envelope;

/// UAPI at `/execute`: the flat envelope.
#[must_use]
pub fn uapi(answer: &Answer) -> Envelope {
    Envelope::below("result", &Uapi(answer))
}

/// UAPI through `/json-api/cpanel`: the same envelope within `result`.
#[must_use]
pub fn uapi_wrapped(module: &str, function: &str, answer: &Answer) -> Envelope {
    struct Wrapped<'a>(&'a str, &'a str, &'a Answer);
    impl Serialize for Wrapped<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(4))?;
            map.serialize_entry("module", self.0)?;
            map.serialize_entry("func", self.1)?;
            map.serialize_entry("apiversion", &3)?;
            map.serialize_entry("result", &Uapi(self.2))?;
            map.end()
        }
    }
    Envelope::below(CPANEL_RESULT, &Wrapped(module, function, answer))
}

/// WHM API 1.
#[must_use]
pub fn whm1(command: &str, answer: &Answer) -> Envelope {
    struct Whm1<'a>(&'a str, &'a Answer);
    #[derive(Serialize)]
    struct Metadata<'a> {
        version: u8,
        reason: &'a str,
        result: u8,
        command: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        output: Option<Output<'a>>,
    }
    #[derive(Serialize)]
    struct Output<'a> {
        messages: &'a [String],
    }
    impl Serialize for Whm1<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let Whm1(command, answer) = self;
            let output =
                Some(Output { messages: &answer.messages }).filter(|output| !output.messages.is_empty());
            let result = u8::from(answer.succeeded());
            let metadata = Metadata { version: 1, reason: &answer.reason, result, command, output };
            let mut map = serializer.serialize_map(Some(2))?;
            map.serialize_entry("metadata", &metadata)?;
            match &answer.data {
                Some(data) => map.serialize_entry("data", data)?,
                None => map.serialize_entry("data", &json!({}))?,
            }
            map.end()
        }
    }
    Envelope::below("result", &Whm1(command, answer))
}

impl Answer {
    /// The answer as UAPI's flat envelope, for envelopes that hold one.
    #[must_use]
    pub fn to_uapi(&self) -> Value {
        serde_json::to_value(Uapi(self)).unwrap_or_default()
    }
}

struct Uapi<'a>(&'a Answer);

/// What UAPI says of its data: that it is a list.
#[derive(Serialize)]
struct Metadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    transformed: Option<u8>,
}

impl Serialize for Uapi<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let answer = self.0;
        // absent lists are null, never empty: clients compare `errors` with null
        fn list(texts: &[String]) -> Option<&[String]> {
            Some(texts).filter(|texts| !texts.is_empty())
        }
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("messages", &list(&answer.messages))?;
        map.serialize_entry("errors", &list(&answer.errors))?;
        map.serialize_entry("status", &u8::from(answer.succeeded()))?;
        map.serialize_entry("metadata", &Metadata { transformed: answer.is_list().then_some(1) })?;
        map.serialize_entry("data", &answer.data)?;
        map.serialize_entry("warnings", &())?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;

    fn text(envelope: Envelope) -> String {
        String::from_utf8(envelope.into_bytes(Format::Json)).unwrap()
    }

    fn accounts() -> Answer {
        Answer::success(&json!({ "acct": [{ "user": "a" }] }), "OK".to_owned())
    }

    #[test]
    fn uapi_has_every_key_and_null_for_empty_lists() {
        let answer = Answer::success(&[1, 2], "OK".to_owned());
        assert_eq!(
            text(uapi(&answer)),
            r#"{"messages":null,"errors":null,"status":1,"metadata":{"transformed":1},"data":[1,2],"warnings":null}"#
        );
        let failed = Answer::failure("No “x”.").with_message(Some("try y".to_owned()));
        assert_eq!(
            text(uapi(&failed)),
            r#"{"messages":["try y"],"errors":["No “x”."],"status":0,"metadata":{},"data":null,"warnings":null}"#
        );
    }

    #[test]
    fn the_wrapped_form_names_module_function_and_version() {
        let answer = Answer::success(&(), "OK".to_owned());
        assert!(
            text(uapi_wrapped("Email", "add_pop", &answer)).starts_with(
                r#"{"module":"Email","func":"add_pop","apiversion":3,"result":{"messages":null,"#
            )
        );
    }

    #[test]
    fn whm_1_has_metadata_and_an_empty_object_on_failure() {
        let value: Value = serde_json::from_str(&text(whm1("listaccts", &accounts()))).unwrap();
        assert_eq!(
            value["metadata"],
            json!({ "version": 1, "reason": "OK", "result": 1, "command": "listaccts" })
        );
        assert_eq!(value["data"]["acct"][0]["user"], "a");
        let value: Value = serde_json::from_str(&text(whm1("x", &Answer::failure("no")))).unwrap();
        assert_eq!((value["metadata"]["result"].as_i64(), &value["data"]), (Some(0), &json!({})));
    }
}
