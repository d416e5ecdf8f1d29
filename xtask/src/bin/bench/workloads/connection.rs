//! W5: a session's call on a TLS connection of its own each time, nothing resumed.

use anyhow::Result;

use super::call::request;
use crate::context::Bench;
use crate::load::Manner;
use crate::rounds::Rounds;

pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let manner = Manner { each_anew: true, ..bench.kept() };
    let mut sides = vec![bench.cpanel("portreeve", manner, 200, request(&bench.session()?))];
    sides.extend(bench.nginx("nginx", manner, "/"));
    let rounds = Rounds::of(bench.rounds, sides)?;
    let what = "a session's call, a new TLS connection each";
    bench.report.rows.extend(rounds.row("W5", what, "portreeve", Some(("nginx", Some(0.8)))));
    bench.report.rows.extend(rounds.row("W5", what, "nginx", None));
    Ok(())
}
