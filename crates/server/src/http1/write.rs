//! Sends answers.

use std::fmt::Write;
use std::io;

use bytes::{Buf, Bytes};
use http::Response;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::select;
use tokio::sync::mpsc;

use super::answer::{AnswerFraming, connection_option, put_head};
use super::body::ResponseBody;
use super::connection::{Asked, Connection};
use super::inbound::Inbound;
use super::service::Service;

const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

impl<Io, S> Connection<'_, Io, S>
where
    Io: AsyncRead + AsyncWrite + Unpin + Send,
    S: Service,
{
    /// Sends a response, and goes on bringing in the request's body for as long as that takes. True if the
    /// client was told that the connection is kept.
    pub(super) async fn answer(
        &mut self,
        response: Response<ResponseBody>,
        asked: Asked,
        inbound: &mut Inbound,
    ) -> io::Result<bool> {
        let framing = AnswerFraming::of(&response, asked.version);
        let kept = asked.kept && framing != AnswerFraming::Close;
        let connection = connection_option(asked.version, kept);
        put_head(&mut self.socket.output, &response, framing, connection, self.service.unix_seconds());
        match response.into_body() {
            _ if asked.head_only || framing == AnswerFraming::None => self.send(&b""[..]).await?,
            ResponseBody::Empty => self.send(&b""[..]).await?,
            ResponseBody::Full(bytes) => self.send(bytes).await?,
            ResponseBody::Stream(pieces) | ResponseBody::Sized(_, pieces) => {
                self.send_stream(pieces, framing, inbound).await?;
            }
        }
        Ok(kept)
    }

    /// Sends the waiting output and then these bytes.
    pub(super) async fn send(&mut self, mut body: impl Buf + Send) -> io::Result<()> {
        while !self.socket.output.is_empty() || body.has_remaining() {
            self.timer
                .within(self.limits.write_silence, self.socket.write_some(&mut body))
                .await
                .map_err(|_| timed_out())??;
        }
        self.timer.within(self.limits.write_silence, self.socket.flush()).await.map_err(|_| timed_out())?
    }

    /// Sends pieces as they come. An error among them leaves the last chunk out, so that the client can tell.
    async fn send_stream(
        &mut self,
        mut pieces: mpsc::Receiver<io::Result<Bytes>>,
        framing: AnswerFraming,
        inbound: &mut Inbound,
    ) -> io::Result<()> {
        self.send(&b""[..]).await?;
        let mut owed = if let AnswerFraming::Length(length) = framing { Some(length) } else { None };
        while let Some(piece) = self.next_of_stream(&mut pieces, inbound).await? {
            let piece = piece?;
            if let Some(owed) = &mut owed {
                // more than was announced would be read as the next answer
                *owed = owed.checked_sub(piece.len() as u64).ok_or(io::ErrorKind::InvalidData)?;
            }
            if piece.is_empty() {
                // An empty chunk would be the last one.
            } else if framing == AnswerFraming::Chunked {
                // Writing to a growing buffer does not fail.
                let _ = write!(self.socket.output, "{:x}\r\n", piece.len());
                self.send(piece.chain(&b"\r\n"[..])).await?;
            } else {
                self.send(piece).await?;
            }
        }
        if owed.is_some_and(|owed| owed > 0) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.send(if framing == AnswerFraming::Chunked { LAST_CHUNK } else { b"" }).await
    }

    async fn next_of_stream(
        &mut self,
        pieces: &mut mpsc::Receiver<io::Result<Bytes>>,
        inbound: &mut Inbound,
    ) -> io::Result<Option<io::Result<Bytes>>> {
        loop {
            select! {
                biased;
                piece = pieces.recv() => return Ok(piece),
                () = self.attend(inbound) => {}
            }
            if self.socket.presence.is_lost() {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
        }
    }
}

fn timed_out() -> io::Error {
    io::ErrorKind::TimedOut.into()
}
