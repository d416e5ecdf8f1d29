//! Sends arbitrary bytes to the HTTP/1 reader: to its rules alone, and to a whole connection.
//!
//! The first byte of an input chooses how the rest is cut into pieces and what the service does with bodies.

#![no_main]

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Method, Request, Response};
use libfuzzer_sys::fuzz_target;
use portreeve_server::http1::{
    ClientGone, BodyDecoder, Framing, Head, HeadScan, Limits, Refusal, RequestBody, ResponseBody, Seen, Service, Step,
    serve,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::sync::watch;

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first() else { return };
    let piece = usize::from(choice >> 1) + 1;
    let limits =
        Limits { request_line: 200, head: 1_000, fields: 10, body: 500, drain: 50, ..Limits::default() };

    let whole = read_head(bytes, bytes.len().max(1), &limits);
    assert_eq!(read_head(bytes, piece, &limits), whole, "a head depends on where it was cut");
    if let Ok(Some((_, Ok(head)))) = &whole {
        check_head(head);
    }
    let whole = read_chunks(bytes, bytes.len().max(1), &limits);
    assert_eq!(read_chunks(bytes, piece, &limits), whole, "a chunked body depends on where it was cut");

    let echo = Echo { reads_bodies: choice & 1 == 0, ..Echo::default() };
    let received = converse(&echo, bytes, piece, &limits);
    check_answers(&echo, &received);
});

/// What was left after the head, and the head in a form that can be compared.
type HeadSeen = (Vec<u8>, Result<String, Refusal>);

fn read_head(bytes: &[u8], piece: usize, limits: &Limits) -> Result<Option<HeadSeen>, Refusal> {
    let (mut scan, mut buffer) = (HeadScan::default(), BytesMut::new());
    let mut pieces = bytes.chunks(piece);
    while let Some(piece) = pieces.next() {
        buffer.extend_from_slice(piece);
        if let Some(length) = scan.advance(&mut buffer, limits)? {
            let head = Head::parse(&buffer.split_to(length).freeze(), limits);
            pieces.for_each(|piece| buffer.extend_from_slice(piece));
            return Ok(Some((buffer.to_vec(), head.map(|head| format!("{head:?}")))));
        }
    }
    Ok(None)
}

/// Nothing that two readers could read in two ways is left in an accepted head.
fn check_head(head: &str) {
    assert!(!(head.contains("\"content-length\"") && head.contains("\"transfer-encoding\"")), "{head}");
    assert!(head.matches("\"host\"").count() <= 1, "{head}");
    assert!(
        ["method: GET", "method: HEAD", "method: POST"].iter().any(|method| head.contains(method)),
        "{head}"
    );
}

fn read_chunks(bytes: &[u8], piece: usize, limits: &Limits) -> Result<Option<(Vec<u8>, Vec<u8>)>, Refusal> {
    let mut decoder = BodyDecoder::new(Framing::Chunked, limits.body, limits.head);
    let (mut input, mut data) = (BytesMut::new(), Vec::new());
    let mut pieces = bytes.chunks(piece);
    while let Some(piece) = pieces.next() {
        input.extend_from_slice(piece);
        loop {
            match decoder.step(&mut input)? {
                Step::Data(more) => data.extend_from_slice(&more),
                Step::More => break,
                Step::End => {
                    pieces.for_each(|piece| input.extend_from_slice(piece));
                    return Ok(Some((data, input.to_vec())));
                }
            }
        }
    }
    Ok(None)
}

#[derive(Default)]
struct Echo {
    reads_bodies: bool,
    served: AtomicUsize,
    refused: AtomicUsize,
}

impl Service for Echo {
    async fn call(&self, request: Request<RequestBody>, _: ClientGone) -> Response<ResponseBody> {
        let (parts, body) = request.into_parts();
        let mut response = Response::new(ResponseBody::Empty);
        if self.reads_bodies {
            match body.collect(100_000).await {
                Ok(body) => *response.body_mut() = ResponseBody::Full(body),
                // Replaced by the refusal's own answer.
                Err(_) => return response,
            }
        }
        self.served.fetch_add(1, Ordering::Relaxed);
        if parts.method == Method::HEAD {
            response.headers_mut().insert("x-method", HeaderValue::from_static("HEAD"));
        }
        response
    }

    fn refused(&self, refusal: Refusal, seen: Option<&Seen>) -> Response<ResponseBody> {
        self.refused.fetch_add(1, Ordering::Relaxed);
        let mut response = refusal.response();
        if seen.is_some_and(|seen| seen.method == "HEAD") {
            response.headers_mut().insert("x-method", HeaderValue::from_static("HEAD"));
        }
        response
    }

    fn unix_seconds(&self) -> i64 {
        0
    }
}

/// A whole connection in memory: the client sends everything, ends its side, and reads to the end.
fn converse(echo: &Echo, bytes: &[u8], piece: usize, limits: &Limits) -> Vec<u8> {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    }
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let (client, server) = duplex(256);
            let (_stop, stopped) = watch::channel(false);
            let (mut reader, mut writer) = tokio::io::split(client);
            let send = async {
                for piece in bytes.chunks(piece) {
                    if writer.write_all(piece).await.is_err() {
                        return;
                    }
                    tokio::task::yield_now().await;
                }
                let _ = writer.shutdown().await;
            };
            let mut received = Vec::new();
            let (read, (), ()) =
                tokio::join!(reader.read_to_end(&mut received), send, serve(server, echo, limits, stopped));
            read.unwrap();
            received
        })
    })
}

/// One whole answer for each request that reached the service, and at most one refusal, the last of all.
fn check_answers(echo: &Echo, mut bytes: &[u8]) {
    let (mut served, mut refused) = (0, 0);
    while !bytes.is_empty() {
        assert_eq!(refused, 0, "something follows a refusal");
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an unfinished head") + 4;
        let (head, rest) = bytes.split_at(end);
        let head = Bytes::copy_from_slice(head);
        let text = std::str::from_utf8(&head).expect("a head that is not text");
        bytes = rest;
        if text.starts_with("HTTP/1.1 100 ") {
            continue;
        }
        if text.starts_with("HTTP/1.1 200 ") {
            served += 1
        } else {
            refused += 1
        }
        let field = |name: &str| text.split("\r\n").find_map(|line| line.strip_prefix(name));
        let length: usize =
            field("Content-Length: ").and_then(|value| value.parse().ok()).expect("no length");
        let length = if field("X-Method: ") == Some("HEAD") { 0 } else { length };
        bytes = bytes.get(length..).expect("an unfinished body");
    }
    assert_eq!(echo.served.load(Ordering::Relaxed), served, "requests and answers differ in number");
    assert_eq!(echo.refused.load(Ordering::Relaxed), refused, "refusals and answers differ in number");
}
