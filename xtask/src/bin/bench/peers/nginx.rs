//! nginx: one worker that answers 300 bytes over TLS, without and with its access log, and passes programs on.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::find;
use crate::cores::Cores;
use crate::group::Group;
use crate::installation::{Installation, free_address};
use crate::load::Target;
use crate::waiting::until;

/// What the programs that it passes on are told as their security token.
const TOKEN: &str = "/cpsess1234567890";

/// A running nginx.
pub struct Nginx {
    child: Child,
    work: TempDir,
    group: Group,
    address: SocketAddr,
}

impl Nginx {
    /// Starts it with the server's certificate; nothing when it is not here.
    pub fn start(installation: &Installation, cores: Cores) -> Result<Option<Nginx>> {
        let Some(program) = find("nginx") else { return Ok(None) };
        let work = TempDir::new().context("making a directory")?;
        // its worker is another user
        fs::set_permissions(work.path(), fs::Permissions::from_mode(0o755))?;
        let (address, group) = (free_address()?, Group::new("nginx")?);
        let configuration = work.path().join("nginx.conf");
        fs::write(&configuration, text(&work, installation, address)).context("configuring nginx")?;
        let mut command = group.command(cores.measured, program)?;
        command.arg("-e").arg(work.path().join("errors")).arg("-c").arg(configuration);
        let child = command.stdin(Stdio::null()).spawn().context("starting nginx")?;
        let nginx = Nginx { child, work, group, address };
        until("nginx", || Ok(TcpStream::connect(address).ok()))?;
        Ok(Some(nginx))
    }

    /// Its port, for a client that trusts the server's authority.
    pub fn target<'a>(&'a self, installation: &'a Installation) -> Result<Target<'a>> {
        Ok(Target { address: self.address, group: &self.group, ..installation.cpanel()? })
    }

    /// Where it looks for somebody who runs programs, and for the programs.
    pub fn directory(&self) -> &std::path::Path {
        self.work.path()
    }

    /// Where its processes are, and those of whom it passes programs to.
    pub fn group(&self) -> &Group {
        &self.group
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // the master ends its worker
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let _ = self.child.wait();
    }
}

fn text(work: &TempDir, installation: &Installation, address: SocketAddr) -> String {
    let work = work.path().display();
    let tls = installation.data().join("tls");
    let tls = tls.display();
    let body = format!("{{\"data\":\"{}\"}}", "x".repeat(289));
    format!(
        "daemon off;
worker_processes 1;
user root;
pid {work}/pid;
error_log {work}/errors;
worker_rlimit_nofile 16384;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    default_type application/json;
    keepalive_requests 1000000000;
    client_body_temp_path {work}/body;
    fastcgi_temp_path {work}/fastcgi;
    proxy_temp_path {work}/proxy;
    scgi_temp_path {work}/scgi;
    uwsgi_temp_path {work}/uwsgi;
    ssl_protocols TLSv1.3;
    ssl_certificate {tls}/server.pem;
    ssl_certificate_key {tls}/server.key;
    server {{
        listen {address} ssl;
        location / {{ return 200 '{body}'; }}
        location /logged {{ access_log {work}/access; return 200 '{body}'; }}
        location /cgi/ {{
            fastcgi_pass unix:{work}/fcgiwrap;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param SERVER_PROTOCOL $server_protocol;
            fastcgi_param GATEWAY_INTERFACE CGI/1.1;
            fastcgi_param REMOTE_ADDR $remote_addr;
            fastcgi_param DOCUMENT_ROOT {work};
            fastcgi_param SCRIPT_NAME $uri;
            fastcgi_param SCRIPT_FILENAME {work}$uri;
            fastcgi_param cp_security_token {TOKEN};
        }}
    }}
}}
"
    )
}
