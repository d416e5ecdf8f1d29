//! Health and metrics, on a listener of their own: plain HTTP, two addresses, to be read by whoever can connect.
//!
//! It shares the reading of requests with the ports and nothing else: no gate, no dispatch, no place of theirs. One
//! connection brings one answer, and only a few are open at once.

mod health;
mod process;
mod reading;
mod scrape;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use super::accepting::accept_all;
use crate::app::App;
use crate::http1::{self, ClientGone, Limits, Refusal, RequestBody, ResponseBody, Seen};
use crate::metrics::CONTENT_TYPE as METRICS;
use reading::Reader;

/// How many connections there may be at once. One more is closed without a word.
const CONNECTIONS: usize = 16;

const TEXT: &str = "text/plain; charset=utf-8";

/// Serves health and metrics until `stop` says so.
pub async fn observe(app: Arc<App>, listener: TcpListener, stop: watch::Receiver<bool>) {
    let observer = Arc::new(Observer { app, reader: Reader::default() });
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let limits = limits();
    let stopping = stop.clone();
    accept_all(listener, stop, move |(stream, _)| {
        let (observer, limits, stop) = (observer.clone(), limits.clone(), stopping.clone());
        let place = places.clone().try_acquire_owned();
        async move {
            if let Ok(_place) = place {
                http1::serve(stream, &*observer, &limits, stop).await;
            }
        }
    })
    .await;
}

/// Much less than what a client of the API gets, and no patience: a monitor is near and has little to say.
fn limits() -> Limits {
    let patience = Duration::from_secs(5);
    Limits {
        request_line: 1024,
        head: 8 * 1024,
        fields: 32,
        body: 0,
        head_time: patience,
        idle_time: patience,
        body_silence: patience,
        write_silence: patience,
        drain: 0,
        linger: 8 * 1024,
        ..Limits::default()
    }
}

struct Observer {
    app: Arc<App>,
    reader: Reader,
}

impl Observer {
    async fn health(&self) -> Response<ResponseBody> {
        let reading = self.reader.read(&self.app.environment.store).await;
        match health::problems(&self.app, &reading).as_slice() {
            [] => answer(StatusCode::OK, TEXT, "ok\n".to_owned()),
            problems => answer(StatusCode::SERVICE_UNAVAILABLE, TEXT, problems.join("\n") + "\n"),
        }
    }

    async fn metrics(&self) -> Response<ResponseBody> {
        let reading = self.reader.read(&self.app.environment.store).await;
        answer(StatusCode::OK, METRICS, scrape::text(&self.app, &reading))
    }
}

impl http1::Service for Observer {
    async fn call(&self, request: Request<RequestBody>, _: ClientGone) -> Response<ResponseBody> {
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        match request.uri().path() {
            "/health" if is_read => self.health().await,
            "/metrics" if is_read => self.metrics().await,
            "/health" | "/metrics" => {
                let text = "This is to be read: use GET or HEAD.\n".to_owned();
                let mut response = answer(StatusCode::METHOD_NOT_ALLOWED, TEXT, text);
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
                response
            }
            _ => answer(StatusCode::NOT_FOUND, TEXT, "There are /health and /metrics.\n".to_owned()),
        }
    }

    fn refused(&self, refusal: Refusal, _seen: Option<&Seen>) -> Response<ResponseBody> {
        refusal.response()
    }

    fn unix_seconds(&self) -> i64 {
        self.app.environment.clock.now().seconds()
    }
}

/// An answer, and the end of its connection.
fn answer(status: StatusCode, content_type: &'static str, body: String) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::Full(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONNECTION, "close"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
