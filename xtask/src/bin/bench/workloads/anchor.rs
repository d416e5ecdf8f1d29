//! W0: what any answer costs. The login page is the one that asks nobody who they are and keeps its connection.

use anyhow::Result;

use crate::context::Bench;
use crate::http::get;
use crate::rounds::Rounds;

pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let request = get("/login/", &[]);
    let mut sides = vec![bench.cpanel("portreeve", bench.kept(), 200, request)];
    sides.extend(bench.nginx("nginx", bench.kept(), "/"));
    sides.extend(bench.nginx("nginx with its access log", bench.kept(), "/logged"));
    let rounds = Rounds::of(bench.rounds, sides)?;
    let what = "an answer without a credential: the login page (672 bytes), keep-alive";
    for side in ["portreeve", "nginx with its access log"] {
        bench.report.rows.extend(rounds.row("W0", what, side, Some(("nginx", None))));
    }
    bench.report.rows.extend(rounds.row("W0", what, "nginx", None));
    Ok(())
}
