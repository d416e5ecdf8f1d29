//! A change to a service that is undone unless it is kept.

use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::error::DriverError;
use crate::turns::Turn;

/// A step that was prepared: [`Change::keep`] completes it, [`Change::undo`] or dropping it takes it back.
///
/// This is how a function does two things as one: prepare the service, write the record, keep. Whatever fails
/// in between, a return or a panic included, leaves the service as it was. When nobody can say whether the record
/// was written, [`Change::leave`] leaves the decision to the sweep at the next start, which reads the record.
#[must_use = "a change that is not kept is taken back"]
pub struct Change {
    complete: Option<Work>,
    undo: Option<Work>,
    /// Held until the change is settled, its file work included.
    turn: Option<Turn>,
}

type Work = Box<dyn FnOnce() -> Result<(), DriverError> + Send>;

impl Change {
    /// A prepared step: how to complete it once the record is written, and how to take it back.
    pub fn new(
        complete: impl FnOnce() -> Result<(), DriverError> + Send + 'static,
        undo: impl FnOnce() -> Result<(), DriverError> + Send + 'static,
    ) -> Change {
        Change { complete: Some(Box::new(complete)), undo: Some(Box::new(undo)), turn: None }
    }

    /// Keeps everybody else from the same place until this is settled.
    pub(crate) fn holding(mut self, turn: Turn) -> Change {
        self.turn = Some(turn);
        self
    }

    /// Completes the step: its record is written, so what fails here is logged, and done by the sweep at start.
    pub async fn keep(mut self) {
        self.undo = None;
        if let Some(complete) = self.complete.take() {
            run_aside("completing", complete, self.turn.take()).await;
        }
    }

    /// Takes the step back and waits for that: its record was not written.
    pub async fn undo(mut self) {
        if let Some(undo) = self.undo.take() {
            run_aside("undoing", undo, self.turn.take()).await;
        }
    }

    /// Does neither: nobody knows whether the record was written.
    pub fn leave(mut self) {
        self.undo = None;
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        let (Some(undo), turn) = (self.undo.take(), self.turn.take()) else { return };
        // file work may block: not on a thread that serves requests
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || run("undoing", undo, turn))),
            Err(_) => run("undoing", undo, turn),
        }
    }
}

async fn run_aside(action: &'static str, work: Work, turn: Option<Turn>) {
    if let Err(error) = spawn_blocking(move || run(action, work, turn)).await {
        tracing::error!(%error, "{action} a change to the files was interrupted; the next start does it");
    }
}

fn run(action: &'static str, work: Work, turn: Option<Turn>) {
    if let Err(error) = work() {
        tracing::error!(%error, "{action} a change to the files failed; the next start does it");
    }
    drop(turn);
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::mpsc::{Sender, channel};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::*;

    fn reporting(to: &Sender<&'static str>) -> Change {
        let (kept, undone) = (to.clone(), to.clone());
        let said = |sent: Result<(), _>| sent.map_err(|_| DriverError::Stopped("nobody listens".to_owned()));
        Change::new(move || said(kept.send("kept")), move || said(undone.send("undone")))
    }

    #[tokio::test]
    async fn each_way_to_settle_does_its_own_work_and_no_other() {
        let (to, from) = channel();
        reporting(&to).keep().await;
        reporting(&to).undo().await;
        reporting(&to).leave();
        assert_eq!(from.try_iter().collect::<Vec<_>>(), ["kept", "undone"]);
    }

    #[test]
    fn dropping_takes_back_in_a_runtime_and_without_one() {
        let (to, from) = channel();
        drop(reporting(&to));
        assert_eq!(from.try_recv(), Ok("undone"));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let undo = move || {
                let name = std::thread::current().name().unwrap_or_default().to_owned();
                to.send(if name.contains("tokio") { "aside" } else { "in the way" }).unwrap();
                Ok(())
            };
            drop(Change::new(|| Ok(()), undo));
            assert_eq!(from.recv_timeout(Duration::from_secs(10)), Ok("aside"));
        });
    }

    /// A log in memory.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_completion_that_fails_is_logged_with_its_path_and_cause() {
        let (log, source) = (Log::default(), std::io::Error::from(std::io::ErrorKind::StorageFull));
        let sink = log.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || sink.clone()).finish();
        let failure = DriverError::Io { action: "renaming", path: "/home/a/mail".into(), source };
        tracing::subscriber::with_default(subscriber, || run("completing", Box::new(|| Err(failure)), None));
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("ERROR") && text.contains("renaming /home/a/mail: "), "{text}");
    }
}
