//! Time-outs, on a clock that jumps.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use portreeve_server::http1::{Limits, Refusal, ResponseBody};
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, sleep};

use crate::handler::{connect, handler, read_all, read_until, send, text};

const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

fn limits() -> Limits {
    Limits {
        head_time: Duration::from_secs(20),
        idle_time: Duration::from_secs(75),
        body_silence: Duration::from_secs(30),
        body_grace: Duration::from_secs(60),
        body_rate: 100,
        write_silence: Duration::from_secs(10),
        ..Limits::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_says_a_word_is_left_without_one() {
    let started = Instant::now();
    let (mut client, _served) = connect(&handler(async |_| text("ok")), limits(), 4096);
    assert_eq!(read_all(&mut client).await, "");
    assert_eq!(started.elapsed().as_secs(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_kept_connection_may_be_idle_for_a_while_and_then_closes_silently() {
    let (mut client, _served) = connect(&handler(async |_| text("ok")), limits(), 4096);
    for _ in 0..2 {
        send(&mut client, GET).await;
        read_until(&mut client, "\r\n\r\nok").await;
        sleep(Duration::from_secs(74)).await;
    }
    send(&mut client, GET).await;
    read_until(&mut client, "\r\n\r\nok").await;
    let idle = Instant::now();
    assert_eq!(read_all(&mut client).await, "");
    assert_eq!(idle.elapsed().as_secs(), 75);
}

#[tokio::test(start_paused = true)]
async fn a_head_that_drips_gets_408_in_time() {
    let service = handler(async |_| text("ok"));
    let (client, _served) = connect(&service, limits(), 4096);
    let (mut reader, mut writer) = tokio::io::split(client);
    let started = Instant::now();
    let dripping = tokio::spawn(async move {
        for byte in b"GET /a HTTP/1.1\r\nHost: x\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbb" {
            let _ = writer.write_all(&[*byte]).await;
            sleep(Duration::from_secs(1)).await;
        }
    });
    let answer = read_all(&mut reader).await;
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
    assert_eq!(started.elapsed().as_secs(), 20);
    let (refusal, seen) = service.refusals.lock().unwrap().remove(0);
    assert_eq!((refusal, seen.unwrap().target.as_str()), (Refusal::HeadTimeout, "/a"));
    dripping.await.unwrap();
}

/// Sends a body, so many bytes every so many seconds; the answer, and the second at which it came.
async fn upload(bytes: usize, every: u64) -> (String, u64) {
    let service = handler(async |request| {
        let body = request.into_body().collect(100_000).await.unwrap_or_default();
        Response::new(ResponseBody::Full(Bytes::from(format!("got {}", body.len()))))
    });
    let (client, _served) = connect(&service, limits(), 4096);
    let (mut reader, mut writer) = tokio::io::split(client);
    let started = Instant::now();
    let sending = tokio::spawn(async move {
        send(&mut writer, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10000\r\n\r\n")
            .await;
        for _ in 0..10_000 / bytes {
            sleep(Duration::from_secs(every)).await;
            if writer.write_all(&vec![b'a'; bytes]).await.is_err() {
                break;
            }
        }
    });
    let answer = read_all(&mut reader).await;
    sending.abort();
    (answer, started.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_gets_408() {
    let (answer, second) = upload(5_000, 31).await;
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
    assert_eq!(second, 30);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_drips_gets_408_though_it_never_stops() {
    let (answer, second) = upload(1, 1).await;
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
    assert!((60..=65).contains(&second), "{second}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_that_keeps_up_its_average_is_taken() {
    let (answer, second) = upload(1_000, 10).await;
    assert!(answer.ends_with("got 10000"), "{answer}");
    assert_eq!(second, 100);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_of_its_answer_is_dropped() {
    let service = handler(async |_| Response::new(ResponseBody::Full(Bytes::from(vec![b'a'; 100_000]))));
    let (mut client, served) = connect(&service, limits(), 4096);
    send(&mut client, GET).await;
    let started = Instant::now();
    served.done.await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_its_answer_slowly_gets_all_of_it() {
    let service = handler(async |_| Response::new(ResponseBody::Full(Bytes::from(vec![b'a'; 40_000]))));
    let (mut client, _served) = connect(&service, limits(), 4096);
    send(&mut client, "GET / HTTP/1.0\r\n\r\n").await;
    read_until(&mut client, "\r\n\r\n").await;
    for _ in 0..10 {
        sleep(Duration::from_secs(9)).await;
        read_until(&mut client, &"a".repeat(4_000)).await;
    }
    assert_eq!(read_all(&mut client).await, "");
}

#[tokio::test(start_paused = true)]
async fn an_answer_arrives_whole_through_a_socket_that_takes_a_byte_at_a_time() {
    let service = handler(async |_| text("hello"));
    let (client, _served) = connect(&service, limits(), 1);
    let (mut reader, mut writer) = tokio::io::split(client);
    let sending = tokio::spawn(async move { send(&mut writer, &GET.replace("1.1", "1.0")).await });
    let answer = read_all(&mut reader).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nhello"), "{answer}");
    sending.await.unwrap();
}
