//! The runtime of a command that does one thing.

use anyhow::{Context, Result};
use tokio::runtime::{Builder, Runtime};

/// A runtime on this thread alone.
pub(crate) fn on_this_thread() -> Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("starting a runtime")
}
