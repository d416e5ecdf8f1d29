//! A request's body on its way to a program: through a pipe when its length is known, else by way of a file that has
//! no name.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::os::fd::OwnedFd;

use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe::Sender;
use tokio::sync::oneshot;

use super::problem::Problem;
use crate::http1::{BodyError, RequestBody};

/// Whether a body broke off on its way.
pub(super) struct BrokenOff(Option<oneshot::Receiver<Sender>>);

impl BrokenOff {
    /// Waits until the body breaks off; for ever when it does not. The pipe's end comes along, still open: a program
    /// that reads must not take what is there for all of it, as long as it lives.
    pub(super) async fn happens(&mut self) -> Sender {
        if let Some(broken) = &mut self.0 {
            let pipe = broken.await;
            self.0 = None;
            if let Ok(pipe) = pipe {
                return pipe;
            }
        }
        std::future::pending().await
    }
}

/// A program's standard input.
pub(super) struct Input {
    pub(super) stdin: OwnedFd,
    pub(super) length: Option<u64>,
    feed: Option<(Sender, RequestBody)>,
}

impl Input {
    /// The input that a body makes.
    pub(super) async fn of(body: RequestBody, limit: u64) -> Result<Input, Problem> {
        match body.known_length() {
            Some(0) => Ok(Input { stdin: File::open("/dev/null")?.into(), length: None, feed: None }),
            Some(length) if length > limit => Err(Problem::TooLarge(limit)),
            Some(length) => {
                let (stdin, sender) = std::io::pipe()?;
                let sender = Sender::from_owned_fd(sender.into())?;
                Ok(Input { stdin: stdin.into(), length: Some(length), feed: Some((sender, body)) })
            }
            None => {
                let (file, length) = spool(body, limit).await?;
                Ok(Input { stdin: file.into(), length: Some(length), feed: None })
            }
        }
    }

    /// Begins to hand the body over, as it arrives.
    pub(super) fn begin(self) -> BrokenOff {
        let (broken, broken_off) = oneshot::channel();
        if let Some((pipe, body)) = self.feed {
            tokio::spawn(feed(pipe, body, broken));
        }
        BrokenOff(Some(broken_off))
    }
}

/// Nobody listens for a broken body when the run is over: then there is no more to do, even if somebody whom the program
/// has given its end of the pipe never reads.
async fn feed(mut pipe: Sender, mut body: RequestBody, mut broken: oneshot::Sender<Sender>) {
    loop {
        let piece = tokio::select! {
            piece = body.chunk() => piece,
            () = broken.closed() => return,
        };
        match piece {
            None => return,
            Some(Err(_)) => {
                let _ = broken.send(pipe);
                return;
            }
            Some(Ok(piece)) => tokio::select! {
                // a program that does not read all of its input is in its right
                written = pipe.write_all(&piece) => if written.is_err() { return },
                () = broken.closed() => return,
            },
        }
    }
}

/// Keeps a body whose length is not known until it is here.
async fn spool(mut body: RequestBody, limit: u64) -> Result<(File, u64), Problem> {
    let file = tokio::task::spawn_blocking(tempfile::tempfile).await.map_err(|_| Problem::Failed)??;
    let mut file = tokio::fs::File::from_std(file);
    let mut length = 0_u64;
    while let Some(piece) = body.chunk().await {
        let piece = piece.map_err(|error| match error {
            BodyError::TooLarge { .. } => Problem::TooLarge(limit),
            BodyError::Refused(_) | BodyError::ClientGone => Problem::Broken,
        })?;
        length = length.saturating_add(piece.len() as u64);
        if length > limit {
            return Err(Problem::TooLarge(limit));
        }
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    let mut file = file.into_std().await;
    file.seek(SeekFrom::Start(0))?;
    Ok((file, length))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use bytes::Bytes;

    use super::*;

    #[tokio::test]
    async fn a_body_that_is_too_large_is_refused_before_anything_runs() {
        let body = || RequestBody::from(Bytes::from("abcd"));
        assert!(matches!(Input::of(body(), 3).await, Err(Problem::TooLarge(3))));
        assert!(matches!(spool(body(), 3).await, Err(Problem::TooLarge(3))));
    }

    #[tokio::test]
    async fn a_spooled_body_is_read_from_its_beginning() {
        let (mut file, length) = spool(RequestBody::from(Bytes::from("abcd")), 4).await.unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), length), ("abcd", 4));
    }
}
