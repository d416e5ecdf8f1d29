//! One connection's way into the server, and each request's line in the log.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use http::header::HOST;
use http::{Method, Response, StatusCode};
use portreeve_types::{RequestId, Service, Timestamp};

use crate::app::App;
use crate::hint::Hint;
use crate::http1::{self, Limits, Refusal, RequestBody, ResponseBody, Seen};
use crate::log::Line;
use crate::reply::Reply;
use crate::request::{Connection, Peer, Request};
use crate::route;

/// Serves the requests of one connection. It remembers nothing from one request to the next.
pub(super) struct Handler {
    app: Arc<App>,
    connection: Connection,
    plain_on_tls: bool,
}

impl Handler {
    pub(super) fn new(app: Arc<App>, connection: Connection) -> Handler {
        Handler { app, connection, plain_on_tls: false }
    }

    /// The same connection, on which plain HTTP came where TLS is spoken.
    pub(super) fn speaking_plain_to_tls(&self) -> Handler {
        Handler { app: self.app.clone(), connection: self.connection.clone(), plain_on_tls: true }
    }

    pub(super) fn limits(&self) -> Limits {
        self.app.settings.limits.clone()
    }

    /// Where this request came in. On the API socket the request says which service it is for: by its host, as the
    /// service subdomains do (`cpanel.localhost`, `whm.localhost`), or else by its path.
    fn connection_for(&self, request: &http::Request<RequestBody>) -> Connection {
        let mut connection = self.connection.clone();
        if let Peer::Local { .. } = connection.peer {
            let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            let path = request.uri().path();
            connection.service = match host.split_once('.') {
                Some(("cpanel", _)) => Service::Cpanel,
                Some(("whm", _)) => Service::Whm,
                _ if path.starts_with("/json-api/") || path.starts_with("/xml-api/") => Service::Whm,
                _ => Service::Cpanel,
            };
        }
        connection
    }

    fn begin(&self) -> (Timestamp, RequestId) {
        (self.app.environment.clock.now(), self.app.request_ids.next())
    }

    fn note(
        &self,
        time: Timestamp,
        id: String,
        connection: &Connection,
        method: &str,
        target: &str,
        reply: &Reply,
    ) {
        let (status, caller, hint) = reply.noted();
        self.app.log.add(Line {
            time,
            id,
            address: connection.peer.address(),
            status: status.as_u16(),
            caller: caller.map(str::to_owned),
            without_code: reply.is_without_code(),
            method: method.to_owned(),
            service: connection.service,
            port: connection.port,
            target: target.to_owned(),
            hint: hint.map(Hint::with_section),
            millis: self.app.environment.clock.now().millis() - time.millis(),
        });
    }
}

impl http1::Service for Handler {
    async fn call(&self, request: http::Request<RequestBody>) -> Response<ResponseBody> {
        let (time, id) = self.begin();
        let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let method = request.method().clone();
        let connection = self.connection_for(&request);
        let reply = if self.plain_on_tls {
            plain_on_tls(&request, &target)
        } else {
            // A fault of ours costs one request, never the connection's other requests or the server.
            let answer = route::answer(&self.app, Request::new(id, connection.clone(), request));
            AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_| {
                tracing::error!(%id, "a request could not be finished");
                Reply::text(StatusCode::INTERNAL_SERVER_ERROR, "The server could not finish this request.")
                    .closing()
            })
        };
        self.note(time, id.to_string(), &connection, method.as_str(), &target, &reply);
        reply.into_response(id)
    }

    fn refused(&self, refusal: Refusal, seen: Option<&Seen>) -> Response<ResponseBody> {
        let (time, id) = self.begin();
        let hint = (refusal == Refusal::CredentialLineBreak).then_some(Hint::LINE_BREAK_IN_HEADER);
        let reply =
            Reply::text(refusal.status(), refusal.text()).with_reason(refusal.reason()).with_hint(hint);
        let (method, target) = seen.map_or(("-", "-"), |seen| (seen.method.as_str(), seen.target.as_str()));
        self.note(time, id.to_string(), &self.connection, method, target, &reply);
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
