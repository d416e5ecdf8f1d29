//! `cargo xtask simulate-guessing`: a guesser with many addresses against the real throttle.
//!
//! The simulation is a program of its own, built with the product's store: the other chores run while that does not
//! compile.

use anyhow::Result;
use clap::Args;

use crate::run::{cargo, run};

#[derive(Args)]
pub struct Options {
    /// Handed to the simulation: `--guesses N`, `--users N`, `--seed N`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds the simulation for speed and runs it; it fails if a bound does not hold.
pub fn chore(options: &Options) -> Result<()> {
    let mut command = cargo("run --release -p xtask --features simulate --bin simulate-guessing --");
    run(command.args(&options.arguments))
}
