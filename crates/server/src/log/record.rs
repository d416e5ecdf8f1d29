//! A request's line as it is written: JSON for programs, or words for people.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a line of the request log holds, masked. Members that a newer program adds are passed over.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    /// When the request came, as RFC 3339 has it.
    pub time: String,
    /// Its identity, which the answer carries too.
    pub id: String,
    /// From where; none for what a proxy passed on without saying whose it is.
    pub address: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// Who was proven to ask.
    pub caller: Option<String>,
    /// Whether the caller has a second factor and a policy let the password alone call. Older lines do not say it.
    #[serde(default)]
    pub without_code: bool,
    /// The method.
    pub method: String,
    /// The service of the port.
    pub service: String,
    /// The port; none for the API socket.
    pub port: Option<u16>,
    /// The path and query.
    pub path: String,
    /// What the caller was told to do differently.
    pub hint: Option<String>,
    /// How long it took, in milliseconds.
    pub millis: i64,
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let caller = self.caller.as_deref().unwrap_or("-");
        let port = self.port.map_or_else(|| "socket".to_owned(), |port| port.to_string());
        write!(
            f,
            "{} {} {caller} {} {} {port} {}",
            self.time, self.status, self.method, self.service, self.path
        )?;
        if self.without_code {
            f.write_str("  without code")?;
        }
        match &self.hint {
            Some(hint) => write!(f, "  hint: {hint}"),
            None => Ok(()),
        }
    }
}
