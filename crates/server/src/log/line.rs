//! One request's line.

use std::net::IpAddr;

use portreeve_types::{Service, Timestamp};

use super::Form;
use super::mask::mask;
use super::record::Record;

/// What is noted of one request. The caller is the proven one, never a claimed one.
pub struct Line {
    /// When it came.
    pub time: Timestamp,
    /// Its identity, which the answer carries too.
    pub id: String,
    /// From where; none for what a proxy passed on without saying whose it is.
    pub address: Option<IpAddr>,
    /// The status of the answer.
    pub status: u16,
    /// Who was proven to ask.
    pub caller: Option<String>,
    /// Whether the caller has a second factor and a policy let the password alone call.
    pub without_code: bool,
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
        let record = self.record();
        match form {
            // a record of texts and numbers always has a JSON form
            Form::Json => serde_json::to_string(&record).unwrap_or_default(),
            Form::Text => record.to_string(),
        }
    }

    fn record(&self) -> Record {
        Record {
            time: self.time_text(),
            id: self.id.clone(),
            address: self.address.map(|address| address.to_string()),
            status: self.status,
            caller: self.caller.clone(),
            without_code: self.without_code,
            method: self.method.clone(),
            service: self.service.short().to_owned(),
            port: self.port,
            path: mask(&self.target),
            hint: self.hint.clone(),
            millis: self.millis,
        }
    }

    fn time_text(&self) -> String {
        jiff::Timestamp::from_millisecond(self.time.millis())
            .map(|time| format!("{time:.3}"))
            .unwrap_or_default()
    }
}
