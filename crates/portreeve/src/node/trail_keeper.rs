//! What a server does for its audit trail, beside the requests: once a minute it keeps the chains' heads in the data
//! directory, once an hour it looks for entries that are older than they are to become.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use portreeve_store::{Means, Origin, Store, Unverified};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::data_directory::DataDirectory;
use super::kept_heads::KeptHeads;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// The keeping under way.
pub(crate) struct TrailKeeper {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl TrailKeeper {
    /// Begins at once.
    pub(crate) fn begin(directory: &DataDirectory, store: Store) -> Result<TrailKeeper> {
        let heads = KeptHeads::read(directory)?;
        let (stop, stopped) = watch::channel(false);
        Ok(TrailKeeper { stop, task: tokio::spawn(run(store, heads, stopped)) })
    }

    /// Keeps the heads once more, and ends.
    pub(crate) async fn end(self) -> Result<()> {
        let _ = self.stop.send(true);
        self.task.await.context("keeping the audit trail's heads")
    }
}

async fn run(store: Store, mut heads: KeptHeads, mut stop: watch::Receiver<bool>) {
    let (mut minutes, mut hours) = (every(MINUTE), every(HOUR));
    loop {
        tokio::select! {
            () = stopped(&mut stop) => break,
            _ = minutes.tick() => keep(&mut heads, &store).await,
            _ = hours.tick() => tokio::select! {
                // given up half-way, it leaves the chain whole
                () = stopped(&mut stop) => break,
                cut = cut(&heads, &store) => report(cut),
            },
        }
    }
    keep(&mut heads, &store).await;
}

/// Waits until it is to end.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // an error means that nobody is left to say so
    let _ = stop.wait_for(|stop| *stop).await;
}

fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn keep(heads: &mut KeptHeads, store: &Store) {
    if let Err(error) = heads.keep(store).await {
        tracing::warn!("the heads of the audit trail could not be kept: {error:#}");
    }
}

/// Removes what is older than `audit.days`, of whichever node.
async fn cut(heads: &KeptHeads, store: &Store) -> Result<()> {
    let Some(due) = store.due_cuts().await? else { return Ok(()) };
    let writer = store.acting_for(Arc::new(Origin::of(Means::Server)));
    for node in &due.nodes {
        let kept: Vec<_> = heads.of(node).cloned().into_iter().collect();
        match writer.cut_trail(node, due.before, &kept).await {
            Ok(Some(cut)) => {
                tracing::info!(%node, removed = cut.removed, last = %cut.last, "old entries of the audit trail were removed");
            }
            Ok(None) => {}
            Err(Unverified::Flaw(flaw)) => {
                tracing::error!(%node, %flaw, "the audit trail is not whole, so that no old entries are removed");
            }
            Err(Unverified::Store(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

fn report(cut: Result<()>) {
    if let Err(error) = cut {
        tracing::warn!("old entries of the audit trail could not be removed: {error:#}");
    }
}

#[cfg(test)]
mod tests {
    use portreeve_crypt::{Keyring, SystemEntropy};
    use portreeve_store::{Head, Location, Writer};
    use portreeve_testkit::ManualClock;
    use portreeve_types::{NodeName, Timestamp};
    use tempfile::TempDir;

    use super::*;
    use crate::node::data_directory::TRAIL_HEADS;

    const DAY: Duration = Duration::from_secs(86_400);

    struct Node {
        directory: TempDir,
        clock: Arc<ManualClock>,
        store: Store,
        name: NodeName,
    }

    impl Node {
        async fn new() -> Node {
            let directory = tempfile::tempdir().unwrap();
            let location = Location::Sqlite(directory.path().join("records.sqlite"));
            let clock = Arc::new(ManualClock::at(ManualClock::START));
            let name: NodeName = "here".parse().unwrap();
            let keyring = Arc::new(Keyring::generate(&SystemEntropy));
            let store =
                Store::open(&location, keyring, clock.clone(), Arc::new(SystemEntropy), name.clone()).await;
            Node { directory, clock, store: store.unwrap(), name }
        }

        fn writer(&self) -> Writer {
            self.store.acting_for(Arc::new(Origin::of(Means::Command)))
        }

        fn heads(&self) -> KeptHeads {
            KeptHeads::read(&DataDirectory::new(self.directory.path().to_owned())).unwrap()
        }

        async fn head(&self) -> Head {
            self.store.trail_head(&self.name).await.unwrap().unwrap()
        }

        /// The events of the chain, each with by what means it came about.
        async fn events(&self) -> Vec<(String, String)> {
            let entries = self.store.trail(&self.name, 0, Timestamp::from_seconds(0)).await.unwrap();
            let event = |entry: portreeve_store::Entry| {
                let text: serde_json::Value = serde_json::from_str(&entry.entry).unwrap();
                (entry.event, text["by"]["means"].as_str().unwrap().to_owned())
            };
            entries.into_iter().map(event).collect()
        }
    }

    #[tokio::test]
    async fn a_server_removes_what_is_older_than_the_setting_says_of_itself() {
        let node = Node::new().await;
        node.writer().set_setting("otp.window", "2").await.unwrap();
        node.clock.advance(402 * DAY);
        node.writer().set_setting("otp.window", "1").await.unwrap();
        cut(&node.heads(), &node.store).await.unwrap();
        let (by_hand, by_itself) = (("setting_changed", "command"), ("trail_cut", "server"));
        let expected = [by_hand, by_itself].map(|(event, by)| (event.to_owned(), by.to_owned()));
        assert_eq!(node.events().await, expected);
        assert!(node.store.verify_trail(&node.name, &[]).await.is_ok());
    }

    #[tokio::test]
    async fn a_chain_that_does_not_hold_what_was_kept_of_it_is_not_cut() {
        let node = Node::new().await;
        node.writer().set_setting("otp.window", "2").await.unwrap();
        let other = Head { hash: "0".repeat(64), ..node.head().await };
        std::fs::write(node.directory.path().join(TRAIL_HEADS), format!("here={other}\n")).unwrap();
        node.clock.advance(402 * DAY);
        cut(&node.heads(), &node.store).await.unwrap();
        assert_eq!(node.events().await.len(), 1);
    }

    #[tokio::test]
    async fn heads_are_kept_and_go_on_with_their_chain_only() {
        let node = Node::new().await;
        let mut heads = node.heads();
        heads.keep(&node.store).await.unwrap();
        assert_eq!(node.heads().nodes().count(), 0);
        for window in ["2", "1", "0"] {
            node.writer().set_setting("otp.window", window).await.unwrap();
            heads.keep(&node.store).await.unwrap();
            assert_eq!(node.heads().of(&node.name), Some(&node.head().await));
        }
        // what was kept is another chain's: longer, as long, and shorter than this one
        for sequence in [4, 3, 2] {
            let other = Head { sequence, hash: "0".repeat(64) };
            let path = node.directory.path().join(TRAIL_HEADS);
            std::fs::write(&path, format!("gone={other}\nhere={other}\n")).unwrap();
            let mut heads = node.heads();
            heads.keep(&node.store).await.unwrap();
            assert_eq!((heads.of(&node.name), node.heads().of(&node.name)), (Some(&other), Some(&other)));
            assert_eq!(heads.of(&"gone".parse().unwrap()), Some(&other));
        }
        std::fs::write(node.directory.path().join(TRAIL_HEADS), "here=1\n").unwrap();
        assert!(KeptHeads::read(&DataDirectory::new(node.directory.path().to_owned())).is_err());
    }
}
