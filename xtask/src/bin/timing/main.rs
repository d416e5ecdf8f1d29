//! Measures whether the time that a check takes tells anything about a secret: `timing SAMPLES SLOW_SAMPLES`.
//!
//! For each case there are two classes of input, between which nobody must be able to tell by time: a value whose first
//! digit is wrong and one whose last is, a user who exists and one who does not. The functions are the product's own, in
//! this process, with the records of a whole server. Classes are interleaved at random, the slowest tenth of all
//! samples is left out (they are the machine's other work), and Welch's t tells how unlikely it is that what is left of
//! both comes from one distribution: below 4.5 it is taken for chance.

mod comparisons;
mod logins;
mod sampling;
mod statistics;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use portreeve_testkit::TestServer;

use sampling::Outcome;

/// |t| from which on a difference is no chance.
const THRESHOLD: f64 = 4.5;

struct Arguments {
    /// Of what is quick.
    samples: usize,
    /// Of what is slow by design.
    slow_samples: usize,
    /// Whether the figures are judged.
    verdict: bool,
}

fn arguments() -> Result<Arguments> {
    let all: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| -> Result<usize> {
        Ok(all.get(at).context("timing SAMPLES SLOW_SAMPLES [--no-verdict]")?.parse()?)
    };
    let verdict = !all.iter().any(|word| word == "--no-verdict");
    Ok(Arguments { samples: number(0)?, slow_samples: number(1)?, verdict })
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<ExitCode> {
    let Arguments { samples, slow_samples, verdict } = arguments()?;
    let server = TestServer::start().await;
    let mut outcomes = vec![comparisons::leaky(samples).await];
    outcomes.extend(comparisons::all(&server, samples).await?);
    outcomes.extend(logins::all(samples, slow_samples).await?);
    println!("{:<64} {:>8} {:>12} {:>12} {:>9}", "case", "samples", "first, ns", "second, ns", "t");
    let mut good = true;
    for (position, outcome) in outcomes.iter().enumerate() {
        // the first case is there to be found out: a measurement that does not see it sees nothing
        let is_right = (outcome.t.abs() < THRESHOLD) != (position == 0);
        good &= is_right;
        println!("{}{}", row(outcome), if is_right { "" } else { "  <-" });
    }
    println!("{}", if good { "|t| is where it should be" } else { "what is marked is not as it should be" });
    Ok(if good || !verdict { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn row(outcome: &Outcome) -> String {
    let Outcome { case, samples, first, second, t } = outcome;
    format!("{case:<64} {samples:>8} {first:>12.1} {second:>12.1} {t:>9.2}")
}
