//! What the workloads share: the server with its accounts, nginx beside it, the load, and the report.

use std::cell::RefCell;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::accounts::{Accounts, Session, User, session, step_now};
use crate::cores::{Cores, stay_on};
use crate::http::get;
use crate::installation::Installation;
use crate::load::{End, Load, Manner};
use crate::options::Options;
use crate::peers::{Nginx, missing};
use crate::report::Report;
use crate::rounds::Side;

/// Connections at a time, on every side.
const CONNECTIONS: usize = 8;

/// Users that call, and users that log in. The first code of somebody who calls is no code to log in with.
const CALLERS: usize = 100;
const LOGINS: usize = 200;

/// Everything that is there while workloads run.
pub struct Bench {
    pub cores: Cores,
    pub rounds: u32,
    pub time: Duration,
    // in this order: nginx ends before the server whose certificate it shows
    pub nginx: Option<Nginx>,
    pub server: Installation,
    pub load: Load,
    pub accounts: Accounts,
    pub report: Report,
    logins: RefCell<Logins>,
}

/// Whose turn it is to log in: every user as often as codes allow, which are good once.
struct Logins {
    used: Vec<i64>,
    next: usize,
}

impl Bench {
    /// Starts everything, on the cores where it belongs.
    pub fn start(options: &Options) -> Result<Bench> {
        let cores = Cores::find()?;
        stay_on(cores.load)?;
        let mut report = Report::new(options, cores)?;
        let load = Load::new()?;
        let mut server = Installation::new("server", &options.portreeve, cores, None)?;
        server.start()?;
        let accounts = Accounts::make(&server, &load, CALLERS + LOGINS)?;
        let nginx = Nginx::start(&server, cores)?;
        if nginx.is_none() {
            report.missing.push(missing("nginx"));
        }
        report.conditions = vec![
            "server: `portreeve serve` as released, TLS, request log to a file, counters of guesses, all time-outs"
                .to_owned(),
            "nginx: one worker, `return 200` of 300 bytes, without its access log where not said otherwise".to_owned(),
            format!(
                "TLS 1.3, AES-256-GCM, X25519, ECDSA P-256, no resumption; {CONNECTIONS} connections; servers on one \
                 core, load on another"
            ),
        ];
        let logins = RefCell::new(Logins { used: vec![0; LOGINS], next: 0 });
        let time = Duration::from_secs_f64(options.seconds);
        Ok(Bench { cores, rounds: options.rounds, time, nginx, server, load, accounts, report, logins })
    }

    /// Connections that are kept, for a turn's time.
    pub fn kept(&self) -> Manner {
        Manner { connections: CONNECTIONS, each_anew: false, end: End::After(self.time) }
    }

    /// The server's turns with one request on cPanel's port.
    pub fn cpanel(&self, name: &'static str, manner: Manner, status: u16, request: Vec<u8>) -> Side<'_> {
        let request: Rc<[u8]> = request.into();
        Side::new(name, move || {
            self.load.turn(self.server.cpanel()?, manner, status, &mut || Rc::clone(&request))
        })
    }

    /// nginx's turns with one request, where there is nginx.
    pub fn nginx(&self, name: &'static str, manner: Manner, path: &str) -> Option<Side<'_>> {
        let request: Rc<[u8]> = get(path, &[]).into();
        let nginx = self.nginx.as_ref()?;
        Some(Side::new(name, move || {
            self.load.turn(nginx.target(&self.server)?, manner, 200, &mut || Rc::clone(&request))
        }))
    }

    /// The users that call.
    pub fn callers(&self) -> &[User] {
        self.accounts.users.get(..CALLERS).unwrap_or_default()
    }

    /// The request of the next login. Waits for a code where all have been used.
    pub fn next_login(&self) -> Result<Vec<u8>> {
        let mut logins = self.logins.borrow_mut();
        let Logins { used, next } = &mut *logins;
        let number = *next % LOGINS;
        *next += 1;
        let user = self.accounts.users.get(CALLERS + number).context("no user to log in")?;
        let used = used.get_mut(number).context("no user to log in")?;
        // the next step's code is good as well, and the last one's may not be by the time that it is read
        *used = (*used + 1).max(step_now());
        while *used > step_now() + 1 {
            thread::sleep(Duration::from_millis(100));
        }
        Ok(user.login(*used))
    }

    /// A session that was opened with a password and a code.
    pub fn session(&self) -> Result<Session> {
        session(&self.load.once(self.server.cpanel()?, &self.next_login()?)?)
    }
}
