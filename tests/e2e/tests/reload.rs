//! SIGHUP: certificates, the request log, and a configuration that is broken; and the log as people read it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use portreeve_e2e::program::{command, portreeve, root};
use portreeve_e2e::served::{Installation, PUBLIC, Served};
use rustix::process::Signal;

/// Writes a certificate that signs itself and its key, readable to the server's user.
fn certify(directory: &Path) -> Result<()> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])?;
    fs::write(directory.join("cert.pem"), made.cert.pem())?;
    fs::write(directory.join("key.pem"), made.signing_key.serialize_pem())?;
    Ok(())
}

fn with_files(work: &Path) -> String {
    format!("[tls]\ncertificate = \"{0}/cert.pem\"\nkey = \"{0}/key.pem\"\n", work.display())
}

fn started() -> Result<(Installation, Served)> {
    let installation = Installation::new(false)?;
    certify(installation.work())?;
    installation.configure(&with_files(installation.work()))?;
    installation.set_up("correct horse battery staple")?;
    let served = installation.serve()?;
    Ok((installation, served))
}

#[test]
fn a_new_certificate_is_shown_to_new_connections_and_kept_ones_stay() -> Result<()> {
    let (installation, served) = started()?;
    let mut kept = command("python3");
    kept.arg(root().join("tests/e2e/scripts/kept.py"));
    kept.env("SERVER", format!("{PUBLIC}:{}", 2087 + installation.offset));
    let mut kept = kept.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("starting python3")?;
    let mut lines = BufReader::new(kept.stdout.take().context("no output")?).lines();
    let mut next = || lines.next().context("it said no more")?.context("reading");
    let first = next()?;
    certify(installation.work())?;
    served.signal(Signal::HUP)?;
    served.says("the certificate is a new one", 1)?;
    kept.stdin.take().context("no input")?.write_all(b"\n")?;
    let (second, third) = (next()?, next()?);
    ensure!(kept.wait()?.success());
    ensure!(first.starts_with("200 ") && first == second, "{first} {second}");
    ensure!(third.starts_with("200 ") && third != first, "{first} {third}");
    Ok(())
}

#[test]
fn what_is_broken_at_a_reload_leaves_everything_as_it_was() -> Result<()> {
    let (installation, served) = started()?;
    let hang_up = |expected: &str, times| -> Result<()> {
        served.signal(Signal::HUP)?;
        served.says(expected, times)?;
        ensure!(installation.listens_on(PUBLIC), "it serves no more");
        Ok(())
    };
    let good = with_files(installation.work());
    installation.configure(&format!("{good}[limits]\nconnections = 0\n"))?;
    hang_up("limits.connections", 1)?;
    installation.configure(&format!("{good}[limits]\nconnections = 7\n"))?;
    hang_up("[limits] differs from what the server started with: it takes a restart", 1)?;
    hang_up("the certificate is the same", 2)?;
    fs::write(installation.work().join("key.pem"), "no key")?;
    hang_up("the certificate stays as it was: the key is not in PEM form", 1)?;
    certify(installation.work())?;
    fs::rename(installation.work().join("key.pem"), installation.work().join("other.pem"))?;
    hang_up("the certificate stays as it was: reading ", 1)?;
    ensure!(served.end()?.success());
    Ok(())
}

#[test]
fn the_request_log_is_opened_anew_and_followed() -> Result<()> {
    let (installation, served) = started()?;
    let ask = |path: &str| -> Result<()> {
        let url = format!("https://{PUBLIC}:{}{path}", 2087 + installation.offset);
        let status =
            command("curl").args(["--silent", "--insecure", "--output", "/dev/null", &url]).status()?;
        ensure!(status.success());
        Ok(())
    };
    ask("/before")?;
    let mut log = command(portreeve()?);
    log.args(["log", "--follow", "--errors", "--config"]).arg(installation.configuration());
    let mut log = log.stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(log.stdout.take().context("no output")?).lines();
    let mut next = || lines.next().context("it said no more")?.context("reading");
    let before = next()?;
    ensure!(before.contains(" 401 - GET whm ") && before.ends_with("/before"), "{before}");

    let path = installation.data().join("log/requests.jsonl");
    fs::rename(&path, path.with_extension("1"))?;
    served.signal(Signal::HUP)?;
    served.says("the configuration was read again", 1)?;
    ask("/login")?;
    ask("/after")?;
    let after = next()?;
    ensure!(after.ends_with("/after"), "{after}");
    ensure!(path.is_file());
    log.kill()?;
    log.wait()?;

    let json = installation.run(&["log", "--json"], "")?;
    let parsed: Vec<serde_json::Value> =
        json.text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    ensure!(parsed.len() == 2 && parsed.iter().all(|line| line.get("id").is_some()), "{}", json.text);
    Ok(())
}
