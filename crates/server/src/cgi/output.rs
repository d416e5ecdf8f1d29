//! What a program says, on its way to the client: the head first, then the body as it comes.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use portreeve_helper::{Outcome, Running};
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::head::{self, Head};
use super::input::BrokenOff;
use super::places::Place;
use super::problem::Problem;
use super::tickets::Ticket;
use crate::http1::{ClientGone, Pieces};

/// One read of a program's output.
const PIECE: usize = 16 << 10;

/// Pieces that wait for the client.
const WAITING: usize = 4;

/// How long a program that closed its output may take to end by itself.
const ENDING: Duration = Duration::from_secs(2);

/// A program that runs, with all that ends with it.
pub(super) struct Run {
    pub(super) running: Running,
    pub(super) broken_off: BrokenOff,
    pub(super) stdout: Receiver,
    /// Its end is the end of what the program may complain of.
    pub(super) _complaints: oneshot::Sender<()>,
    pub(super) limit: u64,
    pub(super) _ticket: Option<Ticket>,
    pub(super) _place: Place,
}

impl Run {
    /// The head of the program's answer; what came after it stays in `rest`. Without one the run is over.
    pub(super) async fn head(
        &mut self,
        gone: Option<ClientGone>,
        rest: &mut BytesMut,
    ) -> Result<Head, Problem> {
        let length = tokio::select! {
            length = self.find_head(rest) => length,
            () = left(gone) => Err(Problem::Broken),
        };
        let head = length.and_then(|length| Head::parse(&rest.split_to(length)).map_err(Problem::Nonsense));
        if head.is_err() {
            self.end().await;
        }
        head
    }

    /// Ends the program. What it reads from is open until it is gone: see [`BrokenOff`].
    async fn end(&mut self) {
        self.running.give_up().await;
    }

    async fn find_head(&mut self, rest: &mut BytesMut) -> Result<usize, Problem> {
        loop {
            if let Some(length) = head::end(rest) {
                return Ok(length);
            }
            if rest.len() > head::LARGEST {
                return Err(Problem::Nonsense("its header is too long"));
            }
            if self.read(rest).await? == 0 {
                let outcome = self.outcome().await;
                let spoke = !rest.is_empty() && matches!(outcome, Outcome::Exited(_));
                return Err(if spoke {
                    Problem::Nonsense("its header has no end")
                } else {
                    Problem::of_outcome(outcome)
                });
            }
        }
    }

    /// The next bytes of the program's output. When the request's body breaks off there are none: the run is over. It
    /// is over with the program too, whomever the program has given its end of the pipe.
    async fn read(&mut self, buffer: &mut BytesMut) -> Result<usize, Problem> {
        tokio::select! {
            biased;
            read = self.stdout.read_buf(buffer) => Ok(read?),
            _ = self.running.ended() => match self.stdout.try_read_buf(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
                read => Ok(read?),
            },
            _pipe = self.broken_off.happens() => {
                self.end().await;
                Err(Problem::Broken)
            }
        }
    }

    /// How the program ended, now that its output did.
    async fn outcome(&mut self) -> Outcome {
        timeout(ENDING, self.running.ended()).await.unwrap_or(Outcome::Exited(0))
    }

    /// Passes the body on as it comes. The run ends with this, and with the client.
    pub(super) fn body(self, first: Bytes) -> Pieces {
        let (pieces, receiver) = mpsc::channel(WAITING);
        tokio::spawn(self.pass_on_and_end(first, pieces));
        receiver
    }

    async fn pass_on_and_end(mut self, first: Bytes, pieces: mpsc::Sender<io::Result<Bytes>>) {
        self.pass_on(first, pieces).await;
        self.end().await;
    }

    async fn pass_on(&mut self, first: Bytes, pieces: mpsc::Sender<io::Result<Bytes>>) {
        let mut left = self.limit;
        let mut piece = first;
        loop {
            let Some(rest) = left.checked_sub(piece.len() as u64) else {
                tracing::warn!(limit = self.limit, "a program's output was cut off");
                break fail(&pieces).await;
            };
            left = rest;
            if !piece.is_empty() && pieces.send(Ok(piece)).await.is_err() {
                return;
            }
            let mut buffer = BytesMut::with_capacity(PIECE);
            let read = tokio::select! {
                read = self.read(&mut buffer) => read,
                () = pieces.closed() => return,
            };
            match read {
                Ok(1..) => piece = buffer.freeze(),
                Ok(0) => match self.outcome().await {
                    // the client must see that this was not all
                    Outcome::TimedOut | Outcome::Killed(_) | Outcome::Lost => break fail(&pieces).await,
                    Outcome::Exited(_) | Outcome::Refused(_) => break,
                },
                Err(_) => break fail(&pieces).await,
            }
        }
    }
}

async fn fail(pieces: &mpsc::Sender<io::Result<Bytes>>) {
    // an error leaves the last chunk out; a client that left needs none
    let _ = pieces.send(Err(io::ErrorKind::UnexpectedEof.into())).await;
}

async fn left(gone: Option<ClientGone>) {
    match gone {
        Some(gone) => gone.gone().await,
        None => std::future::pending().await,
    }
}

/// Bytes of a program's complaints that reach the log.
const COMPLAINTS: usize = 8 << 10;

/// Writes what a program says on standard error to the log, as much as is useful, and swallows the rest, until the run
/// is over: whoever has been given the other end of the pipe keeps nothing open here.
pub(super) fn complaints(stderr: OwnedFd, program: String) -> io::Result<oneshot::Sender<()>> {
    let mut stderr = Receiver::from_owned_fd(stderr)?;
    let (run, mut over) = oneshot::channel();
    tokio::spawn(async move {
        let (mut said, mut buffer) = (Vec::new(), BytesMut::with_capacity(COMPLAINTS));
        let mut take = |buffer: &mut BytesMut| {
            let room = COMPLAINTS.saturating_sub(said.len()).min(buffer.len());
            said.extend_from_slice(&buffer.split_to(room));
            buffer.clear();
        };
        loop {
            tokio::select! {
                biased;
                _ = &mut over => break,
                read = stderr.read_buf(&mut buffer) => match read {
                    Ok(1..) => take(&mut buffer),
                    _ => break,
                },
            }
        }
        // the last words
        if matches!(stderr.try_read_buf(&mut buffer), Ok(1..)) {
            take(&mut buffer);
        }
        for line in String::from_utf8_lossy(&said).lines() {
            tracing::warn!(program, line = ?line, "a program complains");
        }
    });
    Ok(run)
}
