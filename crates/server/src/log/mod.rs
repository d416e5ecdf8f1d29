//! The request log: one line a request, written by a thread of its own so that no request waits for a disk.

mod line;
mod mask;

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};

pub use line::Line;

/// How a place wants its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line.
    Json,
    /// Words with blanks between them, for people.
    Text,
}

/// Takes request lines; cheap to clone.
#[derive(Clone)]
pub struct RequestLog {
    lines: Option<SyncSender<Line>>,
    lost: Arc<AtomicU64>,
}

/// So many lines may wait for the disk before further ones are dropped and counted.
const WAITING: usize = 1 << 16;

impl RequestLog {
    /// A log that writes to these places.
    pub fn to(places: Vec<(Form, Box<dyn Write + Send>)>) -> std::io::Result<RequestLog> {
        let (sender, receiver) = sync_channel::<Line>(WAITING);
        std::thread::Builder::new().name("request-log".to_owned()).spawn(move || {
            let mut places = places;
            while let Ok(first) = receiver.recv() {
                for line in std::iter::once(first).chain(receiver.try_iter()) {
                    for (form, place) in &mut places {
                        // A full disk must not stop the server; the next line tries again.
                        let _ = writeln!(place, "{}", line.in_form(*form));
                    }
                }
                for (_, place) in &mut places {
                    let _ = place.flush();
                }
            }
        })?;
        Ok(RequestLog { lines: Some(sender), lost: Arc::default() })
    }

    /// A log that nobody reads.
    #[must_use]
    pub fn none() -> RequestLog {
        RequestLog { lines: None, lost: Arc::default() }
    }

    /// Adds a line.
    pub fn add(&self, line: Line) {
        if let Some(lines) = &self.lines
            && let Err(TrySendError::Full(_)) = lines.try_send(line)
        {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Lines that were dropped because the disk did not keep up.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}
