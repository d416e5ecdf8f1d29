//! The request log: one line a request, written by a thread of its own so that no request waits for a disk.

mod line;
mod mask;
mod place;
mod record;

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

pub use line::Line;
pub use record::Record;

use place::Place;

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
    notes: Option<Sender<Note>>,
    /// How many lines wait for the disk.
    waiting: Arc<AtomicUsize>,
    lost: Arc<AtomicU64>,
}

/// What the thread is told.
enum Note {
    /// To write a line.
    Line(Line),
    /// To drop this once everything before it is written.
    Flush(SyncSender<()>),
}

/// How long the thread lets lines come together once there is one. Without it the thread is woken for each line, which
/// takes longer than the request, and writes each by itself.
const GATHERING: Duration = Duration::from_millis(20);

/// So many lines may wait for the disk before further ones are dropped and counted.
const WAITING: usize = 1 << 16;

/// How long a stop waits for the last lines: nobody may be reading them.
const FLUSH: Duration = Duration::from_secs(2);

impl RequestLog {
    /// A log that writes to these places.
    pub fn to(places: Vec<(Form, Box<dyn Write + Send>)>) -> std::io::Result<RequestLog> {
        let (sender, receiver) = channel();
        let log = RequestLog { notes: Some(sender), waiting: Arc::default(), lost: Arc::default() };
        let mut places: Vec<Place> =
            places.into_iter().map(|(form, writer)| Place::new(form, writer)).collect();
        let waiting = log.waiting.clone();
        thread::Builder::new().name("request-log".to_owned()).spawn(move || {
            while let Ok(first) = receiver.recv() {
                thread::sleep(GATHERING);
                let mut flushed = Vec::new();
                for note in std::iter::once(first).chain(receiver.try_iter()) {
                    match note {
                        Note::Line(line) => {
                            places.iter_mut().for_each(|place| place.add(&line));
                            waiting.fetch_sub(1, Ordering::Relaxed);
                        }
                        Note::Flush(done) => flushed.push(done),
                    }
                }
                places.iter_mut().for_each(Place::write);
            }
        })?;
        Ok(log)
    }

    /// A log that nobody reads.
    #[must_use]
    pub fn none() -> RequestLog {
        RequestLog { notes: None, waiting: Arc::default(), lost: Arc::default() }
    }

    /// Adds a line.
    pub fn add(&self, line: Line) {
        let Some(notes) = &self.notes else { return };
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        // the thread takes them for as long as there is a log
        let _ = notes.send(Note::Line(line));
    }

    /// Waits until the lines that were added are written, or for two seconds: before the program ends, lest the
    /// last ones be lost. Blocks its thread.
    pub fn flush(&self) {
        let (done, written) = sync_channel(0);
        if self.notes.as_ref().is_some_and(|notes| notes.send(Note::Flush(done)).is_ok()) {
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

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::atomic::AtomicUsize;

    use http::Method;
    use portreeve_types::{RequestId, Service, Timestamp};

    use super::*;

    /// A disk that takes its time.
    struct Slow(Arc<AtomicUsize>);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            thread::sleep(Duration::from_millis(5));
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
            id: RequestId::new(0, 1),
            address: Some([127, 0, 0, 1].into()),
            status: 200,
            caller: None,
            without_code: false,
            method: Some(Method::GET),
            service: Service::Cpanel,
            port: None,
            target: "/".to_owned(),
            hint: None,
            millis: 1,
        }
    }

    #[test]
    fn lines_beyond_those_that_may_wait_are_dropped_and_counted() {
        let (notes, nobody_reads) = channel();
        let log = RequestLog { notes: Some(notes), ..RequestLog::none() };
        for _ in 0..WAITING + 3 {
            log.add(line());
        }
        assert_eq!((nobody_reads.try_iter().count(), log.lost()), (WAITING, 3));
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
