//! One request's line.

use std::fmt::Write;
use std::net::IpAddr;

use portreeve_types::{Service, Timestamp};
use serde_json::json;

use super::Form;
use super::mask::mask;

/// What is noted of one request. The caller is the proven one, never a claimed one.
pub struct Line {
    /// When it came.
    pub time: Timestamp,
    /// Its identity, which the answer carries too.
    pub id: String,
    /// From where.
    pub address: IpAddr,
    /// The status of the answer.
    pub status: u16,
    /// Who was proven to ask.
    pub caller: Option<String>,
    /// The method.
    pub method: String,
    /// The service of the port.
    pub service: Service,
    /// The port; none for the API socket.
    pub port: Option<u16>,
    /// The path and query as they came; masked when they are written.
    pub target: String,
    /// What the caller was told to do differently.
    pub hint: Option<String>,
    /// How long it took, in milliseconds.
    pub millis: i64,
}

impl Line {
    pub(super) fn in_form(&self, form: Form) -> String {
        match form {
            Form::Json => self.json(),
            Form::Text => self.text(),
        }
    }

    fn json(&self) -> String {
        json!({
            "time": self.time_text(),
            "id": self.id,
            "address": self.address.to_string(),
            "status": self.status,
            "caller": self.caller,
            "method": self.method,
            "service": self.service.short(),
            "port": self.port,
            "path": mask(&self.target),
            "hint": self.hint,
            "millis": self.millis,
        })
        .to_string()
    }

    fn text(&self) -> String {
        let mut text = format!(
            "{} {} {} {} {} {} {}",
            self.time_text(),
            self.status,
            self.caller.as_deref().unwrap_or("-"),
            self.method,
            self.service,
            self.port.map_or_else(|| "socket".to_owned(), |port| port.to_string()),
            mask(&self.target),
        );
        if let Some(hint) = &self.hint {
            let _ = write!(text, "  hint: {hint}");
        }
        text
    }

    fn time_text(&self) -> String {
        jiff::Timestamp::from_millisecond(self.time.millis())
            .map(|time| format!("{time:.3}"))
            .unwrap_or_default()
    }
}
