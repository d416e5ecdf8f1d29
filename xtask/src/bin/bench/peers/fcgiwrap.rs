//! fcgiwrap: what runs programs for nginx. It becomes nobody else for them.

use std::process::{Child, Stdio};

use anyhow::{Context, Result};

use super::{Nginx, end, find};
use crate::cores::Cores;
use crate::waiting::until;

/// How many programs it runs at a time: as many as are asked for.
pub const WORKERS: usize = 4;

/// A running fcgiwrap.
pub struct Fcgiwrap(Child);

impl Fcgiwrap {
    /// Starts it where nginx looks for it; nothing when it is not here.
    pub fn start(nginx: &Nginx, cores: Cores) -> Result<Option<Fcgiwrap>> {
        let Some(program) = find("fcgiwrap") else { return Ok(None) };
        let socket = nginx.directory().join("fcgiwrap");
        let mut command = nginx.group().command(cores.measured, program)?;
        command.arg("-c").arg(WORKERS.to_string()).arg("-s").arg(format!("unix:{}", socket.display()));
        let child = command.stdin(Stdio::null()).spawn().context("starting fcgiwrap")?;
        let started = Fcgiwrap(child);
        until("fcgiwrap", || Ok(socket.exists().then_some(())))?;
        Ok(Some(started))
    }
}

impl Drop for Fcgiwrap {
    fn drop(&mut self) {
        end(&mut self.0);
    }
}
