//! The commands, one file each.

mod audit;
mod compat_paths;
mod keys;
mod local;
mod log;
mod otp;
mod sandbox;
mod serve;
mod setup;
mod spawner;

use anyhow::Result;
use clap::Subcommand;

/// What the program can do.
#[derive(Subcommand)]
pub enum Command {
    /// Start a server with ready-made accounts to test scripts and plugins against.
    Sandbox(sandbox::Arguments),
    /// Serve this machine.
    Serve(serve::Arguments),
    /// Give root a password, so that the server opens.
    Setup(setup::Arguments),
    /// Show the requests of a server or a sandbox.
    Log(log::Arguments),
    /// Read and change settings.
    Setting(local::Setting),
    /// Verify or export the audit trail.
    Audit(audit::Arguments),
    /// Keep, bring back or renew the keys of the records.
    Keys(keys::Arguments),
    /// Make or remove the paths that scripts for the original begin with.
    CompatPaths(compat_paths::Arguments),
    /// Print the one-time code of a secret.
    Otp(otp::Arguments),
    /// Call a UAPI function on this machine.
    Uapi(local::Uapi),
    /// Call a function of WHM API 1 on this machine.
    Whmapi1(local::Whmapi1),
    /// Call a function of API 2 on this machine.
    Cpapi2(local::Cpapi2),
    /// Run plugins' programs for a server, which starts this by itself.
    #[command(hide = true)]
    Spawner(spawner::Arguments),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it cannot be done, with a text for the person at the terminal.
    pub fn run(self) -> Result<()> {
        match self {
            Command::Sandbox(arguments) => arguments.run(),
            Command::Serve(arguments) => arguments.run(),
            Command::Setup(arguments) => arguments.run(),
            Command::Log(arguments) => arguments.run(),
            Command::Setting(arguments) => arguments.run(),
            Command::Audit(arguments) => arguments.run(),
            Command::Keys(arguments) => arguments.run(),
            Command::CompatPaths(arguments) => arguments.run(),
            Command::Otp(arguments) => arguments.run(),
            Command::Uapi(arguments) => arguments.run(),
            Command::Whmapi1(arguments) => arguments.run(),
            Command::Cpapi2(arguments) => arguments.run(),
            Command::Spawner(arguments) => arguments.run(),
        }
    }
}
