//! Bodies as a service sees them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use super::refusal::Refusal;

/// A request's body. It arrives while the service reads it, never much faster.
#[derive(Debug, Default)]
pub struct RequestBody(Source);

#[derive(Debug, Default)]
enum Source {
    /// Nothing, or nothing more.
    #[default]
    Over,
    Whole(Bytes),
    Arriving {
        pieces: mpsc::Receiver<Piece>,
        /// Tells the connection that somebody wants the body; gone once told.
        wanted: Option<oneshot::Sender<()>>,
        length: Option<u64>,
    },
}

/// What the connection hands over: some bytes, the end, or why there is no end.
pub(super) type Piece = Result<Option<Bytes>, BodyError>;

/// Why a body did not come as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BodyError {
    /// The body broke a rule. The client gets the refusal's answer whatever the service says.
    #[error("{0}")]
    Refused(Refusal),
    /// The connection broke.
    #[error("the client left before the whole body came")]
    ClientGone,
    /// The body is larger than the caller of [`RequestBody::collect`] takes. The answer is the service's own.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The most bytes that were wanted.
        limit: usize,
    },
}

impl RequestBody {
    /// A body that the connection fills.
    pub(super) fn arriving(
        pieces: mpsc::Receiver<Piece>,
        wanted: oneshot::Sender<()>,
        length: Option<u64>,
    ) -> Self {
        Self(Source::Arriving { pieces, wanted: Some(wanted), length })
    }

    /// Whether it is known that nothing (more) comes.
    pub fn is_empty(&self) -> bool {
        matches!(self.0, Source::Over)
    }

    /// The next bytes, at least one; `None` at the end.
    pub async fn chunk(&mut self) -> Option<Result<Bytes, BodyError>> {
        std::future::poll_fn(|context| self.poll_chunk(context)).await
    }

    /// All of it, if it is no larger than `limit`.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, BodyError> {
        if self.known_length().is_some_and(|length| length > limit as u64) {
            return Err(BodyError::TooLarge { limit });
        }
        let first = self.chunk().await.transpose()?.unwrap_or_default();
        let Some(second) = self.chunk().await.transpose()? else {
            return if first.len() > limit { Err(BodyError::TooLarge { limit }) } else { Ok(first) };
        };
        let mut whole = BytesMut::from(first);
        whole.extend_from_slice(&second);
        while whole.len() <= limit {
            match self.chunk().await.transpose()? {
                Some(chunk) => whole.extend_from_slice(&chunk),
                None => return Ok(whole.freeze()),
            }
        }
        Err(BodyError::TooLarge { limit })
    }

    /// How many bytes are still to come, if that is known before they come.
    pub fn known_length(&self) -> Option<u64> {
        match &self.0 {
            Source::Over => Some(0),
            Source::Whole(bytes) => Some(bytes.len() as u64),
            Source::Arriving { length, .. } => *length,
        }
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        let Source::Arriving { pieces, wanted, .. } = &mut self.0 else {
            return Poll::Ready(match std::mem::take(&mut self.0) {
                Source::Whole(bytes) => Some(Ok(bytes)),
                _ => None,
            });
        };
        if let Some(wanted) = wanted.take() {
            // Nobody listens when the connection is over, and then the channel says so below.
            let _ = wanted.send(());
        }
        let piece = ready!(pieces.poll_recv(context)).unwrap_or(Err(BodyError::ClientGone)).transpose();
        if !matches!(piece, Some(Ok(_))) {
            self.0 = Source::Over;
        }
        Poll::Ready(piece)
    }
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self(if bytes.is_empty() { Source::Over } else { Source::Whole(bytes) })
    }
}

impl Stream for RequestBody {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_chunk(context)
    }
}

/// An answer's body.
#[derive(Debug, Default)]
pub enum ResponseBody {
    /// Nothing.
    #[default]
    Empty,
    /// All of it, sent with its length.
    Full(Bytes),
    /// Piece by piece: in chunks, or up to the end of the connection for HTTP/1.0. An error ends the
    /// connection without the last chunk, so that the client knows the body is not whole.
    Stream(Pieces),
    /// The same for a body whose length is known; one that turns out otherwise ends the connection.
    Sized(u64, Pieces),
}

/// An answer's body as it is made.
pub type Pieces = mpsc::Receiver<io::Result<Bytes>>;

impl From<Bytes> for ResponseBody {
    fn from(bytes: Bytes) -> Self {
        Self::Full(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arriving(pieces: &[Piece]) -> RequestBody {
        let (sender, receiver) = mpsc::channel(8);
        for piece in pieces {
            sender.try_send(piece.clone()).unwrap();
        }
        RequestBody::arriving(receiver, oneshot::channel().0, None)
    }

    #[tokio::test]
    async fn a_body_is_collected_up_to_its_limit() {
        let pieces = [Ok(Some(Bytes::from("ab"))), Ok(Some(Bytes::from("c"))), Ok(None)];
        assert_eq!(arriving(&pieces).collect(3).await, Ok(Bytes::from("abc")));
        assert_eq!(arriving(&pieces).collect(2).await, Err(BodyError::TooLarge { limit: 2 }));
        assert_eq!(
            RequestBody::from(Bytes::from("abc")).collect(2).await,
            Err(BodyError::TooLarge { limit: 2 })
        );
        assert_eq!(RequestBody::default().collect(0).await, Ok(Bytes::new()));
    }

    #[tokio::test]
    async fn a_body_without_its_end_is_an_error_and_then_over() {
        let mut body = arriving(&[Ok(Some(Bytes::from("ab")))]);
        assert_eq!(body.chunk().await, Some(Ok(Bytes::from("ab"))));
        assert_eq!(body.chunk().await, Some(Err(BodyError::ClientGone)));
        assert_eq!(body.chunk().await, None);
        assert!(body.is_empty());
    }
}
