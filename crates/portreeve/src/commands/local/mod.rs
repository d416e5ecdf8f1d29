//! `uapi`, `whmapi1`, `cpapi2` and `setting`: the API for programs on this machine, over the API socket. The kernel tells
//! the server which system user calls; no password and no token is needed.

mod call;
mod http;
mod setting;
mod yaml;

use std::io::{Write, stdout};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use call::{Argument, Call, Program};

pub use setting::Setting;

/// Where the server listens unless somebody says otherwise.
const SOCKET: &str = "/run/portreeve/api.sock";

/// Where the server is found.
#[derive(Args)]
pub struct Socket {
    /// The API socket; PORTREEVE_SOCKET, or else /run/portreeve/api.sock, when absent.
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
}

impl Socket {
    fn path(&self) -> PathBuf {
        match &self.socket {
            Some(socket) => socket.clone(),
            None => std::env::var_os("PORTREEVE_SOCKET").map_or_else(|| SOCKET.into(), PathBuf::from),
        }
    }
}

/// What the three programs share.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    socket: Socket,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = Output::Yaml)]
    output: Output,
}

/// How an answer is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// YAML.
    Yaml,
    /// JSON on one line.
    Json,
    /// JSON with a line for each member.
    Jsonpretty,
    /// XML.
    Xml,
}

/// Calls a UAPI function and prints its answer.
#[derive(Args)]
pub struct Uapi {
    /// The account to act for; only root, and the server's own user, may name one.
    #[arg(long, default_value = "")]
    user: String,
    #[command(flatten)]
    options: Options,
    /// The module: Email.
    module: String,
    /// The function: list_pops.
    function: String,
    /// Arguments as key=value, the value percent-encoded.
    #[arg(value_name = "KEY=VALUE")]
    arguments: Vec<Argument>,
}

/// Calls a function of API 2 and prints its answer.
#[derive(Args)]
pub struct Cpapi2 {
    /// The account to act for; only root, and the server's own user, may name one.
    #[arg(long, default_value = "")]
    user: String,
    #[command(flatten)]
    options: Options,
    /// The module: Email.
    module: String,
    /// The function: listpops.
    function: String,
    /// Arguments as key=value, the value percent-encoded.
    #[arg(value_name = "KEY=VALUE")]
    arguments: Vec<Argument>,
}

/// Calls a function of WHM API 1 and prints its answer.
#[derive(Args)]
pub struct Whmapi1 {
    #[command(flatten)]
    options: Options,
    /// The function: listaccts.
    function: String,
    /// Arguments as key=value, the value percent-encoded.
    #[arg(value_name = "KEY=VALUE")]
    arguments: Vec<Argument>,
}

impl Uapi {
    pub(super) fn run(self) -> Result<()> {
        let program = Program::Cpanel { version: "3", module: self.module };
        self.options.make(&Call { program, user: self.user, function: self.function }, self.arguments)
    }
}

impl Cpapi2 {
    pub(super) fn run(self) -> Result<()> {
        let program = Program::Cpanel { version: "2", module: self.module };
        self.options.make(&Call { program, user: self.user, function: self.function }, self.arguments)
    }
}

impl Whmapi1 {
    pub(super) fn run(self) -> Result<()> {
        let call = Call { program: Program::Whm, user: "root".to_owned(), function: self.function };
        self.options.make(&call, self.arguments)
    }
}

impl Options {
    /// Makes the call and prints the answer. An answer is a success of the program, whatever the function says in it:
    /// that is what scripts read.
    fn make(&self, call: &Call, arguments: Vec<Argument>) -> Result<()> {
        let body = call.send(&self.socket.path(), self.output == Output::Xml, arguments)?;
        let text = match self.output {
            Output::Json | Output::Xml => body,
            Output::Jsonpretty => format!("{:#}", read(&body)?),
            Output::Yaml => yaml::document(&read(&body)?)?,
        };
        writeln!(stdout(), "{}", text.trim_end()).context("writing to standard output")
    }
}

fn read(body: &str) -> Result<serde_json::Value> {
    serde_json::from_str(body).context("the server's answer is not JSON")
}
