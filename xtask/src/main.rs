//! The project's chores: `cargo xtask --help` lists them.

mod apt;
mod audit;
mod bench;
mod build;
mod ci;
mod dependencies;
mod fuzz;
mod generate;
mod guards;
mod imports;
mod names;
mod new_function;
mod packages;
mod promises;
mod run;
mod scaffold;
mod simulation;
mod steps;
mod table;
mod test;
mod timing;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own chores")]
struct CommandLine {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Run every test
    Test(test::Options),
    /// Run everything a change must pass
    Ci,
    /// Write the files that are generated from the code
    Generate(generate::Options),
    /// Run the tests that show what is promised, and write the page that says so
    Promises,
    /// Add an API function, with its place in the table and its example
    NewFunction(new_function::Options),
    /// Measure whether the time that an answer takes tells anything about a secret
    Timing(timing::Options),
    /// Try the parsers of bytes from outside with inputs that nobody thought of
    Fuzz(fuzz::Options),
    /// Guess at passwords and codes a hundred million times, and see whether the throttle's bounds hold
    SimulateGuessing(simulation::Options),
    /// Measure what requests cost, beside nginx
    Bench(bench::Options),
    /// Measure what an honest client notices of a flood
    Flood(bench::Options),
    /// Check licences, duplicates, sources and unused dependencies, installing the tools first
    Audit,
}

fn main() -> ExitCode {
    let done = match CommandLine::parse().chore {
        Chore::Test(options) => test::chore(&options),
        Chore::Ci => ci::chore(),
        Chore::Generate(options) => generate::chore(&options),
        Chore::Promises => promises::chore(),
        Chore::NewFunction(options) => new_function::chore(&options),
        Chore::Timing(options) => timing::chore(&options),
        Chore::Fuzz(options) => fuzz::chore(&options),
        Chore::SimulateGuessing(options) => simulation::chore(&options),
        Chore::Bench(options) => bench::chore(&options),
        Chore::Flood(options) => bench::flood(&options),
        Chore::Audit => audit::chore(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
