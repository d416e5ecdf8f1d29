//! The connection's end of a request body.

use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::body::{BodyError, Piece, RequestBody};
use super::chunked::BodyDecoder;
use super::limits::Limits;
use super::refusal::Refusal;
use super::rules::Framing;

/// How many pieces may lie between the socket and the service.
const PIECES: usize = 2;

/// A request body on its way from the socket to the service.
#[derive(Debug)]
pub(super) struct Inbound {
    pub(super) decoder: BodyDecoder,
    state: State,
    /// Where the pieces go; `None` once nobody takes them.
    feed: Option<Feed>,
    /// The client waits for `100 Continue`, and has not got it.
    pub(super) continue_owed: bool,
    /// Bytes of data that came.
    received: u64,
    /// How long we waited for them, without the wait at hand.
    waited: Duration,
    /// When the wait at hand began.
    waiting_since: Option<Instant>,
}

#[derive(Debug)]
struct Feed {
    pieces: mpsc::Sender<Piece>,
    wanted: oneshot::Receiver<()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Arriving,
    Over,
    Failed(BodyError),
}

impl Inbound {
    /// The two ends of a body. One that came with its head needs nothing further of the connection.
    pub(super) fn open(
        framing: Framing,
        expects_continue: bool,
        input: &mut BytesMut,
        limits: &Limits,
    ) -> (Self, RequestBody) {
        let decoder = BodyDecoder::new(framing, limits.body, limits.head);
        let length = decoder.remaining();
        let here =
            length.and_then(|length| usize::try_from(length).ok()).filter(|length| *length <= input.len());
        let (state, feed, body) = match here {
            Some(0) => (State::Over, None, RequestBody::default()),
            Some(length) => (State::Over, None, RequestBody::from(input.split_to(length).freeze())),
            None => {
                let (pieces, receiver) = mpsc::channel(PIECES);
                let (teller, wanted) = oneshot::channel();
                let body = RequestBody::arriving(receiver, teller, length);
                (State::Arriving, Some(Feed { pieces, wanted }), body)
            }
        };
        let continue_owed = expects_continue && state == State::Arriving && input.is_empty();
        let (received, waited, waiting_since) = (0, Duration::ZERO, None);
        (Self { decoder, state, feed, continue_owed, received, waited, waiting_since }, body)
    }

    /// Whether more is to come.
    pub(super) fn is_arriving(&self) -> bool {
        self.state == State::Arriving
    }

    /// Whether all of the body came.
    pub(super) fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// The rule that the body broke.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        match self.state {
            State::Failed(BodyError::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }

    /// Waits until the service has room for a piece; false if it wants none, or none will come.
    pub(super) async fn has_room(&mut self) -> bool {
        let Some(feed) = self.feed.as_mut().filter(|_| self.state == State::Arriving) else { return false };
        let mut open = feed.pieces.reserve().await.is_ok();
        if open && self.continue_owed {
            open = (&mut feed.wanted).await.is_ok();
        }
        if !open {
            self.feed = None;
        }
        open
    }

    /// Nobody takes pieces from here on.
    pub(super) fn stop_feeding(&mut self) {
        self.feed = None;
    }

    /// Takes note of a piece and gives it to the service, if that still wants it.
    pub(super) fn hand_over(&mut self, piece: Piece) {
        match &piece {
            Ok(Some(bytes)) => self.received += bytes.len() as u64,
            Ok(None) => self.state = State::Over,
            Err(error) => self.state = State::Failed(*error),
        }
        if self.feed.as_ref().is_some_and(|feed| feed.pieces.try_send(piece).is_err()) {
            self.feed = None;
        }
    }

    /// How long the next bytes may take: a silence, and what is left of the average, whichever is shorter.
    /// Time in which the service had no room is not counted against the client.
    pub(super) fn patience(&mut self, limits: &Limits, now: Instant) -> Duration {
        let waiting = now - *self.waiting_since.get_or_insert(now);
        let earned = Duration::from_millis(self.received.saturating_mul(1_000) / limits.body_rate.max(1));
        let average = limits.body_grace.saturating_add(earned).saturating_sub(self.waited);
        limits.body_silence.min(average).saturating_sub(waiting)
    }

    /// The wait is over: something came.
    pub(super) fn end_wait(&mut self, now: Instant) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += now - since;
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn a_body_must_keep_up_an_average_beside_short_silences() {
        let limits = Limits {
            body_silence: Duration::from_secs(10),
            body_grace: Duration::from_secs(15),
            body_rate: 100,
            ..Limits::default()
        };
        let (mut inbound, _body) =
            Inbound::open(Framing::Length(9_999), false, &mut BytesMut::new(), &limits);
        let start = Instant::now();
        let later = start + Duration::from_secs(9);
        assert_eq!(inbound.patience(&limits, start), Duration::from_secs(10));
        assert_eq!(inbound.patience(&limits, later), Duration::from_secs(1), "a wait begun again goes on");
        inbound.end_wait(later);
        inbound.hand_over(Ok(Some(Bytes::from(vec![0; 100]))));
        assert_eq!(
            inbound.patience(&limits, later),
            Duration::from_secs(7),
            "15 of grace and 1 earned, 9 spent"
        );
    }
}
