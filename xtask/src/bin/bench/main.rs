//! Measures what a request costs the server, beside what it costs nginx, on this machine and in one run.
//!
//! `cargo xtask bench` builds this program and the server, and starts it. docs/benchmark.md says what is measured.

mod accounts;
mod bare;
mod context;
mod cores;
mod figures;
mod flood;
mod group;
mod http;
mod installation;
mod load;
mod options;
mod peers;
mod report;
mod rounds;
mod waiting;
mod workloads;

use std::process::ExitCode;

use clap::Parser;

use options::CommandLine;

fn main() -> ExitCode {
    match CommandLine::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
