//! `portreeve`: the command line.

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
    let arguments = Arguments::parse();
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
