//! `cargo xtask flood`: what an honest client notices while others hold connections, dawdle and guess passwords.

mod crowd;
mod findings;
mod idle;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::time::sleep;

use crate::accounts::Accounts;
use crate::cores::{Cores, stay_on};
use crate::figures::Spread;
use crate::http::get;
use crate::installation::Installation;
use crate::load::{Connection, Load, Target};
use crate::peers::{Nginx, missing};
use findings::{Bound, Findings};
use idle::Idle;

/// How long the calls of a measurement are apart: the client that is looked at is no part of the flood.
const PACE: Duration = Duration::from_millis(5);

/// How long the flood has to come together before it is measured what it does.
const GATHERING: Duration = Duration::from_secs(5);

/// More descriptors than all connections take.
const DESCRIPTORS: u64 = 16_384;

/// How long a flood is.
#[derive(Args)]
#[command(name = "cargo xtask flood")]
pub struct Options {
    /// How many seconds the calls are measured, in quiet and in the flood
    #[arg(long, default_value_t = 10.0, value_name = "S")]
    seconds: f64,
    /// The server's program
    #[arg(long, hide = true)]
    portreeve: PathBuf,
}

/// Measures in quiet, begins the flood, and measures again. Fails when a bound is not kept.
pub fn run(options: &Options) -> Result<()> {
    ensure!(options.seconds > 0.0 && options.seconds <= 60.0, "a measurement takes up to 60 seconds");
    let time = Duration::from_secs_f64(options.seconds);
    let cores = Cores::find()?;
    stay_on(cores.load)?;
    let hard = getrlimit(Resource::Nofile).maximum.map(|most| most.max(DESCRIPTORS));
    setrlimit(Resource::Nofile, Rlimit { current: Some(DESCRIPTORS), maximum: hard })
        .context("asking for descriptors")?;
    let load = Load::new()?;
    let mut server = Installation::new("server", &options.portreeve, cores, None)?;
    server.start()?;
    let accounts = Accounts::make(&server, &load, 1)?;
    let user = accounts.users.first().context("no user")?;
    let session = accounts.session_by_link(&server, &load, user)?;
    let call = get(&format!("{}/execute/Email/list_pops", session.prefix), &[("Cookie", &session.cookie)]);

    let mut findings = Findings::default();
    let nginx = Nginx::start(&server, cores)?;
    let bound = match &nginx {
        Some(nginx) => {
            let idle = load.wait(Idle::open(nginx.target(&server)?, &get("/", &[])))?;
            findings.add("memory for each idle connection, nginx", idle.each, "KiB", Bound::None);
            Bound::Most(1.5 * idle.each)
        }
        None => {
            findings.miss(&missing("nginx"));
            Bound::None
        }
    };
    drop(nginx);
    let target = server.cpanel()?;
    let quiet = load.wait(median(target, &call, time))?;
    findings.add("a session's call in quiet, median", quiet, "us", Bound::None);
    let mut idle = load.wait(Idle::open(target, &get("/login/", &[])))?;
    findings.add("memory for each idle connection", idle.each, "KiB", bound);
    let over = AtomicBool::new(false);
    let (flooded, tally) = thread::scope(|scope| {
        let crowd = scope.spawn(|| crowd::flood(target, &over));
        thread::sleep(GATHERING);
        let flooded = load.wait(median(target, &call, time));
        over.store(true, Ordering::Relaxed);
        let tally = crowd.join().map_err(|_| anyhow!("the flood failed"))?;
        anyhow::Ok((flooded?, tally?))
    })?;
    findings.add("a session's call in the flood, median", flooded, "us", Bound::Most(2.0 * quiet));
    findings.add("idle connections", idle.still_open() as f64, "", Bound::Least(idle::COUNT as f64));
    findings.add("slow heads", tally.heads as f64, "", Bound::Least(crowd::HEADS as f64));
    findings.add("slow bodies", tally.bodies as f64, "", Bound::Least(crowd::BODIES as f64));
    findings.add("logins that were judged", tally.judged as f64, "", Bound::None);
    findings.add("logins that the full queue turned away", tally.turned_away as f64, "", Bound::Least(1.0));
    findings.conclude()
}

/// Microseconds that a call takes on a connection of its own, in the median.
async fn median(target: Target<'_>, call: &[u8], time: Duration) -> Result<f64> {
    let mut connection = Connection::open(target).await?;
    let started = Instant::now();
    let mut micros = Vec::new();
    while started.elapsed() < time {
        let asked = Instant::now();
        let status = connection.exchange(call, |answer| answer.status).await?;
        micros.push(asked.elapsed().as_secs_f64() * 1e6);
        ensure!(status == 200, "an honest call is answered with {status}");
        sleep(PACE).await;
    }
    Ok(Spread::of(micros).median)
}
