//! The request log: one line a request, written by a thread of its own so that no request waits for a disk.

mod line;
mod mask;
mod record;

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::time::Duration;

pub use line::Line;
pub use record::Record;

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
    notes: Option<SyncSender<Note>>,
    lost: Arc<AtomicU64>,
}

/// What the thread is told.
enum Note {
    /// To write a line; boxed, so that the queue's places are small.
    Line(Box<Line>),
    /// To drop this once everything before it is written.
    Flush(SyncSender<()>),
}

/// So many lines may wait for the disk before further ones are dropped and counted.
const WAITING: usize = 1 << 16;

/// How long a stop waits for the last lines: nobody may be reading them.
const FLUSH: Duration = Duration::from_secs(2);

impl RequestLog {
    /// A log that writes to these places.
    pub fn to(places: Vec<(Form, Box<dyn Write + Send>)>) -> std::io::Result<RequestLog> {
        let (sender, receiver) = sync_channel(WAITING);
        std::thread::Builder::new().name("request-log".to_owned()).spawn(move || {
            let mut places = places;
            while let Ok(first) = receiver.recv() {
                let mut flushed = Vec::new();
                for note in std::iter::once(first).chain(receiver.try_iter()) {
                    match note {
                        Note::Line(line) => write(&mut places, &line),
                        Note::Flush(done) => flushed.push(done),
                    }
                }
                for (_, place) in &mut places {
                    let _ = place.flush();
                }
            }
        })?;
        Ok(RequestLog { notes: Some(sender), lost: Arc::default() })
    }

    /// A log that nobody reads.
    #[must_use]
    pub fn none() -> RequestLog {
        RequestLog { notes: None, lost: Arc::default() }
    }

    /// Adds a line.
    pub fn add(&self, line: Line) {
        if let Some(notes) = &self.notes
            && let Err(TrySendError::Full(_)) = notes.try_send(Note::Line(Box::new(line)))
        {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until the lines that were added are written, or for two seconds: before the program ends, lest the
    /// last ones be lost. Blocks its thread.
    pub fn flush(&self) {
        let (done, written) = sync_channel(0);
        if self.notes.as_ref().is_some_and(|notes| notes.try_send(Note::Flush(done)).is_ok()) {
            // nothing is ever sent: the other end goes when all is written
            let _ = written.recv_timeout(FLUSH);
        }
    }

    /// Lines that were dropped because the disk did not keep up.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

fn write(places: &mut [(Form, Box<dyn Write + Send>)], line: &Line) {
    for (form, place) in places {
        let mut text = line.in_form(*form);
        text.push('\n');
        // A full disk must not stop the server; the next line tries again.
        let _ = place.write_all(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::atomic::AtomicUsize;

    use portreeve_types::{Service, Timestamp};

    use super::*;

    /// A disk that takes its time.
    struct Slow(Arc<AtomicUsize>);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            std::thread::sleep(Duration::from_millis(5));
            self.0.fetch_add(bytes.iter().filter(|byte| **byte == b'\n').count(), Ordering::SeqCst);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn line() -> Line {
        Line {
            time: Timestamp::from_seconds(1_700_000_000),
            id: "0123456789abcdef".to_owned(),
            address: Some([127, 0, 0, 1].into()),
            status: 200,
            caller: None,
            without_code: false,
            method: "GET".to_owned(),
            service: Service::Cpanel,
            port: None,
            target: "/".to_owned(),
            hint: None,
            millis: 1,
        }
    }

    #[test]
    fn after_a_flush_every_line_is_written() {
        let written = Arc::new(AtomicUsize::new(0));
        let log = RequestLog::to(vec![(Form::Json, Box::new(Slow(written.clone())))]).unwrap();
        for _ in 0..20 {
            log.add(line());
        }
        log.flush();
        assert_eq!(written.load(Ordering::SeqCst), 20);
        RequestLog::none().flush();
    }
}
