//! A service made of a closure, on a connection in memory.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use portreeve_server::http1::{ClientGone, Limits, Refusal, RequestBody, ResponseBody, Seen, Service, serve};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

type Answer = Pin<Box<dyn Future<Output = Response<ResponseBody>> + Send>>;

/// Answers with what the closure gives, and remembers refusals.
pub struct Handler {
    answer: Box<dyn Fn(Request<RequestBody>) -> Answer + Send + Sync>,
    /// What was refused.
    pub refusals: Mutex<Vec<(Refusal, Option<Seen>)>>,
}

/// A handler of requests.
pub fn handler<F, A>(answer: F) -> Arc<Handler>
where
    F: Fn(Request<RequestBody>) -> A + Send + Sync + 'static,
    A: Future<Output = Response<ResponseBody>> + Send + 'static,
{
    let answer = Box::new(move |request| Box::pin(answer(request)) as Answer);
    Arc::new(Handler { answer, refusals: Mutex::default() })
}

impl Service for Handler {
    fn call(
        &self,
        mut request: Request<RequestBody>,
        client: ClientGone,
    ) -> impl Future<Output = Response<ResponseBody>> + Send {
        request.extensions_mut().insert(client);
        (self.answer)(request)
    }

    fn refused(&self, refusal: Refusal, seen: Option<&Seen>) -> Response<ResponseBody> {
        self.refusals.lock().unwrap().push((refusal, seen.cloned()));
        refusal.response()
    }

    fn unix_seconds(&self) -> i64 {
        0
    }
}

/// An answer of these words.
pub fn text(words: &'static str) -> Response<ResponseBody> {
    Response::new(ResponseBody::Full(Bytes::from_static(words.as_bytes())))
}

/// A served connection.
pub struct Served {
    /// Ends when the connection does.
    pub done: JoinHandle<()>,
    /// Tells the server to stop.
    pub stop: watch::Sender<bool>,
}

/// Serves this socket.
pub fn serve_on<Io>(io: Io, service: &Arc<Handler>, limits: Limits) -> Served
where
    Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (stop, stopped) = watch::channel(false);
    let service = Arc::clone(service);
    let done = tokio::spawn(async move { serve(io, &*service, &limits, stopped).await });
    Served { done, stop }
}

/// Serves a connection in memory that holds so many bytes each way.
pub fn connect(service: &Arc<Handler>, limits: Limits, room: usize) -> (DuplexStream, Served) {
    let (client, server) = duplex(room);
    (client, serve_on(server, service, limits))
}

/// Reads until these bytes have come, and returns all that came.
pub async fn read_until(client: &mut (impl AsyncRead + Unpin), wanted: &str) -> String {
    let mut received = Vec::new();
    while !received.windows(wanted.len()).any(|window| window == wanted.as_bytes()) {
        let byte = client.read_u8().await;
        let so_far = received.escape_ascii();
        received.push(byte.unwrap_or_else(|error| panic!("no {wanted:?} but {error} after {so_far}")));
    }
    String::from_utf8(received).unwrap()
}

/// Reads up to the end of the connection, which must come within an hour: at once, on a clock that jumps.
pub async fn read_all(client: &mut (impl AsyncRead + Unpin)) -> String {
    let mut received = Vec::new();
    let reading = client.read_to_end(&mut received);
    timeout(Duration::from_secs(3_600), reading)
        .await
        .expect("the server should close the connection")
        .unwrap();
    String::from_utf8(received).unwrap()
}

/// Sends these bytes.
pub async fn send(client: &mut (impl AsyncWrite + Unpin), bytes: &str) {
    client.write_all(bytes.as_bytes()).await.unwrap();
}
