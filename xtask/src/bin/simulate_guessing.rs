//! Guesses at the real throttle and holds the bounds against what was evaluated: `cargo xtask simulate-guessing`.

#[path = "../simulate_guessing/mod.rs"]
mod simulate_guessing;

use std::process::ExitCode;

use clap::Parser;
use simulate_guessing::{Options, simulate};

#[derive(Parser)]
struct CommandLine {
    /// Guesses in all
    #[arg(long, default_value_t = 100_000_000)]
    guesses: u64,
    /// People who are guessed at, each with an account and a mailbox
    #[arg(long, default_value_t = 100)]
    users: u32,
    /// Where the chance begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let CommandLine { guesses, users, seed } = CommandLine::parse();
    let report = simulate(Options { guesses, users, seed, ..Options::default() }).await?;
    print!("{report}");
    Ok(if report.broken().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
