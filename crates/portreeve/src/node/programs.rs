//! The spawner of plugins' programs: the part of a server that may stay root.

use std::path::{Path, absolute};

use anyhow::{Context, Result};
use portreeve_helper::{Setup, Spawner, Users};
use portreeve_server::cgi::Programs;

use super::data_directory::{HOMES, PLUGINS};

/// Starts the spawner of a `portreeve` program, for a server of this user with this data directory. Must come before
/// any thread.
pub(crate) fn start(portreeve: &Path, users: Users, server_uid: u32, data_dir: &Path) -> Result<Programs> {
    let data_dir = absolute(data_dir).with_context(|| format!("finding {}", data_dir.display()))?;
    let setup = Setup { users, server_uid, homes: data_dir.join(HOMES), plugins: data_dir.join(PLUGINS) };
    Spawner::start(portreeve, &setup).map(Programs::By).context("starting the spawner")
}
