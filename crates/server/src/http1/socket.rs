//! The socket with what was read from it and what waits to be written.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};

use super::gone::Presence;

/// What one read takes at most.
const READ: usize = 16 * 1024;

thread_local! {
    /// Where reads land. A connection that waits thus needs no buffer of its own. Nothing stays in it: it is never given
    /// back, as other memory is that a password was in.
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ].into_boxed_slice());
}

/// The one owner of a connection's socket.
#[derive(Debug)]
pub(super) struct Socket<Io> {
    io: Io,
    /// What came and was not used yet.
    pub(super) input: BytesMut,
    /// What goes out before anything else.
    pub(super) output: BytesMut,
    /// The client will send nothing more. It may still be reading.
    pub(super) ended: bool,
    /// Whether reads and writes still work.
    pub(super) presence: Presence,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Socket<Io> {
    pub(super) fn new(io: Io) -> Self {
        let (input, output) = (BytesMut::new(), BytesMut::new());
        Self { io, input, output, ended: false, presence: Presence::new() }
    }

    /// Reads once. No bytes mean that the client will send nothing more. May be given up and called again.
    pub(super) async fn fill(&mut self) -> io::Result<usize> {
        let read = poll_fn(|context| {
            SCRATCH.with_borrow_mut(|scratch| {
                let mut landed = ReadBuf::new(scratch);
                ready!(Pin::new(&mut self.io).poll_read(context, &mut landed))?;
                self.input.extend_from_slice(landed.filled());
                landed.filled_mut().fill(0);
                Poll::Ready(Ok(landed.filled().len()))
            })
        })
        .await;
        match read {
            Ok(0) => self.ended = true,
            Ok(_) => {}
            Err(_) => self.presence.lost(),
        }
        read
    }

    /// Writes some of the waiting output and, after it, of `body`: one call may take part of both.
    pub(super) async fn write_some(&mut self, body: &mut (impl Buf + Send)) -> io::Result<()> {
        let written = self.io.write_buf(&mut (&mut self.output).chain(body)).await;
        let written =
            written.and_then(|count| if count == 0 { Err(io::ErrorKind::WriteZero.into()) } else { Ok(()) });
        self.note_failure(written)
    }

    /// Hands everything written to the network.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        let flushed = self.io.flush().await;
        self.note_failure(flushed)
    }

    /// Says that no more will be written.
    pub(super) async fn shut_down(&mut self) -> io::Result<()> {
        self.io.shutdown().await
    }

    /// Reads and drops what still comes, up to so many bytes or the client's end.
    pub(super) async fn discard(&mut self, limit: usize) {
        let mut dropped = self.input.len();
        while dropped < limit && !self.ended {
            self.input.clear();
            match self.fill().await {
                Ok(count) => dropped += count,
                Err(_) => return,
            }
        }
    }

    /// Gives back the memory of buffers with nothing in them.
    pub(super) fn release(&mut self) {
        if self.input.is_empty() {
            self.input = BytesMut::new();
        }
        if self.output.is_empty() {
            self.output = BytesMut::new();
        }
    }

    fn note_failure(&self, result: io::Result<()>) -> io::Result<()> {
        if result.is_err() {
            self.presence.lost();
        }
        result
    }
}
