//! Health and metrics of a real server, read by other hands.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use portreeve_e2e::curl::{Answer, curl_trusting};
use portreeve_e2e::program::{command, root};
use portreeve_e2e::sandbox::{Options, Sandbox};
use portreeve_e2e::served::Installation;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const PASSWORD: &str = "correct horse battery staple";

/// The families of a scrape as Prometheus' reader in Python sees them. It is Debian's, so Debian's Python has it.
fn families(text: &str) -> Result<Value> {
    let mut reader = command("/usr/bin/python3");
    reader.arg(root().join("tests/e2e/scripts/read_metrics.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut reader = reader.spawn().context("starting python3")?;
    reader.stdin.take().context("no standard input")?.write_all(text.as_bytes())?;
    let output = reader.wait_with_output()?;
    ensure!(output.status.success(), "the metrics cannot be read:\n{text}");
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The one number of a family without labels.
fn number(families: &Value, name: &str) -> Result<f64> {
    let family = name.trim_end_matches("_total");
    let samples = families.pointer(&format!("/{family}/samples")).with_context(|| format!("no {name}"))?;
    let number = samples.pointer("/0/2").and_then(Value::as_f64);
    ensure!(samples.pointer("/0/0").is_some_and(|written| written == name), "{samples}");
    number.with_context(|| format!("{name} has no number"))
}

fn get(installation: &Installation, port: u16, path: &str) -> Result<Answer> {
    curl_trusting(&installation.ca(), &[&format!("http://127.0.0.1:{port}{path}")])
}

#[test]
fn a_server_that_gave_root_up_still_says_how_it_is() -> Result<()> {
    let installation = Installation::new(false)?;
    let port = 2090 + installation.offset;
    installation.configure(&format!("[observe]\nlisten = \"127.0.0.1:{port}\"\n"))?;
    let served = installation.serve()?;
    ensure!(served.said()?.contains(&format!("health and metrics are served on 127.0.0.1:{port}")));
    installation.set_up(PASSWORD)?;
    served.says("listening on 127.0.0.9:", 1)?;
    let health = get(&installation, port, "/health")?;
    ensure!((health.status, health.body.as_str()) == (200, "ok\n"), "{health:?}");

    let text = get(&installation, port, "/metrics")?.body;
    let families = families(&text)?;
    // a family that it cannot place would be of no known type
    for (name, family) in families.as_object().context("no families")? {
        ensure!(matches!(family["type"].as_str(), Some("counter" | "gauge")), "{name}: {family}");
        ensure!(family["help"].as_str().is_some_and(|help| help.ends_with('.')), "{name}: {family}");
    }
    let least = [
        ("process_cpu_seconds_total", 0.01),
        ("process_resident_memory_bytes", 5e6),
        ("process_virtual_memory_bytes", 1e7),
        ("process_open_fds", 10.0),
        ("process_max_fds", 100.0),
        ("process_start_time_seconds", 1.7e9),
        ("portreeve_records_up", 1.0),
        ("portreeve_audit_trail_sequence", 1.0),
    ];
    for (name, least) in least {
        let number = number(&families, name)?;
        ensure!(number >= least, "{name} is {number}");
    }
    let versions = &families["portreeve_build_info"]["samples"][0][1]["version"];
    ensure!(*versions == env!("CARGO_PKG_VERSION"), "{versions}");
    for secret in [PASSWORD, "root", "127.0.0.1"] {
        ensure!(!text.contains(secret), "{secret} is in the metrics:\n{text}");
    }
    ensure!(served.end()?.success());
    Ok(())
}

#[test]
fn they_are_served_nowhere_unless_asked_for_and_never_on_a_port_of_the_servers_own() -> Result<()> {
    let installation = Installation::new(false)?;
    let served = installation.serve()?;
    ensure!(!served.said()?.contains("health and metrics"));
    ensure!(served.end()?.success());
    for address in ["127.0.0.1", "127.0.0.7"] {
        let port = 2087 + installation.offset;
        installation.configure(&format!("[observe]\nlisten = \"{address}:{port}\"\n"))?;
        let why = installation.serve().err().context("it was taken")?.to_string();
        ensure!(why.contains("(observe.listen) is a port of the server's own"), "{why}");
    }
    Ok(())
}

#[test]
fn a_sandbox_prints_where_they_are_and_is_unwell_without_its_spawner() -> Result<()> {
    let sandbox = Sandbox::start()?;
    ensure!(sandbox.text("/observe").is_err());
    let arguments = ["--observe", "127.0.0.1:0", "--cgi"];
    let sandbox = Sandbox::with(&Options { arguments: &arguments, ..Options::default() })?;
    let address = sandbox.text("/observe")?;
    let health = || curl_trusting(sandbox.ca()?.as_ref(), &[&format!("{address}/health")]);
    let well = health()?;
    ensure!((well.status, well.body.as_str()) == (200, "ok\n"), "{well:?}");

    let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", sandbox.id()))?;
    let spawner: i32 = children.trim().parse().with_context(|| format!("one child: {children}"))?;
    kill_process(Pid::from_raw(spawner).context("no number of a process")?, Signal::KILL)?;
    let mut unwell = health()?;
    while unwell.status == 200 {
        unwell = health()?;
    }
    let gone = "The spawner of plugins' programs is gone.\n";
    ensure!((unwell.status, unwell.body.as_str()) == (503, gone), "{unwell:?}");
    Ok(())
}
