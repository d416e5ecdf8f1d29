//! `portreeve spawner`: the process that runs plugins' programs. A server starts it, with its socket as standard input.

use anyhow::{Context, Result};
use clap::Args;
use portreeve_helper::{Users, serve};

/// Serves one server, and ends with it.
#[derive(Args)]
pub struct Arguments {
    /// The unprivileged user's name, or `=` for the own user.
    #[arg(long)]
    users: String,
    /// The server's user, whose programs are trusted like root's.
    #[arg(long)]
    server_uid: u32,
}

impl Arguments {
    pub(super) fn run(self) -> Result<()> {
        let Ok(users) = self.users.parse::<Users>();
        serve(users, self.server_uid).context("running programs")
    }
}
