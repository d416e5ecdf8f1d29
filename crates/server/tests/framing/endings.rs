//! How connections end: by the server, by the client, and with input that nobody read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use portreeve_server::http1::{ClientGone, Limits, Refusal, refuse};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::handler::{Handler, Served, connect, handler, read_all, read_until, send, serve_on, text};

const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

async fn connect_tcp(service: &Arc<Handler>, limits: Limits) -> (TcpStream, Served) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    (client, serve_on(server, service, limits))
}

#[tokio::test(start_paused = true)]
async fn stopping_ends_idle_connections_at_once() {
    let (mut client, served) = connect(&handler(async |_| text("ok")), Limits::default(), 4096);
    send(&mut client, GET).await;
    read_until(&mut client, "\r\n\r\nok").await;
    served.stop.send(true).unwrap();
    assert_eq!(read_all(&mut client).await, "");
    served.done.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn stopping_lets_the_request_at_hand_finish() {
    let (started, finish) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let service = handler({
        let (started, finish) = (Arc::clone(&started), Arc::clone(&finish));
        move |_| {
            let (started, finish) = (Arc::clone(&started), Arc::clone(&finish));
            async move {
                started.notify_one();
                finish.notified().await;
                text("done")
            }
        }
    });
    let (mut client, served) = connect(&service, Limits::default(), 4096);
    send(&mut client, &GET.repeat(2)).await;
    started.notified().await;
    served.stop.send(true).unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    finish.notify_one();
    let answer = read_all(&mut client).await;
    assert!(answer.contains("Connection: close\r\n") && answer.ends_with("\r\n\r\ndone"), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
}

#[tokio::test]
async fn a_service_is_told_when_its_client_is_gone_and_runs_to_its_end() {
    let (called, finished) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(false)));
    let service = handler({
        let (called, finished) = (Arc::clone(&called), Arc::clone(&finished));
        move |request| {
            let (called, finished) = (Arc::clone(&called), Arc::clone(&finished));
            async move {
                let client = request.extensions().get::<ClientGone>().unwrap().clone();
                assert!(!client.is_gone());
                called.notify_one();
                client.gone().await;
                tokio::time::sleep(Duration::from_millis(20)).await;
                finished.store(true, Ordering::SeqCst);
                text("nobody hears this")
            }
        }
    });
    let (mut client, served) = connect_tcp(&service, Limits::default()).await;
    send(&mut client, GET).await;
    called.notified().await;
    client.set_zero_linger().unwrap();
    drop(client);
    tokio::time::timeout(Duration::from_secs(10), served.done).await.unwrap().unwrap();
    assert!(finished.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_half_closed_client_has_not_left() {
    let service = handler(async |request| {
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!request.extensions().get::<ClientGone>().unwrap().is_gone());
        text("still here")
    });
    let (mut client, served) = connect_tcp(&service, Limits::default()).await;
    send(&mut client, GET).await;
    client.shutdown().await.unwrap();
    assert!(read_all(&mut client).await.ends_with("still here"));
    served.done.await.unwrap();
}

#[tokio::test]
async fn a_client_that_goes_on_sending_can_still_read_why_it_was_refused() {
    let limits = Limits { body: 1_000, ..Limits::default() };
    let (client, _served) = connect_tcp(&handler(async |_| text("ok")), limits).await;
    let (mut reader, mut writer) = client.into_split();
    send(&mut writer, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n").await;
    for _ in 0..20 {
        // Long enough for the refusal to be out: what is sent after it must not meet a closed connection.
        tokio::time::sleep(Duration::from_millis(5)).await;
        writer.write_all(&[b'a'; 100_000]).await.unwrap();
    }
    let answer = read_all(&mut reader).await;
    assert!(answer.starts_with("HTTP/1.1 413 Content Too Large\r\n"), "{answer}");
    assert!(answer.ends_with("send less at a time.\n"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_sends_without_end_after_a_refusal_is_cut_off() {
    let limits = Limits { linger: 100_000, ..Limits::default() };
    let (mut client, served) = connect(&handler(async |_| text("ok")), limits, 4096);
    send(&mut client, "BAD\r\n\r\n").await;
    let mut sent = 0;
    while client.write_all(&[b'a'; 1_000]).await.is_ok() {
        sent += 1_000;
        assert!(sent < 200_000, "the server reads on for ever");
    }
    served.done.await.unwrap();
    let mut answer = [0; 12];
    client.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 400");
}

#[tokio::test(start_paused = true)]
async fn a_refused_head_request_gets_no_body() {
    let (mut client, _served) = connect(&handler(async |_| text("ok")), Limits::default(), 4096);
    send(&mut client, "HEAD / HTTP/1.1\r\n\r\n").await;
    let answer = read_all(&mut client).await;
    assert!(answer.starts_with("HTTP/1.1 400 No Host\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_too_many_is_answered_before_it_asks() {
    let service = handler(async |_| text("ok"));
    let (mut client, server) = duplex(4096);
    let limits = Limits::default();
    let (answer, ()) = tokio::join!(read_all(&mut client), refuse(server, &*service, &limits, Refusal::Busy));
    assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{answer}");
    assert!(answer.contains("Connection: close\r\n"), "{answer}");
}
