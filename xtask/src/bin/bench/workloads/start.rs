//! W8: from the start to the first TLS answer, memory, and the size of the program.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::context::Bench;
use crate::figures::Spread;
use crate::http::get;
use crate::peers::{find, missing};
use crate::report::{Limit, Row};
use crate::waiting::until;

const STARTS: usize = 20;
const LOGINS: usize = 100;
const MIB: f64 = 1_048_576.0;

pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let starts = starts(bench)?;
    // what a start needs for a moment is given back by then
    thread::sleep(Duration::from_secs(2));
    let idle = bench.server.group().memory()?;
    for _ in 0..LOGINS {
        bench.session()?;
    }
    let used = bench.server.group().memory()?;
    let rows = [
        row("from the start to the first TLS answer", "ms", starts, Some(80.0)),
        row("memory, idle (PSS of all its processes)", "MiB", Spread::of([idle]), Some(16.0)),
        row("memory after 100 logins", "MiB", Spread::of([used]), None),
    ];
    bench.report.rows.extend(rows);
    match stripped(bench.server.program())? {
        Some(size) => bench.report.rows.push(row("the program, stripped", "MiB", Spread::of([size]), None)),
        None => bench.report.missing.push(missing("binutils")),
    }
    Ok(())
}

fn row(what: &str, unit: &'static str, value: Spread, most: Option<f64>) -> Row {
    Row {
        workload: "W8",
        what: what.to_owned(),
        side: "portreeve".to_owned(),
        unit,
        value,
        busy: None,
        ratio: None,
        limit: most.map(Limit::Value),
    }
}

/// Milliseconds from the start of the process to the end of the first answer, with records and certificate at hand.
fn starts(bench: &mut Bench) -> Result<Spread> {
    let request = get("/login/", &[]);
    let mut millis = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        bench.server.stop()?;
        let started = Instant::now();
        bench.server.spawn()?;
        // as long as nobody listens there is no answer
        until("the first answer", || Ok(bench.load.once(bench.server.cpanel()?, &request).ok()))?;
        millis.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(Spread::of(millis))
}

/// MiB of the program without its symbols.
fn stripped(program: &Path) -> Result<Option<f64>> {
    let Some(strip) = find("strip") else { return Ok(None) };
    let work = tempfile::tempdir()?;
    let copy = work.path().join("portreeve");
    let status = Command::new(strip).arg("-o").arg(&copy).arg(program).status().context("stripping")?;
    ensure!(status.success(), "strip ended with {status}");
    Ok(Some(fs::metadata(&copy)?.len() as f64 / MIB))
}
