//! An answer as YAML, in the layout that scripts take apart with `grep` and `sed`: each member on a line of its own, a
//! list's dash alone on its line, `~` for nothing. Texts are the hard part: a library decides what must be quoted.

use anyhow::Result;
use serde_json::Value;

/// A document with its first line.
pub(super) fn document(value: &Value) -> Result<String> {
    let mut yaml = "---".to_owned();
    node(&mut yaml, 0, value)?;
    yaml.push('\n');
    Ok(yaml)
}

/// A value after its key, its dash or the document's first line.
fn node(yaml: &mut String, depth: usize, value: &Value) -> Result<()> {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                line(yaml, depth);
                yaml.push_str(&text(key)?);
                yaml.push(':');
                node(yaml, depth + 1, value)?;
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                line(yaml, depth);
                yaml.push('-');
                node(yaml, depth + 1, item)?;
            }
        }
        Value::Object(_) => yaml.push_str(" {}"),
        Value::Array(_) => yaml.push_str(" []"),
        Value::Null => yaml.push_str(" ~"),
        Value::Bool(_) | Value::Number(_) => yaml.push_str(&format!(" {value}")),
        Value::String(string) => {
            yaml.push(' ');
            yaml.push_str(&text(string)?);
        }
    }
    Ok(())
}

fn line(yaml: &mut String, depth: usize) {
    yaml.push('\n');
    yaml.push_str(&"  ".repeat(depth));
}

/// A text on one line, in quotes where a reader would take it for something else.
fn text(text: &str) -> Result<String> {
    let one_line = serde_saphyr::ser_options! { prefer_block_scalars: false };
    Ok(serde_saphyr::to_string_with_options(&text, one_line)?.trim_end_matches('\n').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_stand_on_lines_of_their_own_and_a_dash_too() {
        let value = json!({
            "apiversion": 3,
            "result": { "data": [{ "email": "a@b.example", "ratio": 1.5 }, "x"], "errors": null, "status": 1 },
            "metadata": {}, "list": [], "deep": [[1]],
        });
        assert_eq!(
            document(&value).unwrap(),
            "---\napiversion: 3\nresult:\n  data:\n    -\n      email: a@b.example\n      ratio: 1.5\n    - x\n  \
             errors: ~\n  status: 1\nmetadata: {}\nlist: []\ndeep:\n  -\n    - 1\n"
        );
    }

    #[test]
    fn texts_that_look_like_something_else_are_quoted_and_stay_on_one_line() {
        for tricky in
            ["no", "Yes", "1", "0755", "1e3", "null", "~", "", "2026-01-31", "12:30:45", "- a", "a: b", "#"]
        {
            let yaml = document(&json!(tricky)).unwrap();
            assert!([format!("--- \"{tricky}\"\n"), format!("--- '{tricky}'\n")].contains(&yaml), "{yaml}");
        }
        let long = "long ".repeat(60);
        for text in ["a\nb\r\n", long.as_str(), "“ü”", "\u{1}\u{85}\u{2028}"] {
            assert_eq!(document(&json!(text)).unwrap().lines().count(), 1, "{text}");
        }
    }
}
