//! Bodies that arrive and leave piece by piece.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use portreeve_server::http1::{Limits, Refusal, RequestBody, ResponseBody};
use tokio::io::AsyncWriteExt;
use tokio::sync::{Notify, mpsc};

use crate::handler::{connect, handler, read_all, read_until, send, text};

const CHUNKED: &str = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

/// Answers with the request's body, each piece as it comes, from a task that outlives the service's call.
async fn mirror(request: Request<RequestBody>) -> Response<ResponseBody> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let mut body = request.into_body();
        while let Some(Ok(bytes)) = body.chunk().await {
            sender.send(Ok(bytes)).await.unwrap();
        }
    });
    Response::new(ResponseBody::Stream(receiver))
}

#[tokio::test(start_paused = true)]
async fn bodies_stream_both_ways_at_once() {
    let (mut client, served) = connect(&handler(mirror), Limits::default(), 4096);
    send(&mut client, CHUNKED).await;
    let head = read_until(&mut client, "\r\n\r\n").await;
    assert!(head.contains("Transfer-Encoding: chunked\r\n"), "{head}");
    for word in ["one", "two", "six"] {
        send(&mut client, &format!("3\r\n{word}\r\n")).await;
        assert_eq!(read_until(&mut client, &format!("{word}\r\n")).await, format!("3\r\n{word}\r\n"));
    }
    send(&mut client, "0\r\n\r\nGET / HTTP/1.0\r\n\r\n").await;
    assert!(read_all(&mut client).await.starts_with("0\r\n\r\nHTTP/1.1 200 OK\r\n"));
    served.done.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stream_for_http_1_0_has_no_chunks_and_ends_with_the_connection() {
    let (mut client, _served) = connect(&handler(mirror), Limits::default(), 4096);
    send(&mut client, "POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc").await;
    let answer = read_all(&mut client).await;
    assert!(answer.contains("Connection: close\r\n") && answer.ends_with("\r\n\r\nabc"), "{answer}");
    assert!(!answer.contains("Transfer-Encoding"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn an_error_in_a_stream_leaves_the_last_chunk_out() {
    let service = handler(async |_| {
        let (sender, receiver) = mpsc::channel(2);
        sender.send(Ok(Bytes::from_static(b"half"))).await.unwrap();
        sender.send(Err(io::Error::other("the disk is gone"))).await.unwrap();
        Response::new(ResponseBody::Stream(receiver))
    });
    let (mut client, _served) = connect(&service, Limits::default(), 4096);
    send(&mut client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let answer = read_all(&mut client).await;
    assert!(answer.ends_with("4\r\nhalf\r\n"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_does_not_read_holds_the_client_back() {
    let go = Arc::new(Notify::new());
    let service = handler({
        let go = Arc::clone(&go);
        move |request| {
            let go = Arc::clone(&go);
            async move {
                go.notified().await;
                let body = request.into_body().collect(2_000_000).await.unwrap();
                Response::new(ResponseBody::Full(Bytes::from(body.len().to_string())))
            }
        }
    });
    let (client, _served) = connect(&service, Limits::default(), 1024);
    let (mut reader, mut writer) = tokio::io::split(client);
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    let sending = tokio::spawn(async move {
        send(&mut writer, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n").await;
        for _ in 0..1_000 {
            writer.write_all(&[b'a'; 1_000]).await.unwrap();
            counter.fetch_add(1_000, Ordering::SeqCst);
        }
    });
    tokio::time::sleep(Duration::from_secs(300)).await;
    let taken = sent.load(Ordering::SeqCst);
    assert!(taken < 70_000, "{taken} bytes were taken though nobody read");
    go.notify_one();
    sending.await.unwrap();
    assert!(read_until(&mut reader, "1000000").await.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test(start_paused = true)]
async fn an_unread_body_is_dropped_within_bounds_and_the_connection_kept() {
    let service = handler(async |_| text("ok"));
    let limits = Limits { drain: 10, ..Limits::default() };
    let (mut client, _served) = connect(&service, limits.clone(), 4096);
    for _ in 0..2 {
        send(&mut client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n").await;
        assert!(!read_until(&mut client, "\r\n\r\nok").await.contains("Connection"));
        send(&mut client, "aaaaaaaaaa").await;
    }
    send(&mut client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n").await;
    assert!(read_all(&mut client).await.contains("Connection: close\r\n"), "too much is not waited for");

    let (mut client, _served) = connect(&service, limits, 4096);
    send(&mut client, &format!("{CHUNKED}20\r\n{}\r\n0\r\n\r\n{CHUNKED}", "a".repeat(32))).await;
    let answer = read_all(&mut client).await;
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_answers_unread_sends_no_100_and_closes() {
    let (mut client, _served) = connect(&handler(async |_| text("no")), Limits::default(), 4096);
    send(&mut client, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        .await;
    let answer = read_all(&mut client).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("Connection: close\r\n"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_breaks_a_rule_is_refused_whatever_the_service_says() {
    let service = handler(async |request| {
        let broken = request.into_body().collect(100).await;
        assert!(broken.is_err());
        text("all is well")
    });
    let (mut client, _served) = connect(&service, Limits::default(), 4096);
    send(&mut client, &format!("{CHUNKED}1\r\na\r\n-1\r\n")).await;
    let answer = read_all(&mut client).await;
    assert!(answer.starts_with("HTTP/1.1 400 Malformed chunk size\r\n"), "{answer}");
    let (refusal, seen) = service.refusals.lock().unwrap().remove(0);
    assert_eq!((refusal, seen.unwrap().method.as_str()), (Refusal::ChunkSize, "POST"));
}
