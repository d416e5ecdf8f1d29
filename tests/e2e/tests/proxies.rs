//! An installation behind real proxies, configured as docs/operating.md prints it.

use std::fs;

use anyhow::{Result, ensure};
use portreeve_e2e::curl::{Answer, curl_trusting};
use portreeve_e2e::proxy::{Proxy, documented, free_port};
use portreeve_e2e::served::{Installation, Served};
use rustix::process::geteuid;

const PASSWORD: &str = "correct horse battery staple";

/// Starts an installation that lets a proxy in where this section of its configuration says.
fn serve(installation: &Installation, section: &str) -> Result<Served> {
    installation.configure(section)?;
    installation.set_up(PASSWORD)?;
    installation.serve()
}

/// What root is answered through a proxy, asking from this address and claiming another.
fn version(installation: &Installation, port: u16, from: &str) -> Result<Answer> {
    let url = format!("https://localhost:{port}/json-api/version?api.version=1");
    let (root, place) = (format!("root:{PASSWORD}"), "::127.0.0.1:");
    let claim = "X-Forwarded-For: 203.0.113.99";
    let source = ["--interface", from, "--connect-to", place, "--header", claim];
    curl_trusting(&installation.ca(), &[&source[..], &["--user", &root, &url]].concat())
}

/// Asserts that the last request is told of with this address.
fn seen_from(installation: &Installation, answer: &Answer, from: &str) -> Result<()> {
    ensure!(answer.status == 200, "{answer:?}");
    let id = answer.header("X-Request-Id").unwrap_or_default().to_owned();
    for _ in 0..100 {
        let log = fs::read_to_string(installation.data().join("log/requests.jsonl"))?;
        if let Some(line) = log.lines().find(|line| line.contains(&id)) {
            ensure!(line.contains(&format!("\"address\":\"{from}\"")), "{line}");
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    anyhow::bail!("no line in the log has the id {id}")
}

#[test]
fn nginx_as_it_is_documented_names_each_client_and_another_users_nginx_is_closed() -> Result<()> {
    ensure!(geteuid().is_root(), "this test starts programs as several users: run it as root");
    let installation = Installation::new(false)?;
    let socket = installation.work().join("run/whm.sock").display().to_string();
    let printed = "/run/portreeve/whm.sock";
    let served = serve(&installation, &documented("toml", printed)?.replace(printed, &socket))?;
    ensure!(served.said()?.contains(&format!("for proxies {socket}")), "{}", served.said()?);

    let port = free_port()?;
    let nginx = documented("nginx", printed)?
        .replace(printed, &socket)
        .replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port} ssl;"))
        .replace("/etc/ssl/certs/whm.pem", "chain.pem")
        .replace("/etc/ssl/private/whm.key", "key.pem");
    let tls = installation.data().join("tls");
    let files = [
        ("chain.pem", fs::read_to_string(tls.join("server.pem"))?),
        ("key.pem", fs::read_to_string(tls.join("server.key"))?),
    ];
    {
        let _nginx = Proxy::nginx(&nginx, &files, "www-data", port)?;
        for from in ["127.0.0.1", "127.0.0.5", "127.0.0.6"] {
            seen_from(&installation, &version(&installation, port, from)?, from)?;
        }
    }
    let _nginx = Proxy::nginx(&nginx, &files, "games", port)?;
    let refused = version(&installation, port, "127.0.0.5")?;
    ensure!(refused.status == 502, "{refused:?}");
    served.says("this user is not the proxy's", 1)
}

#[test]
fn haproxy_as_it_is_documented_names_each_client_in_both_versions_and_must_name_one() -> Result<()> {
    let (printed, port) = ("127.0.0.1:12087", free_port()?);
    let address = format!("127.0.0.1:{port}");
    let installation = Installation::new(false)?;
    let served = serve(&installation, &documented("toml", printed)?.replace(printed, &address))?;
    let documented = documented("haproxy", printed)?.replace(printed, &address);
    for (version_of_header, from) in [("send-proxy-v2", "127.0.0.5"), ("send-proxy", "127.0.0.6")] {
        let front = free_port()?;
        let configuration = documented
            .replace("bind :2087", &format!("bind 127.0.0.1:{front}"))
            .replace("send-proxy-v2", version_of_header);
        let _haproxy = Proxy::haproxy(&configuration, front)?;
        seen_from(&installation, &version(&installation, front, from)?, from)?;
    }
    let front = free_port()?;
    let silent =
        documented.replace("bind :2087", &format!("bind 127.0.0.1:{front}")).replace("send-proxy-v2", "");
    let _haproxy = Proxy::haproxy(&silent, front)?;
    ensure!(version(&installation, front, "127.0.0.5").is_err(), "somebody unknown was let in");
    served.says("a proxy's connection was closed", 1)
}
