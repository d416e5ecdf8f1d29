//! The page that lists the events of the audit trail.

use portreeve_store::Event;

/// The page, as Markdown.
#[must_use]
pub fn describe_events() -> String {
    let events = Event::documented().map(|event| {
        let fields = event.fields.iter().map(|(name, meaning)| format!("- `{name}`: {meaning}\n"));
        let fields: String = fields.collect();
        let gap = if fields.is_empty() { "" } else { "\n" };
        format!("\n## `{}`\n\n{}\n{gap}{fields}", event.name, event.meaning)
    });
    format!(
        "# Events of the audit trail\n\n\
         What entries tell of, and the fields of each beside `by` ([the audit trail](audit.md)). A field that is none\n\
         is `null`. This page is generated: `cargo xtask generate` writes it.\n{}",
        events.collect::<String>()
    )
}
