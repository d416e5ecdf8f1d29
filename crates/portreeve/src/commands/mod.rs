//! The commands, one file each.

mod otp;
mod sandbox;

use anyhow::Result;
use clap::Subcommand;

/// What the program can do.
#[derive(Subcommand)]
pub enum Command {
    /// Start a server with ready-made accounts to test scripts and plugins against.
    Sandbox(sandbox::Arguments),
    /// Print the one-time code of a secret.
    Otp(otp::Arguments),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it cannot be done, with a text for the person at the terminal.
    pub fn run(self) -> Result<()> {
        match self {
            Command::Sandbox(arguments) => arguments.run(),
            Command::Otp(arguments) => arguments.run(),
        }
    }
}
