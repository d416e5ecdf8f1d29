//! The same table behind a real nginx, which keeps its connections to us for other clients' requests: that is where
//! two readers of one request let one client speak with another's connection.
//!
//! nginx may refuse a case by itself, or pass on what it understood. What must hold: one answer for each request, no
//! more requests to us than answers, and the next client, on the same connection of nginx's, gets its own answer.

use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use portreeve_server::http1::{ClientGone, Limits, Refusal, RequestBody, ResponseBody, Seen, Service, serve};
use portreeve_testkit::Nginx;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use crate::cases::{self, Case, Then};
use crate::echo::Echo;

/// So many pairs of nginx and server play cases at one time, each one case after the other.
const LANES: usize = 8;

const PROBE: &[u8] = b"GET /probe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// An answer that is passed on bears this field, and one of nginx's own does not.
const PASSED_ON: &str = "X-Method: ";

/// The server behind nginx: it answers what it was asked, and keeps it.
#[derive(Default)]
struct Upstream {
    echo: Echo,
    /// Methods and targets of this case's requests.
    asked: Mutex<Vec<String>>,
    connections: AtomicUsize,
}

impl Service for Upstream {
    async fn call(&self, request: Request<RequestBody>, client: ClientGone) -> Response<ResponseBody> {
        self.asked.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
        self.echo.call(request, client).await
    }

    fn refused(&self, refusal: Refusal, seen: Option<&Seen>) -> Response<ResponseBody> {
        let asked = seen.map_or_else(|| "-".to_owned(), |seen| format!("{} {}", seen.method, seen.target));
        self.asked.lock().unwrap().push(asked);
        let mut response = self.echo.refused(refusal, seen);
        response.headers_mut().insert("x-method", "-".parse().unwrap());
        response
    }

    fn unix_seconds(&self) -> i64 {
        self.echo.unix_seconds()
    }
}

/// nginx in front of a server.
struct Lane {
    upstream: Arc<Upstream>,
    front: PathBuf,
    server: JoinHandle<()>,
    _nginx: Nginx,
    _directory: TempDir,
}

impl Lane {
    fn start() -> Lane {
        let directory = TempDir::new().unwrap();
        let (front, back) = (directory.path().join("front.sock"), directory.path().join("back.sock"));
        let upstream = Arc::new(Upstream::default());
        let server = tokio::spawn(listen(UnixListener::bind(&back).unwrap(), upstream.clone()));
        let nginx =
            Nginx::start(&configuration(&front, &back), None, || BlockingStream::connect(&front).is_ok());
        Lane { upstream, front, server, _nginx: nginx, _directory: directory }
    }
}

/// As docs/operating.md has it, with shorter times and the table's own limits.
fn configuration(front: &Path, back: &Path) -> String {
    format!(
        "client_header_timeout 3s; client_body_timeout 3s; keepalive_timeout 1s; send_timeout 5s;
        lingering_time 1s; lingering_timeout 1s; client_max_body_size 1000000;
        upstream portreeve {{ server unix:{}; keepalive 8; }}
        server {{
            listen unix:{};
            server_name x;
            location / {{
                proxy_pass http://portreeve;
                proxy_http_version 1.1;
                proxy_set_header Connection \"\";
                proxy_set_header Host $host;
                proxy_set_header X-Forwarded-For $remote_addr;
                proxy_next_upstream off;
            }}
        }}",
        back.display(),
        front.display()
    )
}

async fn listen(listener: UnixListener, upstream: Arc<Upstream>) {
    let limits = Limits { body: 1_000_000, ..Limits::default() };
    let (_stop, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        upstream.connections.fetch_add(1, Ordering::SeqCst);
        let (upstream, limits, stopped) = (upstream.clone(), limits.clone(), stopped.clone());
        connections.spawn(async move { serve(stream, &*upstream, &limits, stopped).await });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_case_of_the_table_holds_behind_nginx_too() {
    let waiting = Arc::new(Mutex::new(cases::all()));
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        let waiting = waiting.clone();
        let lane = Lane::start();
        lanes.spawn(async move {
            let (mut failures, mut played) = (Vec::new(), 0);
            loop {
                let Some(case) = waiting.lock().unwrap().pop() else { break };
                played += 1;
                if let Err(why) = play(&lane, &case, played).await {
                    failures.push(format!("{}: {why}", case.name));
                }
            }
            lane.server.abort();
            // after each case two further clients were served: most of them on connections that were there already
            let connections = lane.upstream.connections.load(Ordering::SeqCst);
            assert!(played < 4 || connections < played * 2, "{connections} connections for {played} cases");
            failures
        });
    }
    let failures: Vec<String> = lanes.join_all().await.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{} failed\n{}", failures.len(), failures.join("\n"));
}

async fn play(lane: &Lane, case: &Case, number: usize) -> Result<(), String> {
    lane.upstream.asked.lock().unwrap().clear();
    let received = converse(lane, case).await?;
    // a request that nginx gave up is answered all the same; who comes next must not get that answer
    let first = ask(lane, &format!("/next/{number}/a")).await;
    let second = ask(lane, &format!("/next/{number}/b")).await;
    let asked = std::mem::take(&mut *lane.upstream.asked.lock().unwrap());
    let shown = received.escape_ascii();
    for (place, answer) in [("a", first?), ("b", second?)] {
        let own = format!("GET /next/{number}/{place} ");
        if !(answer.starts_with(b"HTTP/1.1 200 OK\r\n") && answer.ends_with(own.as_bytes())) {
            return Err(format!("the next client got {} after {shown}", answer.escape_ascii()));
        }
    }
    compare(case, &received, asked).map_err(|why| format!("{why}: {shown}"))
}

async fn converse(lane: &Lane, case: &Case) -> Result<Vec<u8>, String> {
    let mut client = UnixStream::connect(&lane.front).await.map_err(|error| error.to_string())?;
    let (mut reader, mut writer) = client.split();
    let pause = Duration::from_millis(if case.pieces.len() > 10 { 1 } else { 15 });
    let send = async {
        for piece in &case.pieces {
            // nginx may have refused and left already
            let _ = writer.write_all(piece).await;
            sleep(pause).await;
        }
        match case.then {
            Then::Kept => _ = writer.write_all(PROBE).await,
            Then::HalfClosed => _ = writer.shutdown().await,
            Then::Closed => {}
        }
    };
    let read = async {
        let mut received = Vec::new();
        // a connection that breaks after the answer was refused with bytes still on their way
        while matches!(reader.read_buf(&mut received).await, Ok(1..)) {}
        received
    };
    let conversation = async { tokio::join!(read, send).0 };
    timeout(Duration::from_secs(20), conversation).await.map_err(|_| "no end".to_owned())
}

/// Another client's request, and its whole answer.
async fn ask(lane: &Lane, target: &str) -> Result<Vec<u8>, String> {
    let ask = async {
        let mut client = UnixStream::connect(&lane.front).await?;
        let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        client.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let answered = timeout(Duration::from_secs(10), ask).await;
    answered.map_err(|_| "the next client got no answer".to_owned())?.map_err(|error| error.to_string())
}

fn compare(case: &Case, received: &[u8], asked: Vec<String>) -> Result<(), String> {
    let answers = answers(case, received)?;
    let asked: Vec<String> = asked.into_iter().filter(|asked| !asked.starts_with("GET /next/")).collect();
    let passed_on = answers.iter().filter(|answer| answer.passed_on).count();
    // an answer of ours that nginx replaced by its own is one of a request that we got
    if asked.len() > answers.len() || asked.len() < passed_on {
        return Err(format!("{} answers, and we were asked {asked:?}", answers.len()));
    }
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    let mut direct: Vec<u16> = case.statuses.iter().copied().filter(|status| *status != 100).collect();
    if case.then == Then::Kept {
        direct.push(200);
    }
    if let Some((why, expected)) = case.behind_nginx {
        let same = statuses == expected;
        return if same { Ok(()) } else { Err(format!("{statuses:?} instead of {expected:?} ({why})")) };
    }
    let refused = answers.last().is_some_and(|last| !last.passed_on && last.status >= 400);
    let before = &statuses[..statuses.len().saturating_sub(1)];
    let own = refused && direct.starts_with(before) && statuses.len() <= direct.len();
    // what never comes whole it closes without a word
    let closed = direct.strip_prefix(&statuses[..]).is_some_and(|left| left.first() >= Some(&400));
    let holds = statuses == direct || own || closed;
    if holds { Ok(()) } else { Err(format!("{statuses:?} instead of {direct:?}")) }
}

struct Answer {
    status: u16,
    passed_on: bool,
}

/// Reads answers one after the other.
fn answers(case: &Case, mut bytes: &[u8]) -> Result<Vec<Answer>, String> {
    let mut answers = Vec::new();
    let sent = case.pieces.concat();
    let asks_for_head = sent.starts_with(b"HEAD");
    if !sent.windows(5).any(|window| window == b"HTTP/") && !bytes.starts_with(b"HTTP/") && !bytes.is_empty()
    {
        // to HTTP/0.9 the body alone is the answer
        return Ok(vec![Answer { status: 200, passed_on: true }]);
    }
    while !bytes.is_empty() {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or("an unfinished head")?;
        let head = std::str::from_utf8(&bytes[..end]).map_err(|_| "a head that is no text")?;
        bytes = &bytes[end + 4..];
        let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
        let status: u16 = status.ok_or("no status line")?;
        if status == 100 {
            continue;
        }
        let field = |name: &str| head.split("\r\n").find_map(|line| line.strip_prefix(name));
        let length: usize =
            field("Content-Length: ").and_then(|length| length.parse().ok()).ok_or("no length")?;
        let length = if asks_for_head && answers.is_empty() { 0 } else { length };
        bytes = bytes.get(length..).ok_or("an unfinished body")?;
        answers.push(Answer { status, passed_on: field(PASSED_ON).is_some() });
    }
    Ok(answers)
}
