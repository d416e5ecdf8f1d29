//! Static files: whole or in part, and not at all to somebody who has them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE,
};
use http::{HeaderMap, Method, StatusCode};
use tokio::sync::mpsc;

use super::find::StaticFile;
use super::problem::Problem;
use super::ranges::{Wanted, wanted};
use crate::http1::{Pieces, ResponseBody, http_date};
use crate::reply::Reply;
use crate::request::Request;

/// What is read at once.
const PIECE: u64 = 64 << 10;

/// Pieces that wait for the client.
const WAITING: usize = 2;

/// Answers with a file.
pub(super) async fn answer(request: &Request, found: StaticFile) -> Result<Reply, Problem> {
    if request.method != Method::GET && request.method != Method::HEAD {
        return Err(Problem::TakesNoData);
    }
    let version = Version::of(&found);
    let mut fields = HeaderMap::new();
    put(&mut fields, CONTENT_TYPE, found.media_type);
    put(&mut fields, ETAG, &version.tag);
    put(&mut fields, LAST_MODIFIED, &version.date);
    put(&mut fields, ACCEPT_RANGES, "bytes");
    if version.is_known(request) {
        return Ok(Reply::of_plugin(StatusCode::NOT_MODIFIED, fields, ResponseBody::Empty));
    }
    let length = found.length;
    let asked = request.header(RANGE).filter(|_| request.method == Method::GET && version.is_meant(request));
    let (status, first, end) = match asked.map_or(Wanted::Whole, |range| wanted(range, length)) {
        Wanted::Whole => (StatusCode::OK, 0, length),
        Wanted::Part(first, end) => {
            put(&mut fields, CONTENT_RANGE, &format!("bytes {first}-{}/{length}", end.saturating_sub(1)));
            (StatusCode::PARTIAL_CONTENT, first, end)
        }
        Wanted::Beyond => {
            put(&mut fields, CONTENT_RANGE, &format!("bytes */{length}"));
            return Ok(Reply::of_plugin(StatusCode::RANGE_NOT_SATISFIABLE, fields, ResponseBody::Empty));
        }
    };
    let count = end.saturating_sub(first);
    let body = ResponseBody::Sized(count, pieces(found.file, first, count));
    Ok(Reply::of_plugin(status, fields, body))
}

/// A folder that was named without its slash: links within it would lead astray.
pub(super) fn folder(request: &Request) -> Result<Reply, Problem> {
    let (path, query) = match request.target.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (request.target.as_str(), String::new()),
    };
    Ok(Reply::redirect(StatusCode::MOVED_PERMANENTLY, &format!("{path}/{query}")))
}

fn put(fields: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        fields.insert(name, value);
    }
}

/// Which version of a file it is.
struct Version {
    tag: String,
    date: String,
    seconds: i64,
}

impl Version {
    fn of(found: &StaticFile) -> Version {
        let seconds = found.modified.seconds();
        let (nanos, number) = found.version;
        let date = http_date(seconds).map(|date| String::from_utf8_lossy(&date).into_owned());
        Version {
            tag: format!("\"{seconds:x}.{nanos:x}-{number:x}-{:x}\"", found.length),
            date: date.unwrap_or_default(),
            seconds,
        }
    }

    /// Whether the client has this version: by its tag, or by its time where it names no tag (RFC 9110 13.2.2).
    fn is_known(&self, request: &Request) -> bool {
        match request.header(IF_NONE_MATCH) {
            Some(tags) => tags
                .split(',')
                .map(str::trim)
                .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.tag),
            None => request
                .header(IF_MODIFIED_SINCE)
                .and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
                .is_some_and(|date| self.seconds <= date.timestamp().as_second()),
        }
    }

    /// Whether a part is wanted of this version, and not of an older one (RFC 9110 13.1.5).
    fn is_meant(&self, request: &Request) -> bool {
        request.header(IF_RANGE).is_none_or(|version| version == self.tag || version == self.date)
    }
}

/// The bytes of a part, read where it may block.
fn pieces(file: File, first: u64, count: u64) -> Pieces {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = send(file, first, count, &sender) {
            let _ = sender.blocking_send(Err(error));
        }
    });
    receiver
}

fn send(mut file: File, first: u64, count: u64, sender: &mpsc::Sender<io::Result<Bytes>>) -> io::Result<()> {
    file.seek(SeekFrom::Start(first))?;
    let mut left = count;
    while left > 0 {
        let mut piece = Vec::new();
        (&mut file).take(left.min(PIECE)).read_to_end(&mut piece)?;
        if piece.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        left = left.saturating_sub(piece.len() as u64);
        if sender.blocking_send(Ok(piece.into())).is_err() {
            return Ok(());
        }
    }
    Ok(())
}
