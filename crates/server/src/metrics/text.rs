//! Prometheus' text format, version 0.0.4.

use std::fmt::{Display, Write};

/// The media type of the format.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Families of samples, written one after the other. Names, helps and labels are ours and need no escapes.
#[derive(Default)]
pub struct Text(String);

impl Text {
    /// A family whose numbers only grow while the process lives.
    pub fn counter<V: Display>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = (String, V)>,
    ) {
        self.family("counter", name, help, samples);
    }

    /// A family whose numbers come and go.
    pub fn gauge<V: Display>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = (String, V)>,
    ) {
        self.family("gauge", name, help, samples);
    }

    fn family<V: Display>(
        &mut self,
        kind: &str,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = (String, V)>,
    ) {
        // writing to memory does not fail
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in samples {
            let _ = match labels.as_str() {
                "" => writeln!(self.0, "{name} {value}"),
                labels => writeln!(self.0, "{name}{{{labels}}} {value}"),
            };
        }
    }

    /// The whole text.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// A sample without a label, or none where the value is not known.
pub fn plain<V>(value: Option<V>) -> impl Iterator<Item = (String, V)> {
    value.map(|value| (String::new(), value)).into_iter()
}
