//! One connection's way into the server, and each request's line in the log.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use http::header::HOST;
use http::{HeaderMap, Method, Response, StatusCode};
use portreeve_types::{RequestId, Service, Timestamp};

use super::proxy::forwarded::{self, NoClient};
use crate::app::App;
use crate::hint::Hint;
use crate::http1::{self, ClientGone, Limits, Refusal, RequestBody, ResponseBody, Seen};
use crate::log::Line;
use crate::metrics::StatusClass;
use crate::reply::Reply;
use crate::request::{Connection, Peer, Request};
use crate::route;

/// Serves the requests of one connection. It remembers nothing from one request to the next.
pub(super) struct Handler {
    app: Arc<App>,
    source: Source,
    plain_on_tls: bool,
}

/// Whose the requests of a connection are.
#[derive(Clone)]
pub(super) enum Source {
    /// All of them are one peer's.
    Peer(Connection),
    /// They come through a proxy, which names the client of each.
    Proxy {
        /// The service of the socket.
        service: Service,
        /// Whether clients speak TLS to the proxy.
        tls: bool,
        /// The number of the port that the socket stands for.
        port: u16,
    },
}

impl Handler {
    pub(super) fn new(app: Arc<App>, source: Source) -> Handler {
        Handler { app, source, plain_on_tls: false }
    }

    /// The same connection, on which plain HTTP came where TLS is spoken.
    pub(super) fn speaking_plain_to_tls(&self) -> Handler {
        Handler { app: self.app.clone(), source: self.source.clone(), plain_on_tls: true }
    }

    pub(super) fn limits(&self) -> Limits {
        self.app.settings.limits.clone()
    }

    /// Where this request came in, and from whom.
    fn connection_for(&self, request: &http::Request<RequestBody>) -> Result<Connection, NoClient> {
        let headers = request.headers();
        match &self.source {
            Source::Peer(connection) => match connection.peer {
                Peer::Local { .. } => {
                    let service = service_for_program(headers, request.uri().path());
                    Ok(Connection { service, ..connection.clone() })
                }
                Peer::Network(_) | Peer::Proxied(_) => Ok(connection.clone()),
            },
            Source::Proxy { service, tls, port } => Ok(Connection {
                service: *service,
                port: Some(*port),
                address: None,
                tls: *tls,
                peer: Peer::Proxied(forwarded::client(headers)?),
            }),
        }
    }

    fn begin(&self) -> (Timestamp, RequestId) {
        (self.app.environment.clock.now(), self.app.request_ids.next())
    }

    /// `connection` is none where a proxy named no client.
    fn note(
        &self,
        time: Timestamp,
        id: RequestId,
        connection: Option<&Connection>,
        method: Option<Method>,
        target: String,
        reply: &Reply,
    ) {
        let (status, caller, hint) = reply.noted();
        let (service, port) = match (&self.source, connection) {
            (_, Some(connection)) | (Source::Peer(connection), None) => (connection.service, connection.port),
            (Source::Proxy { service, port, .. }, None) => (*service, Some(*port)),
        };
        self.app.metrics.requests.add((service, StatusClass::of(status)));
        self.app.log.add(Line {
            time,
            id,
            address: connection.map(|connection| connection.peer.address()),
            status: status.as_u16(),
            caller: caller.cloned(),
            without_code: reply.is_without_code(),
            method,
            service,
            port,
            target,
            hint: hint.map(Hint::with_section),
            millis: self.app.environment.clock.now().millis() - time.millis(),
        });
    }
}

impl http1::Service for Handler {
    async fn call(
        &self,
        mut request: http::Request<RequestBody>,
        client: ClientGone,
    ) -> Response<ResponseBody> {
        let (time, id) = self.begin();
        let target =
            request.uri().path_and_query().map(|target| target.as_str().to_owned()).unwrap_or_default();
        let method = request.method().clone();
        let connection = self.connection_for(&request);
        forwarded::withhold(request.headers_mut());
        let reply = match &connection {
            Err(why) => Reply::text(StatusCode::BAD_REQUEST, &why.to_string())
                .with_reason("the proxy does not name its client")
                .closing(),
            Ok(_) if self.plain_on_tls => plain_on_tls(&request, &target),
            Ok(connection) => {
                // A fault of ours costs one request, never the connection's other requests or the server.
                let answer =
                    route::answer(&self.app, Request::new(id, connection.clone(), request, Some(client)));
                AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_| {
                    tracing::error!(%id, "a request could not be finished");
                    Reply::text(
                        StatusCode::INTERNAL_SERVER_ERROR,
                        "The server could not finish this request.",
                    )
                    .closing()
                })
            }
        };
        self.note(time, id, connection.ok().as_ref(), Some(method), target, &reply);
        reply.into_response(id)
    }

    fn refused(&self, refusal: Refusal, seen: Option<&Seen>) -> Response<ResponseBody> {
        self.app.metrics.refusals.add(refusal);
        let (time, id) = self.begin();
        let hint = (refusal == Refusal::CredentialLineBreak).then_some(Hint::LINE_BREAK_IN_HEADER);
        let reply =
            Reply::text(refusal.status(), refusal.text()).with_reason(refusal.reason()).with_hint(hint);
        let method = seen.and_then(|seen| seen.method.parse().ok());
        let target = seen.map_or_else(|| "-".to_owned(), |seen| seen.target.clone());
        let connection = match &self.source {
            Source::Peer(connection) => Some(connection),
            Source::Proxy { .. } => None,
        };
        self.note(time, id, connection, method, target, &reply);
        let mut response = reply.into_response(id);
        if let Some(allow) = refusal.response().headers_mut().remove(http::header::ALLOW) {
            response.headers_mut().insert(http::header::ALLOW, allow);
        }
        response
    }

    fn unix_seconds(&self) -> i64 {
        self.app.environment.clock.now().seconds()
    }
}

/// The API socket serves two services. The request says which it is for: by its host, as the service subdomains do
/// (`cpanel.localhost`, `whm.localhost`), or else by its path.
fn service_for_program(headers: &HeaderMap, path: &str) -> Service {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    match host.split_once('.') {
        Some(("cpanel", _)) => Service::Cpanel,
        Some(("whm", _)) => Service::Whm,
        _ if path.starts_with("/json-api/") || path.starts_with("/xml-api/") => Service::Whm,
        _ => Service::Cpanel,
    }
}

/// Plain HTTP on a TLS port: pages are shown the way, everything else is told what is wrong.
fn plain_on_tls(request: &http::Request<RequestBody>, target: &str) -> Reply {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    match host {
        Some(host) if request.method() == Method::GET || request.method() == Method::HEAD => {
            Reply::redirect(StatusCode::MOVED_PERMANENTLY, &format!("https://{host}{target}")).closing()
        }
        _ => Reply::text(StatusCode::BAD_REQUEST, "This is a TLS port: use https.")
            .with_reason("this is a TLS port")
            .closing(),
    }
}
