//! SIGTERM: requests under way are answered, and nothing new is taken.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use portreeve_e2e::sandbox::Sandbox;

const HALVES: [&str; 2] = ["user=plain", "&pass=plainpass&login_only=1"];

/// A login whose body is only half sent.
fn half_a_login(sandbox: &Sandbox) -> Result<TcpStream> {
    let [first, second] = HALVES;
    let port = 2082 + sandbox.offset;
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    connection.set_read_timeout(Some(Duration::from_secs(20)))?;
    let head = format!(
        "POST /login/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n",
        first.len() + second.len()
    );
    connection.write_all(head.as_bytes())?;
    connection.write_all(first.as_bytes())?;
    Ok(connection)
}

#[test]
fn sigterm_lets_a_slow_request_finish_and_takes_no_new_one() -> Result<()> {
    let mut sandbox = Sandbox::start()?;
    let port = 2082 + sandbox.offset;
    let mut slow = half_a_login(&sandbox)?;
    // the server has to have read the head, or there is no request under way
    thread::sleep(Duration::from_millis(300));
    sandbox.terminate()?;
    thread::sleep(Duration::from_millis(500));
    ensure!(TcpStream::connect(("127.0.0.1", port)).is_err(), "a new connection was taken");
    let [_, second] = HALVES;
    slow.write_all(second.as_bytes())?;
    let mut answer = String::new();
    slow.read_to_string(&mut answer)?;
    ensure!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains(r#""status":1"#), "{answer}");
    ensure!(sandbox.wait()?.success(), "it did not end well");
    sandbox.lines_with(|line| line.contains(r#""caller":"plain""#))?;
    Ok(())
}

#[test]
fn sigterm_ends_an_idle_sandbox_at_once_although_connections_are_kept() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let port = 2082 + sandbox.offset;
    let mut kept = TcpStream::connect(("127.0.0.1", port))?;
    kept.set_read_timeout(Some(Duration::from_secs(20)))?;
    kept.write_all(format!("GET /login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").as_bytes())?;
    let mut first = [0; 12];
    kept.read_exact(&mut first)?;
    ensure!(&first == b"HTTP/1.1 301", "{}", String::from_utf8_lossy(&first));
    ensure!(sandbox.end()?.success(), "it did not end well");
    Ok(())
}
