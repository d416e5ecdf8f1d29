//! The envelopes of each surface, as compact JSON.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use crate::answer::Answer;

/// UAPI at `/execute`: the flat envelope.
#[must_use]
pub fn uapi(answer: &Answer) -> Vec<u8> {
    to_bytes(&Uapi(answer))
}

/// UAPI through `/json-api/cpanel`: the same envelope within `result`.
#[must_use]
pub fn uapi_wrapped(module: &str, function: &str, answer: &Answer) -> Vec<u8> {
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
    to_bytes(&Wrapped(module, function, answer))
}

/// WHM API 1.
#[must_use]
pub fn whm1(command: &str, answer: &Answer) -> Vec<u8> {
    struct Whm1<'a>(&'a str, &'a Answer);
    impl Serialize for Whm1<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let Whm1(command, answer) = self;
            let mut metadata = json!({
                "version": 1,
                "reason": answer.reason,
                "result": u8::from(answer.succeeded()),
                "command": command,
            });
            if let (false, Value::Object(members)) = (answer.messages.is_empty(), &mut metadata) {
                members.insert("output".to_owned(), json!({ "messages": answer.messages }));
            }
            let mut map = serializer.serialize_map(Some(2))?;
            map.serialize_entry("metadata", &metadata)?;
            match &answer.data {
                Some(data) => map.serialize_entry("data", data)?,
                None => map.serialize_entry("data", &json!({}))?,
            }
            map.end()
        }
    }
    to_bytes(&Whm1(command, answer))
}

/// A call on behalf of an account that is missing, unknown or somebody else's: one text for all three.
#[must_use]
pub fn whm_on_behalf_refused() -> Vec<u8> {
    let reason = "User parameter is invalid or was not supplied";
    to_bytes(&json!({ "data": { "reason": reason, "result": "0" }, "type": "text", "error": reason }))
}

/// API 2's answer to a call that could not be made at all.
#[must_use]
pub fn api2_error(module: &str, function: &str, error: &str) -> Vec<u8> {
    to_bytes(
        &json!({ "cpanelresult": { "apiversion": 2, "error": error, "func": function, "module": module } }),
    )
}

/// API 1's answer for a function that it does not have. `apiversion` is a text here.
#[must_use]
pub fn api1_unknown(module: &str, function: &str) -> Vec<u8> {
    to_bytes(&json!({
        "apiversion": "1",
        "type": "event",
        "module": module,
        "func": function,
        "source": "module",
        "data": { "result": "" },
        "event": { "reason": format!("{module}::{function}() failed: Undefined subroutine"), "result": 0 },
    }))
}

/// The refusal of `/json-api`. `apiversion` and `result` are texts: deployed clients compare them so.
#[must_use]
pub fn access_denied(reason: &str) -> Vec<u8> {
    to_bytes(&json!({ "cpanelresult": {
        "apiversion": "2",
        "error": reason,
        "data": { "reason": reason, "result": "0" },
        "type": "text",
    } }))
}

/// The same refusal for `/xml-api`.
#[must_use]
pub fn access_denied_xml(reason: &str) -> Vec<u8> {
    let reason = xml_text(reason);
    format!(
        "<?xml version=\"1.0\" ?>\n<cpanelresult><apiversion>2</apiversion><error>{reason}</error>\
         <data><reason>{reason}</reason><result>0</result></data><type>text</type></cpanelresult>"
    )
    .into_bytes()
}

/// A text as XML character data; characters that XML cannot hold become U+FFFD.
fn xml_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(character),
            control if control.is_control() => escaped.push('\u{fffd}'),
            plain => escaped.push(plain),
        }
    }
    escaped
}

impl Answer {
    /// The answer as UAPI's flat envelope, for envelopes that hold one.
    #[must_use]
    pub fn to_uapi(&self) -> Value {
        serde_json::to_value(Uapi(self)).unwrap_or_default()
    }
}

struct Uapi<'a>(&'a Answer);

impl Serialize for Uapi<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let answer = self.0;
        // absent lists are null, never empty: clients compare `errors` with null
        let list = |texts: &'_ [String]| if texts.is_empty() { None } else { Some(texts.to_vec()) };
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("messages", &list(&answer.messages))?;
        map.serialize_entry("errors", &list(&answer.errors))?;
        map.serialize_entry("status", &u8::from(answer.succeeded()))?;
        map.serialize_entry(
            "metadata",
            &if answer.is_list() { json!({ "transformed": 1 }) } else { json!({}) },
        )?;
        map.serialize_entry("data", &answer.data)?;
        map.serialize_entry("warnings", &())?;
        map.end()
    }
}

pub(crate) fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    match serde_json::to_writer(&mut bytes, value) {
        Ok(()) => bytes,
        // Only a map with keys that are no texts could fail, and no data of ours has one.
        Err(_) => br#"{"status":0,"errors":["The answer could not be written."],"data":null}"#.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
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
        let value: Value = serde_json::from_slice(&whm1("listaccts", &accounts())).unwrap();
        assert_eq!(
            value["metadata"],
            json!({ "version": 1, "reason": "OK", "result": 1, "command": "listaccts" })
        );
        assert_eq!(value["data"]["acct"][0]["user"], "a");
        let value: Value = serde_json::from_slice(&whm1("x", &Answer::failure("no"))).unwrap();
        assert_eq!((value["metadata"]["result"].as_i64(), &value["data"]), (Some(0), &json!({})));
    }

    #[test]
    fn the_refusal_of_xml_api_is_the_same_in_xml_and_escapes_its_reason() {
        let xml = text(access_denied_xml("a <b> & \"c\" \u{1}"));
        assert!(xml.contains("<error>a &lt;b&gt; &amp; &quot;c&quot; \u{fffd}</error>"), "{xml}");
        assert!(
            xml.starts_with("<?xml version=\"1.0\" ?>") && xml.ends_with("<type>text</type></cpanelresult>")
        );
    }

    #[test]
    fn the_refusal_of_json_api_has_texts_where_clients_compare_texts() {
        assert_eq!(
            text(access_denied("Access denied")),
            concat!(
                r#"{"cpanelresult":{"apiversion":"2","error":"Access denied","#,
                r#""data":{"reason":"Access denied","result":"0"},"type":"text"}}"#
            )
        );
    }
}
