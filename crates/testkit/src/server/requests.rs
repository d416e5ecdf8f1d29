//! Request lines, collected in memory.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::bail;

/// How long a line may take: it is written by a thread of its own after the answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The lines of one server; clones are one collection.
#[derive(Clone, Default)]
pub(super) struct Requests(Arc<Mutex<Vec<u8>>>);

impl Requests {
    pub(super) fn lines(&self) -> Vec<String> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
    }

    pub(super) async fn line(&self, id: &str) -> anyhow::Result<String> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let wanted = format!("\"id\":\"{id}\"");
        loop {
            if let Some(line) = self.lines().into_iter().find(|line| line.contains(&wanted)) {
                return Ok(line);
            }
            if tokio::time::Instant::now() >= deadline {
                bail!("no request line has the id {id}; there are: {:#?}", self.lines());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Write for Requests {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
