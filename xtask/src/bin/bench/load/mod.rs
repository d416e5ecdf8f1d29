//! The load: several connections, each of which asks again as soon as it is answered.

mod connection;
mod trust;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use futures_util::TryStreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::runtime::{Builder, Runtime};

pub use connection::Connection;
pub use trust::Trust;

use crate::figures::Sample;
use crate::group::Group;
use crate::http::{Answer, Kept};

/// Whom the load is on.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    pub address: SocketAddr,
    pub trust: &'a Trust,
    /// Where its processor time is accounted.
    pub group: &'a Group,
}

/// How a turn asks.
#[derive(Clone, Copy)]
pub struct Manner {
    /// Connections at a time.
    pub connections: usize,
    /// Whether each request has a connection of its own.
    pub each_anew: bool,
    /// When no further request is begun.
    pub end: End,
}

/// When a turn ends.
#[derive(Clone, Copy)]
pub enum End {
    After(Duration),
    Requests(u64),
}

/// Makes load from the thread that it belongs to.
pub struct Load(Runtime);

/// What the connections of a turn share.
struct Turn<'a> {
    target: Target<'a>,
    manner: Manner,
    status: u16,
    begun: RefCell<u64>,
    next: RefCell<&'a mut dyn FnMut() -> Rc<[u8]>>,
}

impl Load {
    pub fn new() -> Result<Load> {
        Ok(Load(Builder::new_current_thread().enable_all().build()?))
    }

    /// Asks until the turn ends and all is answered. Every answer must have this status. The opening of connections
    /// that are kept is no part of what is measured.
    pub fn turn(
        &self,
        target: Target<'_>,
        manner: Manner,
        status: u16,
        next: &mut dyn FnMut() -> Rc<[u8]>,
    ) -> Result<Sample> {
        let turn = Turn { target, manner, status, begun: RefCell::new(0), next: RefCell::new(next) };
        self.0.block_on(async {
            let mut open = Vec::new();
            for _ in 0..manner.connections {
                open.push(if manner.each_anew { None } else { Some(Connection::open(target).await?) });
            }
            let (started, time) = (Instant::now(), target.group.time()?);
            let asking: FuturesUnordered<_> =
                open.iter_mut().map(|connection| turn.ask(connection, started)).collect();
            asking.try_collect::<Vec<()>>().await?;
            Ok(Sample {
                count: *turn.begun.borrow(),
                time: target.group.time()? - time,
                wall: started.elapsed(),
            })
        })
    }

    /// Does something else that takes connections.
    pub fn wait<F: Future>(&self, work: F) -> F::Output {
        self.0.block_on(work)
    }

    /// One request on a connection of its own.
    pub fn once(&self, target: Target<'_>, request: &[u8]) -> Result<Kept> {
        self.0.block_on(async {
            let mut connection = Connection::open(target).await?;
            let keep = |answer: Answer<'_>| {
                ensure!(answer.status < 400, "{}{}", answer.head, answer.body);
                Ok(Kept { head: answer.head.to_owned(), body: answer.body.to_owned() })
            };
            let kept = connection.exchange(request, keep).await??;
            connection.close().await?;
            Ok(kept)
        })
    }
}

impl Turn<'_> {
    async fn ask(&self, connection: &mut Option<Connection>, started: Instant) -> Result<()> {
        while let Some(request) = self.next(started) {
            let open = match connection {
                Some(open) => open,
                None => connection.insert(Connection::open(self.target).await?),
            };
            let wanted = self.status;
            let check = |answer: Answer<'_>| {
                ensure!(
                    answer.status == wanted,
                    "an answer is not as wanted: {}{}",
                    answer.head,
                    answer.body
                );
                Ok(())
            };
            open.exchange(&request, check).await??;
            if self.manner.each_anew
                && let Some(used) = connection.take()
            {
                used.close().await?;
            }
        }
        Ok(())
    }

    fn next(&self, started: Instant) -> Option<Rc<[u8]>> {
        let mut begun = self.begun.borrow_mut();
        let over = match self.manner.end {
            End::After(time) => started.elapsed() >= time,
            End::Requests(count) => *begun >= count,
        };
        if over {
            return None;
        }
        *begun += 1;
        Some((self.next.borrow_mut())())
    }
}
