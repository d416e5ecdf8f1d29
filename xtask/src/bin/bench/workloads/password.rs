//! W3: a call with a password and a code, by a hundred users in turn. Warm, when the passwords were verified before;
//! and cold, right after a start.

use std::rc::Rc;

use anyhow::Result;

use crate::accounts::{User, step_now};
use crate::bare;
use crate::context::Bench;
use crate::group::Group;
use crate::http::get;
use crate::load::{End, Manner};
use crate::rounds::{Rounds, Side};

pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    warm(bench)?;
    cold(bench)
}

fn warm(bench: &mut Bench) -> Result<()> {
    // many users who come from an address for the first time share what the server has for such: it is whole at a start
    bench.server.stop()?;
    bench.server.start()?;
    let once = Manner { connections: 1, end: End::Requests(bench.callers().len() as u64), ..bench.kept() };
    let mut calls = Calls::of(bench.callers());
    bench.load.turn(bench.server.cpanel()?, once, 200, &mut || calls.next())?;
    let turn = || bench.load.turn(bench.server.cpanel()?, bench.kept(), 200, &mut || calls.next());
    let mut sides = vec![Side::new("portreeve", turn)];
    sides.extend(bench.nginx("nginx", bench.kept(), "/"));
    let rounds = Rounds::of(bench.rounds, sides)?;
    let what = "a call with password and code, warm, 100 users, keep-alive";
    let rows = [
        rounds.row("W3", what, "portreeve", Some(("nginx", Some(1.3)))),
        rounds.row("W3", what, "nginx", None),
    ];
    bench.report.rows.extend(rows.into_iter().flatten());
    Ok(())
}

fn cold(bench: &mut Bench) -> Result<()> {
    let manner = Manner { connections: 4, ..bench.kept() };
    let callers = bench.callers().len() as u64;
    let (cores, rounds, time, group) = (bench.cores, bench.rounds, bench.time, Group::new("hash")?);
    let Bench { server, load, accounts, .. } = &mut *bench;
    let mut calls = Calls::of(&accounts.users);
    let server = Side::new("portreeve", || {
        server.stop()?;
        server.start()?;
        load.turn(server.cpanel()?, Manner { end: End::Requests(callers), ..manner }, 200, &mut || {
            calls.next()
        })
    });
    let hash = Side::new("bare hash", || bare::turn(&group, cores, time, "hash", None));
    let rounds = Rounds::of(rounds, vec![server, hash])?;
    let what = "a call with password and code, cold";
    let rows = [
        rounds.row("W3", what, "portreeve", Some(("bare hash", None))),
        rounds.row("W3", what, "bare hash", None),
    ];
    bench.report.rows.extend(rows.into_iter().flatten());
    Ok(())
}

/// The users' calls, in turn, with the code of the moment.
struct Calls<'a> {
    users: &'a [User],
    step: i64,
    requests: Vec<Rc<[u8]>>,
    next: usize,
}

impl<'a> Calls<'a> {
    fn of(users: &'a [User]) -> Calls<'a> {
        Calls { users, step: 0, requests: Vec::new(), next: 0 }
    }

    fn next(&mut self) -> Rc<[u8]> {
        let step = step_now();
        if self.step != step {
            self.step = step;
            self.requests = self.users.iter().map(|user| request(user, step).into()).collect();
        }
        self.next += 1;
        self.requests.get(self.next % self.requests.len().max(1)).map(Rc::clone).unwrap_or_default()
    }
}

fn request(user: &User, step: i64) -> Vec<u8> {
    let fields = [("Authorization", user.basic()), ("X-CPANEL-OTP", user.code(step))];
    get("/execute/Email/list_pops", &fields.each_ref().map(|(name, value)| (*name, value.as_str())))
}
