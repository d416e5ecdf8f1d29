//! From a position in the text to what a person would call it: a line and a field.

/// A line and the field on it.
pub(crate) struct Place {
    /// From 1.
    pub(crate) line: usize,
    /// With its section; the section alone where the position is at its head.
    pub(crate) field: String,
}

impl Place {
    /// The place of a byte.
    pub(crate) fn of(text: &str, position: usize) -> Place {
        let before = text.get(..position).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        // backwards, because the value of a field may go over several lines
        let mut lines = text.lines().take(line).collect::<Vec<_>>().into_iter().rev();
        let mut key = None;
        for written in lines.by_ref() {
            if let Some(section) = section(written) {
                return Place { line, field: join(Some(section), key) };
            }
            if key.is_none() {
                key = key_of(written);
            }
        }
        Place { line, field: join(None, key) }
    }
}

fn section(line: &str) -> Option<&str> {
    // two brackets are one of several sections of a name
    let name = line.trim_start().strip_prefix('[')?.trim_start_matches('[');
    name.split_once(']').map(|(name, _)| name.trim())
}

fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim();
    (!key.starts_with('#') && !key.is_empty()).then_some(key)
}

fn join(section: Option<&str>, key: Option<&str>) -> String {
    match (section, key) {
        (Some(section), Some(key)) => format!("{section}.{key}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "the file".to_owned(),
    }
}
