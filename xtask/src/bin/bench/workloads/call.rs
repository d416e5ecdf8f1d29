//! W1: a call with a session's cookie and security token, in one session, and in any of a thousand.

use std::rc::Rc;

use anyhow::Result;

use crate::accounts::Session;
use crate::context::Bench;
use crate::http::get;
use crate::report::Row;
use crate::rounds::{Rounds, Side};

/// Sessions among which each request picks one.
const SESSIONS: usize = 1_000;

const MOST: f64 = 1.2;

pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let side = bench.cpanel("portreeve", bench.kept(), 200, request(&bench.session()?));
    let rows = compare(bench, "a session's call, keep-alive", side)?;
    bench.report.rows.extend(rows);

    let callers = bench.callers().iter().cycle().take(SESSIONS);
    let open = |user| bench.accounts.session_by_link(&bench.server, &bench.load, user);
    let requests: Vec<Rc<[u8]>> =
        callers.map(|user| Ok(request(&open(user)?).into())).collect::<Result<_>>()?;
    let mut any = Any { requests, state: 0x9e37_79b9_7f4a_7c15 };
    let side = Side::new("portreeve", || {
        bench.load.turn(bench.server.cpanel()?, bench.kept(), 200, &mut || any.next())
    });
    let what = format!("a call in any of {SESSIONS} sessions, keep-alive");
    let rows = compare(bench, &what, side)?;
    bench.report.rows.extend(rows);
    Ok(())
}

fn compare<'a>(bench: &'a Bench, what: &str, server: Side<'a>) -> Result<Vec<Row>> {
    let mut sides = vec![server];
    sides.extend(bench.nginx("nginx", bench.kept(), "/"));
    let rounds = Rounds::of(bench.rounds, sides)?;
    let server = rounds.row("W1", what, "portreeve", Some(("nginx", Some(MOST))));
    Ok(server.into_iter().chain(rounds.row("W1", what, "nginx", None)).collect())
}

/// The call of a session.
pub(super) fn request(session: &Session) -> Vec<u8> {
    get(&format!("{}/execute/Email/list_pops", session.prefix), &[("Cookie", &session.cookie)])
}

/// Picks one request after the other as if at random (xorshift), the same in every run.
struct Any {
    requests: Vec<Rc<[u8]>>,
    state: u64,
}

impl Any {
    fn next(&mut self) -> Rc<[u8]> {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let place = usize::try_from(self.state % self.requests.len().max(1) as u64).unwrap_or_default();
        self.requests.get(place).map(Rc::clone).unwrap_or_default()
    }
}
