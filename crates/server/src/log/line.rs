//! One request's line.

use std::net::IpAddr;

use http::Method;
use portreeve_types::{RequestId, Service, Timestamp};

use super::mask::mask;
use super::record::Record;

/// What is noted of one request. The caller is the proven one, never a claimed one.
pub struct Line {
    /// When it came.
    pub time: Timestamp,
    /// Its identity, which the answer carries too.
    pub id: RequestId,
    /// From where; none for what a proxy passed on without saying whose it is.
    pub address: Option<IpAddr>,
    /// The status of the answer.
    pub status: u16,
    /// Who was proven to ask.
    pub caller: Option<String>,
    /// Whether the caller has a second factor and a policy let the password alone call.
    pub without_code: bool,
    /// The method; none where it could not be read.
    pub method: Option<Method>,
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
    pub(super) fn into_record(self) -> Record {
        Record {
            time: self.time_text(),
            id: self.id.to_string(),
            address: self.address.map(|address| address.to_string()),
            status: self.status,
            caller: self.caller,
            without_code: self.without_code,
            method: self.method.as_ref().map_or("-", Method::as_str).to_owned(),
            service: self.service.short().to_owned(),
            port: self.port,
            path: mask(&self.target),
            hint: self.hint,
            millis: self.millis,
        }
    }

    fn time_text(&self) -> String {
        jiff::Timestamp::from_millisecond(self.time.millis())
            .map(|time| format!("{time:.3}"))
            .unwrap_or_default()
    }
}
