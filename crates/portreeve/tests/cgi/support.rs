//! What these tests say.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use portreeve_testkit::{Builder, TestServer};
pub use portreeve_types::Service::{Cpanel, Webmail, Whm};

/// A server that runs programs.
pub fn builder() -> Builder {
    TestServer::builder().programs(env!("CARGO_BIN_EXE_portreeve"))
}

/// The same with the usual bounds.
pub async fn start() -> TestServer {
    builder().start().await
}

/// The same where programs can see its directory, as they can an installation's: those of root have `/tmp` to themselves.
pub fn in_sight() -> Builder {
    if is_root() { builder().below("/var/lib") } else { builder() }
}

/// Whether the tests are root's: then programs run as `nobody`, else as the user of the tests.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Writes a file of a plugin.
pub fn file(server: &TestServer, place: &str, content: &str) -> PathBuf {
    let path = server.plugins().join(place);
    let folder = path.parent().unwrap();
    fs::create_dir_all(folder).unwrap();
    fs::write(&path, content).unwrap();
    path
}

/// Writes a program in Perl. Its output is not kept back.
pub fn perl(server: &TestServer, place: &str, text: &str) -> PathBuf {
    program(server, place, &format!("#!/usr/bin/perl\nuse strict; use warnings; $| = 1;\n{text}\n"))
}

/// Writes a program.
pub fn program(server: &TestServer, place: &str, text: &str) -> PathBuf {
    let path = file(server, place, text);
    mode(&path, 0o755);
    path
}

pub fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Begins every answer.
pub const TEXT: &str = r#"print "Content-Type: text/plain\n\n";"#;

/// Waits until no process's command line holds this word.
pub async fn all_gone(word: &str) {
    for _ in 0..200 {
        if !is_running(word) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("a process called {word} is still there");
}

/// Waits until a process with this word in its command line is there.
pub async fn one_runs(word: &str) {
    for _ in 0..200 {
        if is_running(word) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no process called {word} began");
}

fn is_running(word: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|process| fs::read(process.path().join("cmdline")).ok())
        .any(|line| String::from_utf8_lossy(&line).contains(word))
}
