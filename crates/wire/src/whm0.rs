//! WHM API 0: the shapes that answers had before `api.version=1`, each function its own.

use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::format::Envelope;

/// The shape that a WHM function's answer had before `api.version=1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum V0 {
    /// The data's members at the top: `{"version":"..."}`.
    Bare,
    /// As `Bare`, and in version 1 as well: such a function never got an envelope.
    Always,
    /// The data's members beside `status` and `statusmsg`: `{"status":1,"statusmsg":"Ok","acct":[...]}`.
    Status,
    /// One item in `result`: `{"result":[{"status":1,"statusmsg":"..."}]}`.
    Result,
    /// One item in `passwd`, with the names of `app` as `services`:
    /// `{"passwd":[{"status":1,"statusmsg":"...","services":[{"app":"system"}]}]}`.
    Passwd,
    /// The one item of `privileges`, under another name: `{"privs":{"all":1}}`.
    Privileges,
    /// There was no such function.
    Absent,
}

/// A WHM call without `api.version`, in the shape that its function had then. Its root in XML is the function's name.
#[must_use]
pub fn whm0(shape: V0, command: &str, answer: &Answer) -> Envelope {
    let data = answer.data.as_ref().and_then(|data| serde_json::from_str(data.get()).ok());
    let mut data = match data {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    };
    let members = match shape {
        V0::Absent => return whm0_unknown(command),
        V0::Result => json!({ "result": [with_status(answer, data)] }),
        V0::Passwd => {
            let services = Map::from_iter([("services".to_owned(), services(data.remove("app")))]);
            json!({ "passwd": [with_status(answer, services)] })
        }
        V0::Bare | V0::Always if answer.succeeded() => Value::Object(data),
        V0::Privileges if answer.succeeded() => {
            let privileges = data.get("privileges").and_then(|list| list.get(0));
            json!({ "privs": privileges })
        }
        V0::Bare | V0::Always | V0::Privileges | V0::Status => Value::Object(with_status(answer, data)),
    };
    Envelope::below(command.to_owned(), &members)
}

/// What API version 0 says of a function that it does not know.
#[must_use]
pub fn whm0_unknown(command: &str) -> Envelope {
    Envelope::below("result", &json!({ "error": format!("Unknown App Requested: {command}") }))
}

fn with_status(answer: &Answer, data: Map<String, Value>) -> Map<String, Value> {
    let statusmsg = if answer.reason == "OK" { "Ok" } else { &answer.reason };
    let mut members = Map::new();
    members.insert("status".to_owned(), u8::from(answer.succeeded()).into());
    members.insert("statusmsg".to_owned(), statusmsg.into());
    members.extend(data);
    members
}

/// `["system"]` as `[{"app":"system"}]`.
fn services(names: Option<Value>) -> Value {
    match names {
        Some(Value::Array(names)) => names.into_iter().map(|name| json!({ "app": name })).collect(),
        _ => json!([]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;

    fn text(shape: V0, answer: &Answer) -> String {
        String::from_utf8(whm0(shape, "x", answer).into_bytes(Format::Json)).unwrap()
    }

    #[test]
    fn each_shape_is_as_it_was_recorded() {
        let answer = |data: Value, reason: &str| Answer::success(&data, reason.to_owned());
        let accounts = answer(json!({ "acct": [{ "user": "a" }] }), "OK");
        let changed = answer(json!({ "app": ["system", "ftp"] }), "Password changed.");
        let privileges = answer(json!({ "privileges": [{ "all": 1 }] }), "OK");
        for (shape, answer, expected) in [
            (V0::Bare, &accounts, r#"{"acct":[{"user":"a"}]}"#),
            (V0::Always, &accounts, r#"{"acct":[{"user":"a"}]}"#),
            (V0::Status, &accounts, r#"{"status":1,"statusmsg":"Ok","acct":[{"user":"a"}]}"#),
            (
                V0::Passwd,
                &changed,
                concat!(
                    r#"{"passwd":[{"status":1,"statusmsg":"Password changed.","#,
                    r#""services":[{"app":"system"},{"app":"ftp"}]}]}"#
                ),
            ),
            (V0::Privileges, &privileges, r#"{"privs":{"all":1}}"#),
            (V0::Absent, &accounts, r#"{"error":"Unknown App Requested: x"}"#),
        ] {
            assert_eq!(text(shape, answer), expected);
        }
    }

    #[test]
    fn a_failure_says_why_in_the_place_where_success_is_looked_for() {
        let failed = Answer::failure("no");
        assert_eq!(text(V0::Result, &failed), r#"{"result":[{"status":0,"statusmsg":"no"}]}"#);
        let in_passwd = r#"{"passwd":[{"status":0,"statusmsg":"no","services":[]}]}"#;
        assert_eq!(text(V0::Passwd, &failed), in_passwd);
        for shape in [V0::Bare, V0::Always, V0::Status, V0::Privileges] {
            assert_eq!(text(shape, &failed), r#"{"status":0,"statusmsg":"no"}"#);
        }
    }
}
