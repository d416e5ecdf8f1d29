//! One connection from its first byte to its last.

use std::future::pending;
use std::io;
use std::pin::pin;

use http::{Method, Request, Response, StatusCode, Version};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::select;
use tokio::sync::watch;

use super::answer::asks_to_close;
use super::body::{RequestBody, ResponseBody};
use super::head::Head;
use super::inbound::Inbound;
use super::limits::Limits;
use super::refusal::Refusal;
use super::rules::Framing;
use super::scan::HeadScan;
use super::seen::Seen;
use super::service::Service;
use super::socket::Socket;
use super::timer::{Elapsed, Timer};

/// Serves a connection until it closes.
///
/// When `stop` becomes true the request at hand is finished and answered with `Connection: close`; a
/// connection that waits for its next request ends at once.
pub async fn serve<Io, S>(io: Io, service: &S, limits: &Limits, stop: watch::Receiver<bool>)
where
    Io: AsyncRead + AsyncWrite + Unpin + Send,
    S: Service,
{
    let mut connection = Connection::new(io, service, limits);
    let ending = connection.serve_requests(stop).await;
    connection.close(ending).await;
}

/// Answers a connection that will not be served, whatever it asks, and closes it.
pub async fn refuse<Io, S>(io: Io, service: &S, limits: &Limits, refusal: Refusal)
where
    Io: AsyncRead + AsyncWrite + Unpin + Send,
    S: Service,
{
    let mut connection = Connection::new(io, service, limits);
    let ending = connection.refuse(refusal, None).await;
    connection.close(ending).await;
}

/// One connection: the socket's only user.
pub(super) struct Connection<'a, Io, S> {
    pub(super) socket: Socket<Io>,
    pub(super) timer: Timer,
    pub(super) service: &'a S,
    pub(super) limits: &'a Limits,
}

/// How a connection ends.
pub(super) enum Ending {
    /// Everything that came was used.
    Clean,
    /// The client may still be sending. Closing at once would make it lose the answer.
    Unread,
    /// Nothing can be said any more.
    Broken,
}

/// Why there is no (further) request.
enum NoHead {
    /// The client is done, or was silent for too long, or the server stops.
    Over,
    /// There is one, but it breaks a rule.
    Refused(Refusal, Option<Seen>),
}

/// What of a request its answer depends on.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) version: Version,
    pub(super) head_only: bool,
    pub(super) kept: bool,
}

impl<'a, Io, S> Connection<'a, Io, S>
where
    Io: AsyncRead + AsyncWrite + Unpin + Send,
    S: Service,
{
    fn new(io: Io, service: &'a S, limits: &'a Limits) -> Self {
        Self { socket: Socket::new(io), timer: Timer::default(), service, limits }
    }

    async fn serve_requests(&mut self, mut stop: watch::Receiver<bool>) -> Ending {
        let mut patience = self.limits.head_time;
        loop {
            if self.socket.input.is_empty() {
                self.socket.release();
                let filled = select! {
                    biased;
                    filled = self.timer.within(patience, self.socket.fill()) => filled,
                    () = stopped(&mut stop) => return Ending::Clean,
                };
                if !matches!(filled, Ok(Ok(1..))) {
                    return Ending::Clean;
                }
            }
            patience = self.limits.idle_time;
            let ending = match self.next_head().await {
                Ok(head) => self.exchange(head, &stop).await,
                Err(NoHead::Over) => Some(Ending::Clean),
                Err(NoHead::Refused(refusal, seen)) => Some(self.refuse(refusal, seen.as_ref()).await),
            };
            if let Some(ending) = ending {
                return ending;
            }
        }
    }

    /// Reads a head of which the first byte is there.
    async fn next_head(&mut self) -> Result<Head, NoHead> {
        let found = self.timer.within(self.limits.head_time, find_head(&mut self.socket, self.limits)).await;
        match found {
            Ok(Ok(length)) => {
                let bytes = self.socket.input.split_to(length).freeze();
                Head::parse(&bytes, self.limits)
                    .map_err(|refusal| NoHead::Refused(refusal, Seen::read(&bytes)))
            }
            _ if self.socket.input.is_empty() || self.socket.presence.is_lost() => Err(NoHead::Over),
            Ok(Err(refusal)) => Err(NoHead::Refused(refusal, Seen::read(&self.socket.input))),
            Err(Elapsed) => Err(NoHead::Refused(Refusal::HeadTimeout, Seen::read(&self.socket.input))),
        }
    }

    /// One request and its answer; `None` if another may follow.
    async fn exchange(&mut self, head: Head, stop: &watch::Receiver<bool>) -> Option<Ending> {
        let Head { method, uri, version, headers, framing, expects_continue, kept } = head;
        let (mut inbound, body) =
            Inbound::open(framing, expects_continue, &mut self.socket.input, self.limits);
        let mut asked = Asked { version, head_only: method == Method::HEAD, kept };
        let seen = (!inbound.is_over()).then(|| Seen { method: method.to_string(), target: uri.to_string() });

        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.version_mut() = version;
        *request.headers_mut() = headers;

        let response = self.run_service(request, &mut inbound).await;
        if self.socket.presence.is_lost() {
            return Some(Ending::Broken);
        }
        if let Some(refusal) = inbound.refusal() {
            return Some(self.refuse(refusal, seen.as_ref()).await);
        }
        let drainable = inbound.is_over() || inbound.decoder.remaining().unwrap_or(0) <= self.limits.drain;
        let closing = *stop.borrow() || asks_to_close(response.headers());
        asked.kept &= drainable && !closing && !inbound.continue_owed;
        match self.answer(response, asked, &mut inbound).await {
            Ok(true) if self.drain(&mut inbound).await => None,
            Ok(_) if inbound.is_over() && self.socket.input.is_empty() => Some(Ending::Clean),
            Ok(_) => Some(Ending::Unread),
            Err(_) => Some(Ending::Broken),
        }
    }

    /// Runs the service to its end, and brings it the body meanwhile.
    async fn run_service(
        &mut self,
        request: Request<RequestBody>,
        inbound: &mut Inbound,
    ) -> Response<ResponseBody> {
        let mut answer = pin!(self.service.call(request, self.socket.presence.watcher()));
        let response = loop {
            select! {
                biased;
                response = &mut answer => break response,
                () = self.attend(inbound) => {}
            }
        };
        if response.status().is_informational() {
            // Sent as an answer it would leave the client waiting for another.
            let mut failure = Response::new(ResponseBody::Empty);
            *failure.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            return failure;
        }
        response
    }

    async fn refuse(&mut self, refusal: Refusal, seen: Option<&Seen>) -> Ending {
        let response = self.service.refused(refusal, seen);
        let head_only = seen.is_some_and(|seen| seen.method == "HEAD");
        // Like HTTP/1.0 in that a streamed body ends with the connection.
        let asked = Asked { version: Version::HTTP_10, head_only, kept: false };
        let (mut nothing, _) = Inbound::open(Framing::None, false, &mut self.socket.input, self.limits);
        match self.answer(response, asked, &mut nothing).await {
            Ok(_) => Ending::Unread,
            Err(_) => Ending::Broken,
        }
    }

    async fn close(&mut self, ending: Ending) {
        if matches!(ending, Ending::Broken) {
            return;
        }
        let shut_down = self.timer.within(self.limits.write_silence, self.socket.shut_down()).await;
        if matches!((shut_down, ending), (Ok(Ok(())), Ending::Unread)) {
            // However that ends, the connection is dropped next.
            let _ = self.timer.within(self.limits.linger_time, self.socket.discard(self.limits.linger)).await;
        }
    }

    /// What a connection does while it waits for its service: bring the body, or notice that the client left.
    /// May be given up at any point and begun again.
    pub(super) async fn attend(&mut self, inbound: &mut Inbound) {
        if inbound.has_room().await {
            self.feed(inbound).await;
        } else if self.socket.ended || !self.socket.input.is_empty() || self.socket.presence.is_lost() {
            pending().await
        } else {
            // A failure has been noted; bytes are the next request's.
            let _: io::Result<usize> = self.socket.fill().await;
        }
    }
}

/// Reads until all of a head is there, and returns its length.
async fn find_head<Io>(socket: &mut Socket<Io>, limits: &Limits) -> Result<usize, Refusal>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    let mut scan = HeadScan::default();
    loop {
        if let Some(length) = scan.advance(&mut socket.input, limits)? {
            return Ok(length);
        }
        if !matches!(socket.fill().await, Ok(1..)) {
            return Err(Refusal::HeadIncomplete);
        }
    }
}

/// Waits for the order to stop. If nobody can give it any more, it never comes.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let nobody_left = stop.wait_for(|stop| *stop).await.is_err();
    if nobody_left {
        pending().await
    }
}
