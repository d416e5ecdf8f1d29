//! One request's line.

use std::net::IpAddr;
use std::sync::Arc;

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
    pub caller: Option<Arc<str>>,
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

/// What lines one after the other often have in common, put into words once.
#[derive(Default)]
pub(super) struct Common {
    second: Last<i64>,
    address: Last<IpAddr>,
}

/// The text of what was asked for last.
struct Last<T>(Option<(T, String)>);

impl<T> Default for Last<T> {
    fn default() -> Last<T> {
        Last(None)
    }
}

impl<T: Copy + PartialEq> Last<T> {
    fn text(&mut self, of: T, make: impl FnOnce() -> String) -> &str {
        if self.0.as_ref().is_none_or(|(last, _)| *last != of) {
            self.0 = None;
        }
        &self.0.get_or_insert_with(|| (of, make())).1
    }
}

impl Line {
    /// Adds the line as JSON, in the form that a [`Record`] is read from. Written by hand: half the members need no
    /// escapes, and this is done for every request.
    pub(super) fn put_json(&self, out: &mut Vec<u8>, common: &mut Common) {
        let mut put = Members { out, first: true };
        let second = common.second.text(self.time.seconds(), || second_text(self.time));
        put.pieces("time", &[second, ".", &fraction(self.time), "Z"]);
        put.plain("id", str::from_utf8(&self.id.digits()).unwrap_or_default());
        match self.address {
            Some(address) => put.plain("address", common.address.text(address, || address.to_string())),
            None => put.bare("address", "null"),
        }
        put.number("status", self.status);
        put.text("caller", self.caller.as_deref());
        put.bare("without_code", if self.without_code { "true" } else { "false" });
        put.plain("method", self.method_text());
        put.plain("service", self.service.short());
        match self.port {
            Some(port) => put.number("port", port),
            None => put.bare("port", "null"),
        }
        put.text("path", Some(&mask(&self.target)));
        put.text("hint", self.hint.as_deref());
        put.number("millis", self.millis);
        put.out.push(b'}');
    }

    pub(super) fn to_record(&self) -> Record {
        Record {
            time: format!("{}.{}Z", second_text(self.time), fraction(self.time)),
            id: self.id.to_string(),
            address: self.address.map(|address| address.to_string()),
            status: self.status,
            caller: self.caller.as_deref().map(str::to_owned),
            without_code: self.without_code,
            method: self.method_text().to_owned(),
            service: self.service.short().to_owned(),
            port: self.port,
            path: mask(&self.target),
            hint: self.hint.clone(),
            millis: self.millis,
        }
    }

    fn method_text(&self) -> &str {
        self.method.as_ref().map_or("-", Method::as_str)
    }
}

/// Date and time of day, without a fraction.
fn second_text(time: Timestamp) -> String {
    jiff::Timestamp::from_second(time.seconds())
        .map(|second| format!("{second:.0}").trim_end_matches('Z').to_owned())
        .unwrap_or_default()
}

/// The milliseconds, in three digits.
fn fraction(time: Timestamp) -> String {
    format!("{:03}", time.millis().rem_euclid(1000))
}

/// The members of an object as they are written.
struct Members<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl Members<'_> {
    /// Begins a member, whose value comes next.
    fn begin(&mut self, name: &str) {
        self.out.push(if self.first { b'{' } else { b',' });
        self.first = false;
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// A value that is no text.
    fn bare(&mut self, name: &str, value: &str) {
        self.begin(name);
        self.out.extend_from_slice(value.as_bytes());
    }

    fn number(&mut self, name: &str, value: impl itoa::Integer) {
        self.bare(name, itoa::Buffer::new().format(value));
    }

    /// A text that needs no escapes, in pieces.
    fn pieces(&mut self, name: &str, pieces: &[&str]) {
        self.begin(name);
        self.out.push(b'"');
        pieces.iter().for_each(|piece| self.out.extend_from_slice(piece.as_bytes()));
        self.out.push(b'"');
    }

    fn plain(&mut self, name: &str, text: &str) {
        self.pieces(name, &[text]);
    }

    /// Any text, or none.
    fn text(&mut self, name: &str, text: Option<&str>) {
        let needs_none = |byte: u8| (b' '..0x7f).contains(&byte) && byte != b'"' && byte != b'\\';
        match text {
            None => self.bare(name, "null"),
            Some(text) if text.bytes().all(needs_none) => self.plain(name, text),
            Some(text) => {
                self.begin(name);
                // there is always room
                let _ = serde_json::to_writer(&mut *self.out, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_written_as_the_record_that_it_is_read_as() {
        let line = Line {
            time: Timestamp::from_millis(1_700_000_000_007),
            id: RequestId::new(1, 2),
            address: Some([192, 0, 2, 1].into()),
            status: 200,
            caller: Some("cptest (possessor: root)".into()),
            without_code: true,
            method: Some(Method::GET),
            service: Service::Cpanel,
            port: Some(2083),
            target: "/cpsess1234567890/execute/Email/list_pops?regex=a\"b&domain=x.example".to_owned(),
            hint: Some("use “this”".to_owned()),
            millis: 3,
        };
        let bare = Line {
            time: Timestamp::from_millis(1_700_000_001_250),
            id: RequestId::new(1, 3),
            address: None,
            caller: None,
            without_code: false,
            method: None,
            port: None,
            target: "-".to_owned(),
            hint: None,
            ..line
        };
        let mut common = Common::default();
        for line in [&line, &bare, &line] {
            let mut written = Vec::new();
            line.put_json(&mut written, &mut common);
            let record = serde_json::to_string(&line.to_record()).unwrap();
            assert_eq!(String::from_utf8(written).unwrap(), record);
        }
        assert_eq!(line.to_record().time, "2023-11-14T22:13:20.007Z");
    }
}
