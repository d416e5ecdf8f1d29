//! A call's parameters, however they came: query, form, multipart fields or JSON.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::arguments::{ArgumentError, Arguments, By};

/// Names and values in the order in which they came. Query and body add up; a name may come more than once.
#[derive(Clone, Default)]
pub struct Params {
    pairs: Vec<(String, String)>,
}

/// Why a body or a query cannot be read as parameters.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// Percent escapes that do not make UTF-8.
    #[error("the parameter {0} is not UTF-8 text")]
    NotUtf8(String),
    /// A body labelled JSON that is not.
    #[error("the body is not valid JSON: {0}")]
    Json(String),
    /// JSON, but not an object of parameters.
    #[error("a JSON body must be one object with a member for each parameter")]
    NotAnObject,
}

impl Params {
    /// Adds the parameters of a query string or of an urlencoded body.
    pub fn add_urlencoded(&mut self, text: &[u8]) -> Result<(), ParamsError> {
        for (name, value) in form_urlencoded::parse(text) {
            // The parser puts U+FFFD for what is not UTF-8: such a value is not what the caller meant.
            if (name.contains('\u{fffd}') || value.contains('\u{fffd}')) && !sent_replacement_character(text)
            {
                return Err(ParamsError::NotUtf8(format!("“{}”", name.escape_debug())));
            }
            self.pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(())
    }

    /// Adds the members of a JSON object: texts, numbers, booleans (as 1 and 0), lists of these; `null` is
    /// as good as absent; a nested object stays JSON text.
    pub fn add_json(&mut self, body: &[u8]) -> Result<(), ParamsError> {
        let value: Value =
            serde_json::from_slice(body).map_err(|error| ParamsError::Json(error.to_string()))?;
        let Value::Object(members) = value else { return Err(ParamsError::NotAnObject) };
        for (name, value) in members {
            match value {
                Value::Array(items) => {
                    for item in items {
                        self.push_json(&name, item);
                    }
                }
                single => self.push_json(&name, single),
            }
        }
        Ok(())
    }

    fn push_json(&mut self, name: &str, value: Value) {
        let text = match value {
            Value::Null => return,
            Value::Bool(flag) => if flag { "1" } else { "0" }.to_owned(),
            Value::String(text) => text,
            other => other.to_string(),
        };
        self.pairs.push((name.to_owned(), text));
    }

    /// Adds one parameter.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.pairs.push((name.into(), value.into()));
    }

    /// The first value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of exactly this name, in the order they came.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Removes every value of this name and gives back the first.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let mut first = None;
        self.pairs.retain_mut(|(key, value)| {
            let matches = key == name;
            if matches && first.is_none() {
                first = Some(std::mem::take(value));
            }
            !matches
        });
        first
    }

    /// Every value of a list: `name` repeated, or numbered `name-0`, `name-1` ... in the order they came.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(key, _)| is_item_of(key, name)).map(|(_, value)| value.as_str())
    }

    /// The names, in the order they came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| name.as_str())
    }

    /// The typed arguments of a function; parameters that it does not know are ignored.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, ArgumentError> {
        T::deserialize(Arguments { params: self, by: By::Name })
    }

    /// The same for arguments that have places, not names: `arg-0`, `arg-1` ... in the order of the fields.
    pub fn decode_by_place<T: DeserializeOwned>(&self) -> Result<T, ArgumentError> {
        T::deserialize(Arguments { params: self, by: By::Place })
    }
}

/// Whether `key` is the list's own name or the name with a dash and a number.
fn is_item_of(key: &str, name: &str) -> bool {
    key.strip_prefix(name).is_some_and(|rest| {
        rest.is_empty()
            || rest
                .strip_prefix('-')
                .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Whether the sender wrote U+FFFD itself, plainly or escaped.
fn sent_replacement_character(text: &[u8]) -> bool {
    text.windows(9).any(|part| part.eq_ignore_ascii_case(b"%ef%bf%bd"))
        || text.windows(3).any(|part| part == "\u{fffd}".as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_query(text: &str) -> Params {
        let mut params = Params::default();
        params.add_urlencoded(text.as_bytes()).unwrap();
        params
    }

    #[test]
    fn a_query_is_decoded_once_and_keeps_its_order() {
        let params = from_query("a=1&b=x%20y+z&a=2&c=%2525&d");
        assert_eq!(params.get("a"), Some("1"));
        assert_eq!(params.get("b"), Some("x y z"));
        assert_eq!(params.get("c"), Some("%25"));
        assert_eq!(params.get("d"), Some(""));
        assert_eq!(params.names().collect::<Vec<_>>(), ["a", "b", "a", "c", "d"]);
    }

    #[test]
    fn lists_are_repeated_or_numbered_names() {
        let params = from_query("ip=1&ip=2&ip-0=3&ip-10=4&ipx=5&ip-=6&ip-a=7");
        assert_eq!(params.values("ip").collect::<Vec<_>>(), ["1", "2", "3", "4"]);
    }

    #[test]
    fn what_is_not_utf8_is_named() {
        let mut params = Params::default();
        let error = params.add_urlencoded(b"name=%ff").unwrap_err();
        assert_eq!(error, ParamsError::NotUtf8("“name”".to_owned()));
        assert_eq!(from_query("a=%EF%BF%BD").get("a"), Some("\u{fffd}"));
    }

    #[test]
    fn a_json_body_becomes_the_same_parameters() {
        let mut params = Params::default();
        params
            .add_json(br#"{"api.version":1,"on":true,"list":["a",2],"none":null,"deep":{"k":[1]}}"#)
            .unwrap();
        assert_eq!(params.get("api.version"), Some("1"));
        assert_eq!(params.get("on"), Some("1"));
        assert_eq!(params.values("list").collect::<Vec<_>>(), ["a", "2"]);
        assert_eq!(params.get("none"), None);
        assert_eq!(params.get("deep"), Some(r#"{"k":[1]}"#));
        assert_eq!(params.add_json(b"[1]"), Err(ParamsError::NotAnObject));
        assert!(matches!(params.add_json(b"{"), Err(ParamsError::Json(_))));
    }

    #[test]
    fn taking_a_parameter_removes_it() {
        let mut params = from_query("user=a&x=1&user=b");
        assert_eq!(params.take("user").as_deref(), Some("a"));
        assert_eq!(params.get("user"), None);
        assert_eq!(params.get("x"), Some("1"));
    }
}
