//! `portreeve`: the command line.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use portreeve::commands::Command;
use tracing_subscriber::EnvFilter;

/// An open server that speaks the authenticated API of cPanel & WHM.
#[derive(Parser)]
#[command(name = "portreeve", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse_from(command_line(std::env::args_os()));
    let filter = EnvFilter::try_from_env("PORTREEVE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match arguments.command.run() {
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
