//! `portreeve`: the command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use portreeve::commands::Command;
use portreeve::compat;
use portreeve_helper::Wiping;
use tracing_subscriber::EnvFilter;

#[global_allocator]
static ALLOCATOR: Wiping = Wiping(std::alloc::System);

/// An open server that speaks the authenticated API of cPanel & WHM.
#[derive(Parser)]
#[command(name = "portreeve", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    match called_as() {
        None => {}
        Some(done) => return ended(done),
    }
    let arguments = Arguments::parse_from(command_line(std::env::args_os()));
    let filter = EnvFilter::try_from_env("PORTREEVE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,portreeve::serve=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    ended(arguments.command.run())
}

/// What it does when it is called by one of the names that `compat-paths` gives it.
fn called_as() -> Option<Result<()>> {
    let mut arguments = std::env::args_os();
    let called = PathBuf::from(arguments.next()?);
    match called.file_name()?.to_str()? {
        "perl" => Some(Err(compat::perl::run(arguments))),
        "perlinstaller" => {
            let names: Vec<String> = arguments.map(|name| name.to_string_lossy().into_owned()).collect();
            Some(compat::perlinstaller::run(&names))
        }
        _ => None,
    }
}

fn ended(done: Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("portreeve: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The arguments, with the name that the program was called by where it is one of its commands: a link of that name
/// is the command.
fn command_line(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    const LINKS: [&str; 3] = ["uapi", "whmapi1", "cpapi2"];
    let mut arguments: Vec<OsString> = arguments.collect();
    let name = arguments.first().and_then(|path| Path::new(path).file_name());
    if let Some(link) = name.and_then(|name| LINKS.into_iter().find(|link| name == *link)) {
        arguments.insert(1, link.into());
    }
    arguments
}
