//! Waiting for something that takes a moment.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long anything may take that takes no time.
const PATIENCE: Duration = Duration::from_secs(20);

/// What `look` finds, as soon as it finds something.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if started.elapsed() > PATIENCE {
            bail!("{what} does not come");
        }
        thread::sleep(Duration::from_millis(1));
    }
}
