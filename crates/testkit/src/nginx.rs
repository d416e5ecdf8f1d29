//! A real nginx for tests: one process in a directory of its own, on a Unix socket or a port of loopback.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use tempfile::TempDir;

use crate::must::must;

/// What is the same whatever a test wants: no second process, and nothing outside its directory.
const FRAME: &str = "\
daemon off; master_process off; pid nginx.pid; error_log stderr warn;
events { worker_connections 512; }
http {
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
";

/// A running nginx. It ends when this is dropped.
pub struct Nginx {
    child: Child,
    directory: TempDir,
}

impl Nginx {
    /// Starts one with these lines inside its `http` block, as this system user where one is named (which takes root).
    /// It is waited for until it answers to `ready`.
    ///
    /// # Panics
    /// When it does not start: what it says goes to standard error.
    #[must_use]
    pub fn start(http: &str, user: Option<&str>, ready: impl Fn() -> bool) -> Nginx {
        must(Nginx::try_start(http, user, ready))
    }

    /// Its directory, which relative paths of its configuration begin in.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    fn try_start(http: &str, user: Option<&str>, ready: impl Fn() -> bool) -> anyhow::Result<Nginx> {
        let directory = TempDir::new().context("making a directory")?;
        // whoever it runs as writes there
        fs::set_permissions(directory.path(), Permissions::from_mode(0o777))?;
        fs::write(directory.path().join("nginx.conf"), format!("{FRAME}{http}\n}}\n"))?;
        let mut nginx = program(user);
        nginx.arg("-p").arg(directory.path()).args(["-c", "nginx.conf", "-e", "stderr"]);
        let child = nginx.stdin(Stdio::null()).spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => anyhow!("nginx is missing: install the Debian package nginx-light"),
            _ => anyhow!("nginx cannot be started: {error}"),
        })?;
        let mut nginx = Nginx { child, directory };
        for _ in 0..400 {
            if ready() {
                return Ok(nginx);
            }
            if let Some(status) = nginx.child.try_wait()? {
                bail!("nginx ended with {status}");
            }
            sleep(Duration::from_millis(25));
        }
        bail!("nginx does not listen")
    }
}

#[expect(clippy::disallowed_methods, reason = "tests start real services")]
fn program(user: Option<&str>) -> Command {
    // where Debian has it, which an ordinary user's path does not name
    const NGINX: &str = "/usr/sbin/nginx";
    let Some(user) = user else { return Command::new(NGINX) };
    let mut program = Command::new("setpriv");
    program.args(["--reuid", user, "--regid", user, "--clear-groups", "--", NGINX]);
    program
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // by its id, and no other
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
