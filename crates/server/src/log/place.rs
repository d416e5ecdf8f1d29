//! A place that request lines are written to, many at a time.

use std::io::Write;

use super::Form;
use super::line::{Common, Line};

/// From this size on a text is written; what is left of a batch is written at its end.
const WRITTEN_AT_ONCE: usize = 32 * 1024;

/// A place, and the lines that it gets next.
pub(super) struct Place {
    form: Form,
    writer: Box<dyn Write + Send>,
    text: Vec<u8>,
    common: Common,
}

impl Place {
    pub(super) fn new(form: Form, writer: Box<dyn Write + Send>) -> Place {
        Place { form, writer, text: Vec::new(), common: Common::default() }
    }

    /// Adds a line.
    pub(super) fn add(&mut self, line: &Line) {
        match self.form {
            Form::Json => line.put_json(&mut self.text, &mut self.common),
            // there is always room for it
            Form::Text => _ = write!(self.text, "{}", line.to_record()),
        }
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
