//! What the work itself costs without any server: verifying a password, starting a program.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use portreeve_crypt::{Cost, Hasher, Scheme, SecretString, SystemEntropy};

use crate::cores::Cores;
use crate::figures::Sample;
use crate::group::Group;

/// Verifies one password again and again, and prints how often it was evaluated.
#[derive(Args)]
pub struct Hash {
    /// For how many seconds.
    #[arg(long)]
    seconds: f64,
}

/// Runs one program again and again, as `posix_spawn` does, and prints how often.
#[derive(Args)]
pub struct Spawn {
    /// For how many seconds.
    #[arg(long)]
    seconds: f64,
    /// The program; what it prints is read.
    program: PathBuf,
}

impl Hash {
    pub fn run(self) -> Result<()> {
        let hasher = Hasher::with_cost(Arc::new(SystemEntropy), Cost::default())?;
        let password = || SecretString::from("a password of some length");
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
            let busy = "one thread is free for each evaluation";
            let stored = hasher.hash(password(), Scheme::Panel).await.context(busy)?;
            // making the hash was the first evaluation
            let (started, mut evaluated) = (Instant::now(), 1_u64);
            while started.elapsed().as_secs_f64() < self.seconds {
                hasher.verify(password(), Some(stored.clone()), Scheme::Panel).await.context(busy)?;
                evaluated += 1;
            }
            println!("{evaluated}");
            Ok(())
        })
    }
}

impl Spawn {
    pub fn run(self) -> Result<()> {
        let (started, mut runs) = (Instant::now(), 0_u64);
        while started.elapsed().as_secs_f64() < self.seconds {
            let mut command = Command::new(&self.program);
            command.env("cp_security_token", "/cpsess1234567890");
            let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
            ensure!(output.status.success() && !output.stdout.is_empty(), "the program failed");
            runs += 1;
        }
        println!("{runs}");
        Ok(())
    }
}

/// A turn of one of these, in a process of its own.
pub fn turn(
    group: &Group,
    cores: Cores,
    time: Duration,
    what: &str,
    program: Option<&Path>,
) -> Result<Sample> {
    let mut command = group.command(cores.measured, std::env::current_exe()?)?;
    command.arg(what).args(["--seconds", &time.as_secs_f64().to_string()]);
    command.args(program.map(Path::as_os_str).into_iter().collect::<Vec<&OsStr>>());
    let (started, before) = (Instant::now(), group.time()?);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("starting a turn")?;
    ensure!(output.status.success(), "a turn ended with {}", output.status);
    let count = String::from_utf8(output.stdout)?.trim().parse().context("a turn says how often")?;
    Ok(Sample { count, time: group.time()? - before, wall: started.elapsed() })
}
