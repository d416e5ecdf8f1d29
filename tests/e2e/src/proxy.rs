//! Reverse proxies in front of an installation, with the configurations that the documentation prints.

use std::fs::{self, Permissions};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::program::{command, root};
use crate::readme::blocks;
use crate::sandbox::{PATIENCE, pause};

/// A running proxy. It ends when this is dropped.
pub struct Proxy {
    child: Child,
    _work: TempDir,
}

/// The one block of this language in docs/operating.md that holds this text.
///
/// # Errors
/// When there is none.
pub fn documented(language: &str, text: &str) -> Result<String> {
    let page = fs::read_to_string(root().join("docs/operating.md")).context("reading docs/operating.md")?;
    let found = blocks(&page, language).into_iter().find(|block| block.contains(text));
    found.with_context(|| format!("docs/operating.md has no {language} with {text}"))
}

/// A port that was free just now.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0").context("looking for a free port")?.local_addr()?.port())
}

impl Proxy {
    /// nginx with this inside its `http` block and these files beside it, as a system user, which takes root.
    ///
    /// # Errors
    /// When it does not come to listen on this port.
    pub fn nginx(http: &str, files: &[(&str, String)], user: &str, port: u16) -> Result<Proxy> {
        let work = directory()?;
        for (name, text) in files {
            fs::write(work.path().join(name), text)?;
        }
        let frame = "daemon off; master_process off; pid nginx.pid; error_log stderr; events {} http {\n\
                     access_log off; client_body_temp_path body; proxy_temp_path proxy;\n\
                     fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n";
        fs::write(work.path().join("nginx.conf"), format!("{frame}{http}\n}}\n"))?;
        let mut nginx = as_user(user, "/usr/sbin/nginx");
        nginx.arg("-p").arg(work.path()).args(["-c", "nginx.conf", "-e", "stderr"]);
        Proxy::start(nginx, work, port)
    }

    /// HAProxy with this configuration, as a system user, which takes root.
    ///
    /// # Errors
    /// When it does not come to listen on this port.
    pub fn haproxy(configuration: &str, user: &str, port: u16) -> Result<Proxy> {
        let work = directory()?;
        let file = work.path().join("haproxy.cfg");
        fs::write(&file, configuration)?;
        let mut haproxy = as_user(user, "/usr/sbin/haproxy");
        haproxy.arg("-db").arg("-f").arg(file);
        Proxy::start(haproxy, work, port)
    }

    fn start(mut program: Command, work: TempDir, port: u16) -> Result<Proxy> {
        let child = program.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let child = child.context("starting a proxy: `cargo xtask test --install` installs them")?;
        let mut proxy = Proxy { child, _work: work };
        for _ in 0..PATIENCE {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(proxy);
            }
            if let Some(status) = proxy.child.try_wait()? {
                bail!("the proxy ended with {status}");
            }
            pause();
        }
        bail!("the proxy does not listen")
    }
}

/// A program as a system user.
fn as_user(user: &str, program: &str) -> Command {
    let mut started = command("setpriv");
    started.args(["--reuid", user, "--regid", user, "--clear-groups", "--", program]);
    started
}

/// A directory that whoever the proxy runs as can write to.
fn directory() -> Result<TempDir> {
    let work = TempDir::new().context("making a directory")?;
    fs::set_permissions(work.path(), Permissions::from_mode(0o777))?;
    Ok(work)
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // by its id, and no other
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
