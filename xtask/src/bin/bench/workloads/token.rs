//! W2: a call with an API token.

use std::rc::Rc;

use anyhow::Result;

use crate::context::Bench;
use crate::http::get;
use crate::rounds::{Rounds, Side};

pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let request = get("/json-api/version?api.version=1", &[("Authorization", &bench.accounts.root)]);
    let request: Rc<[u8]> = request.into();
    let turn = || bench.load.turn(bench.server.whm()?, bench.kept(), 200, &mut || Rc::clone(&request));
    let mut sides = vec![Side::new("portreeve", turn)];
    sides.extend(bench.nginx("nginx", bench.kept(), "/"));
    let rounds = Rounds::of(bench.rounds, sides)?;
    let what = "a token's call, keep-alive";
    bench.report.rows.extend(rounds.row("W2", what, "portreeve", Some(("nginx", Some(1.2)))));
    bench.report.rows.extend(rounds.row("W2", what, "nginx", None));
    Ok(())
}
