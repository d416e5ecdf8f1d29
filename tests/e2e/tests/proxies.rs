//! An installation behind real proxies, configured as docs/operating.md prints it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

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
    ensure!(geteuid().is_root(), "this test starts programs as several users: run it as root");
    let printed = "/run/portreeve/whm-haproxy.sock";
    let installation = Installation::new(false)?;
    let socket = installation.work().join("run/whm-haproxy.sock").display().to_string();
    let served = serve(&installation, &documented("toml", printed)?.replace(printed, &socket))?;
    let documented = documented("haproxy", printed)?.replace(printed, &socket);
    let behind = |user: &str, header: &str| {
        let front = free_port()?;
        let bound = documented.replace("bind :2087", &format!("bind 127.0.0.1:{front}"));
        anyhow::Ok((Proxy::haproxy(&bound.replace("send-proxy-v2", header), user, front)?, front))
    };
    for (header, from) in [("send-proxy-v2", "127.0.0.5"), ("send-proxy", "127.0.0.6")] {
        let (_haproxy, front) = behind("haproxy", header)?;
        seen_from(&installation, &version(&installation, front, from)?, from)?;
    }
    let (_haproxy, front) = behind("haproxy", "")?;
    ensure!(version(&installation, front, "127.0.0.5").is_err(), "somebody unknown was let in");
    served.says("it does not begin with a PROXY header that names a client", 1)?;
    // another user's programs are no proxy, and fill no log
    let (_haproxy, front) = behind("games", "send-proxy-v2")?;
    for _ in 0..5 {
        ensure!(version(&installation, front, "127.0.0.5").is_err(), "another user's proxy was let in");
    }
    served.says("this user is not the proxy's", 1)?;
    ensure!(served.said()?.matches("this user is not the proxy's").count() == 1, "{}", served.said()?);
    Ok(())
}

#[test]
fn a_proxy_on_another_machine_is_let_in_as_it_is_documented_and_none_of_this_machine_is() -> Result<()> {
    let printed = "10.0.0.1:12087";
    let section = documented("toml", printed)?;
    let installation = Installation::new(false)?;
    // any address of this machine that is none of loopback's; a machine without one has no other machines
    let socket = std::net::UdpSocket::bind("0.0.0.0:0")?;
    if socket.connect("198.51.100.1:9").is_err() {
        return Ok(());
    }
    let own = socket.local_addr()?.ip();
    let address = format!("{own}:{}", free_port()?);
    let section = section.replace(printed, &address).replace("\"10.0.0.7\"", &format!("\"{own}\""));
    let served = serve(&installation, &section)?;
    let mut proxy = TcpStream::connect(&address)?;
    let _ = proxy.write_all(b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2087\r\n");
    let mut heard = Vec::new();
    let _ = proxy.read_to_end(&mut heard);
    ensure!(heard.is_empty(), "{}", heard.escape_ascii());
    served.says("proxies on this machine connect to a socket", 1)
}
