//! W4: a login with password and code, and what it takes beyond the bare hash of the password.

use anyhow::Result;

use crate::bare;
use crate::context::Bench;
use crate::group::Group;
use crate::load::Manner;
use crate::rounds::{Rounds, Side};

pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let group = Group::new("hash")?;
    let manner = Manner { connections: 1, ..bench.kept() };
    let login = Side::new("portreeve", || {
        // without a user there is nothing to send, and the answer will say so
        let mut next = || bench.next_login().unwrap_or_default().into();
        bench.load.turn(bench.server.cpanel()?, manner, 200, &mut next)
    });
    let hash = Side::new("bare hash", || bare::turn(&group, bench.cores, bench.time, "hash", None));
    let rounds = Rounds::of(bench.rounds, vec![login, hash])?;
    let what = "a login with password and code";
    bench.report.rows.extend(rounds.row("W4", what, "portreeve", Some(("bare hash", Some(1.05)))));
    bench.report.rows.extend(rounds.row("W4", what, "bare hash", None));
    Ok(())
}
