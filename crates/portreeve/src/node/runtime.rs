//! The threads that commands run on.

use std::hint::black_box;

use anyhow::{Context, Result};
use tokio::runtime::{Builder, Runtime};

/// How much of a thread's stack is wiped when it has nothing to do. A program that was not optimised reaches further down.
const BELOW: usize = if cfg!(debug_assertions) { 1024 } else { 64 } * 1024;

/// A runtime on this thread alone.
pub(crate) fn on_this_thread() -> Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("starting a runtime")
}

/// A server's runtime, on as many threads as there are cores. A thread that goes to rest leaves nothing behind of the
/// requests that it worked on.
pub(crate) fn of_a_server() -> Result<Runtime> {
    let mut threads = Builder::new_multi_thread();
    threads.enable_all().on_thread_park(wipe_stack).build().context("starting threads")
}

/// Overwrites what calls that have returned left on this thread's stack: values that were moved are there still, passwords
/// among them.
#[inline(never)]
fn wipe_stack() {
    black_box(&mut [0_u8; BELOW]);
}
