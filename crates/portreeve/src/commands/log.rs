//! `portreeve log`: the request log for people.

use std::fs::{File, Metadata};
use std::io::{BufRead, BufReader, ErrorKind, Seek, Write, stdout};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use portreeve_server::log::Record;

use crate::configuration::ConfigurationFile;
use crate::node::data_directory::{DataDirectory, REQUESTS};

/// How often a log that is followed is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// Shows a server's or a sandbox's requests, with what their callers were told to do differently.
#[derive(Args)]
pub struct Arguments {
    /// Go on with the lines to come, also when the file is moved away or begun anew.
    #[arg(long)]
    follow: bool,
    /// Only requests that were refused or failed (status 400 and above).
    #[arg(long)]
    errors: bool,
    /// The lines as they are written, one JSON object each.
    #[arg(long)]
    json: bool,
    /// The data directory; the configured one when none is named.
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    data_dir: Option<PathBuf>,
    /// The configuration; /etc/portreeve/portreeve.toml, which may be absent, when none is named.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Arguments {
    pub(super) fn run(self) -> Result<()> {
        let path = self.path()?;
        let mut tail = Tail::open(&path)?;
        loop {
            while let Some(line) = tail.line()? {
                match self.show(&line) {
                    // whoever reads us has seen enough
                    Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
                    shown => shown.context("writing to standard output")?,
                }
            }
            if !self.follow {
                return Ok(());
            }
            if !tail.begin_anew(&path)? {
                std::thread::sleep(PAUSE);
            }
        }
    }

    fn path(&self) -> Result<PathBuf> {
        let root = match &self.data_dir {
            Some(given) => given.clone(),
            None => ConfigurationFile::read(self.config.as_deref())?.1.server.data_dir,
        };
        Ok(DataDirectory::new(root).path(REQUESTS))
    }

    fn show(&self, line: &str) -> std::io::Result<()> {
        let record: Option<Record> = serde_json::from_str(line).ok();
        // a line that was cut off by a crash is no reason to stop, and shown as it is
        if self.errors && record.as_ref().is_some_and(|record| record.status < 400) {
            return Ok(());
        }
        let mut out = stdout().lock();
        match record {
            Some(record) if !self.json => writeln!(out, "{record}")?,
            _ => writeln!(out, "{line}")?,
        }
        out.flush()
    }
}

/// A file that is read as it grows.
struct Tail {
    file: BufReader<File>,
    /// The beginning of a line whose end is not written yet.
    begun: Vec<u8>,
    read: u64,
}

impl Tail {
    fn open(path: &Path) -> Result<Tail> {
        let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
        Ok(Tail { file: BufReader::new(file), begun: Vec::new(), read: 0 })
    }

    /// The next whole line, if it is there.
    fn line(&mut self) -> Result<Option<String>> {
        let read = self.file.read_until(b'\n', &mut self.begun).context("reading the log")?;
        self.read += u64::try_from(read)?;
        if self.begun.pop_if(|last| *last == b'\n').is_none() {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&self.begun).into_owned();
        self.begun.clear();
        Ok(Some(line))
    }

    /// Goes to the beginning of a file that was emptied, or of the one that stands in the place of this one.
    /// Answers whether there is anything new to read.
    fn begin_anew(&mut self, path: &Path) -> Result<bool> {
        let own = self.file.get_ref().metadata().context("looking at the log")?;
        if own.len() < self.read {
            self.file.rewind().context("reading the log")?;
            (self.read, self.begun) = (0, Vec::new());
            return Ok(true);
        }
        let is_this = |found: &Metadata| (found.dev(), found.ino()) == (own.dev(), own.ino());
        match std::fs::metadata(path) {
            Ok(found) if !is_this(&found) => {
                // its writer may have added to this one before it took the other
                if own.len() > self.read {
                    return Ok(true);
                }
                *self = Tail::open(path)?;
                Ok(true)
            }
            // moved away, and its successor is not there yet
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            found => found.map(|_| own.len() > self.read).context("looking at the log"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn lines(tail: &mut Tail) -> Vec<String> {
        std::iter::from_fn(|| tail.line().unwrap()).collect()
    }

    #[test]
    fn lines_are_read_whole_across_growth_truncation_and_rotation() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("requests.jsonl");
        let append = |text: &str| {
            let mut file = fs::OpenOptions::new().create(true).append(true).open(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        };
        append("one\ntw");
        let mut tail = Tail::open(&path).unwrap();
        assert_eq!(lines(&mut tail), ["one"]);
        assert!(!tail.begin_anew(&path).unwrap());
        append("o\n");
        assert!(tail.begin_anew(&path).unwrap());
        assert_eq!(lines(&mut tail), ["two"]);

        fs::File::create(&path).unwrap();
        append("3\n");
        assert!(tail.begin_anew(&path).unwrap(), "it was emptied");
        assert_eq!(lines(&mut tail), ["3"]);

        fs::rename(&path, directory.path().join("old")).unwrap();
        assert!(!tail.begin_anew(&path).unwrap(), "nothing is there yet");
        append("four\n");
        let mut old = fs::OpenOptions::new().append(true).open(directory.path().join("old")).unwrap();
        old.write_all(b"late\n").unwrap();
        assert!(tail.begin_anew(&path).unwrap());
        assert_eq!(lines(&mut tail), ["late"]);
        assert!(tail.begin_anew(&path).unwrap());
        assert_eq!(lines(&mut tail), ["four"]);
    }
}
