//! Brings a request's body in.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::body::{BodyError, Piece};
use super::chunked::Step;
use super::connection::Connection;
use super::inbound::Inbound;
use super::refusal::Refusal;
use super::service::Service;
use super::timer::Elapsed;

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

impl<Io, S> Connection<'_, Io, S>
where
    Io: AsyncRead + AsyncWrite + Unpin + Send,
    S: Service,
{
    /// Brings the service one piece, for which it has room. May be given up and called again.
    pub(super) async fn feed(&mut self, inbound: &mut Inbound) {
        if std::mem::take(&mut inbound.continue_owed) && self.socket.input.is_empty() {
            // What of it is not sent when this is given up goes out before the answer.
            self.socket.output.extend_from_slice(CONTINUE);
        }
        if !self.socket.output.is_empty() && self.send(&b""[..]).await.is_err() {
            return inbound.hand_over(Err(BodyError::ClientGone));
        }
        let piece = self.next_piece(inbound).await;
        inbound.hand_over(piece);
    }

    /// Reads what the service left of a body, within bounds; whether that was all of it.
    pub(super) async fn drain(&mut self, inbound: &mut Inbound) -> bool {
        inbound.stop_feeding();
        let mut dropped = 0;
        while inbound.is_arriving() && dropped <= self.limits.drain {
            let piece = self.next_piece(inbound).await;
            if let Ok(Some(bytes)) = &piece {
                dropped += bytes.len() as u64;
            }
            inbound.hand_over(piece);
        }
        inbound.is_over()
    }

    async fn next_piece(&mut self, inbound: &mut Inbound) -> Piece {
        loop {
            match inbound.decoder.step(&mut self.socket.input) {
                Ok(Step::Data(bytes)) => return Ok(Some(bytes)),
                Ok(Step::End) => return Ok(None),
                Ok(Step::More) => self.fill_body(inbound).await?,
                Err(refusal) => return Err(BodyError::Refused(refusal)),
            }
        }
    }

    async fn fill_body(&mut self, inbound: &mut Inbound) -> Result<(), BodyError> {
        if self.socket.ended {
            return Err(BodyError::Refused(Refusal::BodyIncomplete));
        }
        let patience = inbound.patience(self.limits, Instant::now());
        let filled = self.timer.within(patience, self.socket.fill()).await;
        inbound.end_wait(Instant::now());
        match filled {
            Ok(Ok(0)) => Err(BodyError::Refused(Refusal::BodyIncomplete)),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) => Err(BodyError::ClientGone),
            Err(Elapsed) => Err(BodyError::Refused(Refusal::BodyTimeout)),
        }
    }
}
