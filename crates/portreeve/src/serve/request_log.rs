//! The request log: a file that can be moved away while the server runs.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use portreeve_server::log::{Form, RequestLog};

use crate::node::data_directory::{DataDirectory, REQUESTS};

/// Asks for the file to be opened anew.
#[derive(Clone, Default)]
pub(super) struct Reopen(Arc<AtomicBool>);

impl Reopen {
    pub(super) fn reopen(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Opens the log.
pub(super) fn open(directory: &DataDirectory) -> Result<(RequestLog, Reopen)> {
    let path = directory.path(REQUESTS);
    let file = append(&path).with_context(|| format!("opening {}", path.display()))?;
    let reopen = Reopen::default();
    let file = Reopened { path, file, asked: reopen.clone() };
    let log = RequestLog::to(vec![(Form::Json, Box::new(file))]).context("starting the request log")?;
    Ok((log, reopen))
}

/// A file that is opened anew, by its name, when it is asked for.
struct Reopened {
    path: PathBuf,
    file: File,
    asked: Reopen,
}

impl Write for Reopened {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.asked.0.swap(false, Ordering::AcqRel) {
            match append(&self.path) {
                Ok(file) => self.file = file,
                Err(error) => tracing::error!(%error, "the request log could not be opened anew"),
            }
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o640).open(path)
}
