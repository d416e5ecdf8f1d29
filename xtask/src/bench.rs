//! `cargo xtask bench`: what a request costs the server, beside what it costs others, and `cargo xtask flood`: what is
//! left of it in a flood (docs/benchmark.md).

use std::ffi::OsString;

use anyhow::Result;

use crate::build;
use crate::run::{cargo, program, run};

/// What the program `bench` is told.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    /// Workloads and options; `--help` shows them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Builds the server and the program that measures it as they are released, and measures.
pub fn chore(options: &Options) -> Result<()> {
    measure("run", options)
}

/// Likewise, and floods.
pub fn flood(options: &Options) -> Result<()> {
    measure("flood", options)
}

fn measure(command: &str, options: &Options) -> Result<()> {
    // one after the other: the server has the features that it is released with, and no more
    run(&mut cargo("build --release --locked --package portreeve"))?;
    run(&mut cargo("build --release --locked --package xtask --features bench --bin bench"))?;
    let built = build::target_directory()?.join("release");
    run(program(built.join("bench"))
        .arg(command)
        .arg("--portreeve")
        .arg(built.join("portreeve"))
        .args(&options.arguments))
}
