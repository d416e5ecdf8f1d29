//! Plays the cases, each against a server of its own.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use portreeve_server::http1::{Limits, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::cases::{self, Case, Then};
use crate::echo::Echo;

/// Short where a case waits for a time-out, and small where one reaches a limit.
fn limits() -> Limits {
    Limits {
        body: 1_000_000,
        head_time: Duration::from_secs(4),
        body_silence: Duration::from_secs(4),
        ..Limits::default()
    }
}

const PROBE: &[u8] = b"GET /probe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_case_of_the_table_holds() {
    let cases = cases::all();
    assert!(cases.len() >= 100, "only {} cases", cases.len());
    let mut names: Vec<_> = cases.iter().map(|case| case.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), cases.len(), "two cases have the same name");

    let mut running = JoinSet::new();
    for case in cases {
        running.spawn(async move { play(&case).await.map_err(|error| format!("{}: {error}", case.name)) });
    }
    let failures: Vec<_> = running.join_all().await.into_iter().filter_map(Result::err).collect();
    assert!(failures.is_empty(), "{} failed\n{}", failures.len(), failures.join("\n"));
}

async fn play(case: &Case) -> Result<(), String> {
    let echo = Arc::new(Echo::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (_stop, stopped) = watch::channel(false);
    let server = tokio::spawn({
        let echo = Arc::clone(&echo);
        async move {
            let (socket, _) = listener.accept().await.unwrap();
            serve(socket, &*echo, &limits(), stopped).await;
        }
    });

    let mut client = TcpStream::connect(address).await.unwrap();
    client.set_nodelay(true).unwrap();
    let (mut reader, mut writer) = client.split();
    let answered = Notify::new();
    let waits_for_100 = case.statuses.first() == Some(&100);
    let pause = Duration::from_millis(if case.pieces.len() > 10 { 1 } else { 15 });
    let send = async {
        for piece in &case.pieces {
            // The server may have refused and left already.
            let _ = writer.write_all(piece).await;
            tokio::time::sleep(pause).await;
            if waits_for_100 {
                answered.notified().await;
                answered.notify_one();
            }
        }
        match case.then {
            Then::Kept => _ = writer.write_all(PROBE).await,
            Then::HalfClosed => _ = writer.shutdown().await,
            Then::Closed => {}
        }
    };
    let read = async {
        let mut received = Vec::new();
        while reader.read_buf(&mut received).await? > 0 {
            answered.notify_one();
        }
        Ok::<_, std::io::Error>(received)
    };
    let conversation = async { tokio::join!(read, send).0 };
    let received = match tokio::time::timeout(Duration::from_secs(20), conversation).await {
        Ok(Ok(received)) => received,
        Ok(Err(error)) => return Err(format!("the connection broke: {error}")),
        Err(_) => return Err("the server did not close the connection".to_owned()),
    };
    drop(client);
    server.await.map_err(|error| error.to_string())?;
    compare(case, &echo, &received)
}

fn compare(case: &Case, echo: &Echo, received: &[u8]) -> Result<(), String> {
    let answers = parse(received).map_err(|error| format!("{error} in {}", received.escape_ascii()))?;
    let mut expected = case.statuses.clone();
    if case.then == Then::Kept {
        expected.push(200);
    }
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    if statuses != expected {
        return Err(format!("{statuses:?} instead of {expected:?}: {}", received.escape_ascii()));
    }
    let last = answers.last().map(|answer| answer.body.as_slice()).unwrap_or_default();
    if case.then == Then::Kept && last != b"GET /probe " {
        return Err(format!("the connection is out of step: {}", last.escape_ascii()));
    }
    let first = answers.first().map(|answer| answer.body.as_slice()).unwrap_or_default();
    if case.body.is_some_and(|body| body.as_bytes() != first) {
        return Err(format!("another body than {:?}: {}", case.body, first.escape_ascii()));
    }
    let served = statuses.iter().filter(|status| **status == 200).count();
    let refused = statuses.iter().filter(|status| **status >= 400).count();
    if echo.served.load(Ordering::SeqCst) != served || echo.refused.load(Ordering::SeqCst) != refused {
        return Err(format!(
            "the service saw {} requests, {served} were answered",
            echo.served.load(Ordering::SeqCst)
        ));
    }
    Ok(())
}

struct Answer {
    status: u16,
    body: Vec<u8>,
}

/// Reads answers one after the other, as strictly as a client that trusts nobody.
fn parse(mut bytes: &[u8]) -> Result<Vec<Answer>, &'static str> {
    let mut answers = Vec::new();
    while !bytes.is_empty() {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or("an unfinished head")?;
        let head = std::str::from_utf8(&bytes[..end]).map_err(|_| "a head that is not text")?;
        bytes = &bytes[end + 4..];
        let mut lines = head.split("\r\n");
        let status_line =
            lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")).ok_or("no status line")?;
        let status: u16 = status_line.get(..3).and_then(|code| code.parse().ok()).ok_or("no status")?;
        let field = |name: &str| head.split("\r\n").find_map(|line| line.strip_prefix(name));
        if status == 100 {
            answers.push(Answer { status, body: Vec::new() });
            continue;
        }
        if field("Date: ") != Some("Sun, 06 Nov 1994 08:49:37 GMT") {
            return Err("no date");
        }
        let length: usize =
            field("Content-Length: ").and_then(|value| value.parse().ok()).ok_or("no length")?;
        let length = if field("X-Method: ") == Some("HEAD") { 0 } else { length };
        let body = bytes.get(..length).ok_or("an unfinished body")?.to_vec();
        bytes = &bytes[length..];
        if status >= 400 && (field("Connection: ") != Some("close") || !bytes.is_empty()) {
            return Err("something follows a refusal");
        }
        answers.push(Answer { status, body });
    }
    Ok(answers)
}
