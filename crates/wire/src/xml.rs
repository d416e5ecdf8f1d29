//! Values as XML: what the oldest clients read.
//!
//! A member is an element of its name, a list is that element repeated, and `null`, an empty text and an empty object
//! are an empty element; an empty list is nothing at all. A list in a list is repeated within its element. `true` is
//! `1` and `false` is `0`, as everywhere in the original.
//!
//! A name that XML does not allow is written as SQL/XML writes it (ISO/IEC 9075-14): each character that cannot stand
//! in it is `_xHHHH_`, so `a@b` is `a_x0040_b`, and no two names become one. A character that XML 1.0 cannot hold at
//! all is U+FFFD.

use std::fmt::Write;

use serde_json::Value;

const DECLARATION: &str = "<?xml version=\"1.0\" ?>\n";

/// A document with one root.
pub(crate) fn document(root: &str, value: &Value) -> Vec<u8> {
    let mut xml = DECLARATION.to_owned();
    element(&mut xml, &safe_name(root), value);
    xml.into_bytes()
}

fn element(xml: &mut String, name: &str, value: &Value) {
    let _ = write!(xml, "<{name}");
    let head = xml.len();
    xml.push('>');
    let empty = xml.len();
    content(xml, name, value);
    if xml.len() == empty {
        xml.truncate(head);
        xml.push_str("/>");
    } else {
        let _ = write!(xml, "</{name}>");
    }
}

fn content(xml: &mut String, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => xml.push(if *flag { '1' } else { '0' }),
        Value::Number(number) => {
            let _ = write!(xml, "{number}");
        }
        Value::String(text) => escape(xml, text),
        Value::Array(items) => items.iter().for_each(|item| element(xml, name, item)),
        Value::Object(members) => {
            for (name, value) in members {
                let name = safe_name(name);
                match value {
                    Value::Array(items) => items.iter().for_each(|item| element(xml, &name, item)),
                    single => element(xml, &name, single),
                }
            }
        }
    }
}

fn escape(xml: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            // written plainly, readers would make a line feed of it
            '\r' => xml.push_str("&#13;"),
            '\t' | '\n' => xml.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => xml.push('\u{fffd}'),
            plain => xml.push(plain),
        }
    }
}

fn safe_name(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    for (at, character) in name.char_indices() {
        // an underscore that could begin an escape is one itself, so that it is not taken for one
        let begins_escape = name.get(at..).is_some_and(|rest| rest.starts_with("_x"));
        let stands = character.is_ascii_alphabetic()
            || (character == '_' && !begins_escape)
            || (at > 0 && (character.is_ascii_digit() || character == '-' || character == '.'));
        if stands {
            safe.push(character);
        } else {
            let _ = write!(safe, "_x{:04X}_", u32::from(character));
        }
    }
    if safe.is_empty() { "_x_".to_owned() } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn written(value: &Value) -> String {
        let text = String::from_utf8(document("result", value)).unwrap();
        text.strip_prefix(DECLARATION).unwrap().to_owned()
    }

    #[test]
    fn members_lists_and_empty_values_have_their_elements_in_order() {
        let value = json!({
            "status": 1, "statusmsg": "Ok", "acct": [{ "user": "a", "n": 1.5 }, { "user": "b" }],
            "none": null, "text": "", "object": {}, "list": [], "on": true, "deep": [[1, 2], []],
        });
        assert_eq!(
            written(&value),
            "<result><status>1</status><statusmsg>Ok</statusmsg><acct><user>a</user><n>1.5</n></acct>\
             <acct><user>b</user></acct><none/><text/><object/><on>1</on>\
             <deep><deep>1</deep><deep>2</deep></deep><deep/></result>"
        );
    }

    #[test]
    fn texts_are_escaped_and_characters_that_xml_cannot_hold_are_replaced() {
        assert_eq!(
            written(&json!({ "a": "<b> & \"c\" 'd' ]]>\r\n\t\u{1}\u{ffff}“ü”" })),
            "<result><a>&lt;b&gt; &amp; &quot;c&quot; 'd' ]]&gt;&#13;\n\t\u{fffd}\u{fffd}“ü”</a></result>"
        );
    }

    #[test]
    fn names_that_xml_does_not_allow_are_made_safe_and_stay_apart() {
        for (name, safe) in [
            ("acl-create.acct_1", "acl-create.acct_1"),
            ("a@b", "a_x0040_b"),
            ("a_b", "a_b"),
            ("a_x0040_b", "a_x005F_x0040_b"),
            ("1", "_x0031_"),
            ("-", "_x002D_"),
            ("a:b", "a_x003A_b"),
            ("ü<", "_x00FC__x003C_"),
            ("", "_x_"),
            ("_x_", "_x005F_x_"),
            ("_x\u{113c5}", "_x005F_x_x113C5_"),
        ] {
            assert_eq!(safe_name(name), safe);
        }
    }

    /// What XML makes of a text: nothing, but for the characters that it cannot hold.
    fn held(text: &str) -> String {
        text.chars()
            .map(|c| match c {
                '\t' | '\n' | '\r' => c,
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
                c => c,
            })
            .collect()
    }

    /// The name behind a safe one, read as ISO/IEC 9075-14 says.
    fn name_of(safe: &str) -> String {
        let Some((before, rest)) = safe.split_once("_x") else { return safe.to_owned() };
        match rest.split_once('_') {
            Some((digits, after)) if digits.bytes().all(|b| b.is_ascii_hexdigit()) => {
                let character = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                format!("{before}{}{}", character.map(String::from).unwrap_or_default(), name_of(after))
            }
            _ => format!("{before}_x{}", name_of(rest)),
        }
    }

    /// What an element holds, as a value of the same shape: texts, and members in their order.
    fn read(element: roxmltree::Node<'_, '_>) -> Vec<(String, Read)> {
        let children = element.children().filter(roxmltree::Node::is_element);
        children
            .map(|child| {
                let nested = read(child);
                let value = if nested.is_empty() {
                    Read::Text(child.text().unwrap_or_default().to_owned())
                } else {
                    Read::Members(nested)
                };
                (name_of(child.tag_name().name()), value)
            })
            .collect()
    }

    #[derive(Debug, PartialEq)]
    enum Read {
        Text(String),
        Members(Vec<(String, Read)>),
    }

    /// What a reader must find for a value under a name.
    fn expected(name: &str, value: &Value, found: &mut Vec<(String, Read)>) {
        let single = match value {
            Value::Array(items) => {
                return items.iter().for_each(|item| expected(name, item, found));
            }
            Value::Object(members) => {
                let mut nested = Vec::new();
                members.iter().for_each(|(name, value)| expected(name, value, &mut nested));
                if nested.is_empty() { Read::Text(String::new()) } else { Read::Members(nested) }
            }
            Value::String(text) => Read::Text(held(text)),
            Value::Null => Read::Text(String::new()),
            Value::Bool(flag) => Read::Text(u8::from(*flag).to_string()),
            Value::Number(number) => Read::Text(number.to_string()),
        };
        found.push((name.to_owned(), single));
    }

    fn values() -> impl Strategy<Value = Value> {
        let text = prop_oneof!["\\PC*", "[\\x00-\\x20<>&\"'_x]*", any::<String>()];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        let key = prop_oneof!["[a-z_x0-9]{0,6}", any::<String>()];
        leaf.prop_recursive(4, 32, 5, move |inner| {
            let members = prop::collection::vec((key.clone(), inner.clone()), 0..5);
            let single = inner.prop_filter("a list in a list", |value| !value.is_array());
            prop_oneof![
                prop::collection::vec(single, 0..5).prop_map(Value::from),
                members.prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn another_reader_finds_the_same_names_and_texts_in_the_same_order(value in values()) {
            let value = json!({ "value": value });
            let written = String::from_utf8(document("result", &value)).unwrap();
            let document = roxmltree::Document::parse(&written).expect("well-formed XML");
            let mut wanted = Vec::new();
            expected("value", &value["value"], &mut wanted);
            prop_assert_eq!(read(document.root_element()), wanted);
        }
    }
}
