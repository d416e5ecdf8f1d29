//! A place that request lines are written to, many at a time.

use std::io::Write;

use super::Form;
use super::record::Record;

/// From this size on a text is written; what is left of a batch is written at its end.
const WRITTEN_AT_ONCE: usize = 32 * 1024;

/// A place, and the lines that it gets next.
pub(super) struct Place {
    form: Form,
    writer: Box<dyn Write + Send>,
    text: Vec<u8>,
}

impl Place {
    pub(super) fn new(form: Form, writer: Box<dyn Write + Send>) -> Place {
        Place { form, writer, text: Vec::new() }
    }

    /// Adds a line.
    pub(super) fn add(&mut self, record: &Record) {
        // a record of texts and numbers always has either form, and there is always room for it
        let _ = match self.form {
            Form::Json => serde_json::to_writer(&mut self.text, record).is_ok(),
            Form::Text => write!(self.text, "{record}").is_ok(),
        };
        self.text.push(b'\n');
        if self.text.len() >= WRITTEN_AT_ONCE {
            self.write();
        }
    }

    /// Writes what was added. A full disk must not stop the server: what cannot be written is lost, and the next line
    /// tries again.
    pub(super) fn write(&mut self) {
        let _ = self.writer.write_all(&self.text);
        let _ = self.writer.flush();
        self.text.clear();
    }
}
