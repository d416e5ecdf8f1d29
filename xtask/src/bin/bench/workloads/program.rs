//! W6: a plugin's program, which prints its security token: in C without libraries to load, and in Perl.
//!
//! Beside it: the same program under nginx and fcgiwrap, which stay one user, and started by nobody but `posix_spawn`.
//! And once more with 2 GiB resident in the server, which must make no difference.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::accounts::Accounts;
use crate::bare;
use crate::context::Bench;
use crate::group::Group;
use crate::http::get;
use crate::installation::Installation;
use crate::load::Manner;
use crate::peers::{FCGIWRAP_WORKERS, Fcgiwrap, find, missing};
use crate::rounds::{Rounds, Side};

const C: &str = r#"#include <stdio.h>
#include <stdlib.h>

int main(void) {
    printf("Content-Type: text/plain\r\n\r\n%s\n", getenv("cp_security_token"));
    return 0;
}
"#;

const PERL: &str = r#"#!/usr/bin/perl
print "Content-Type: text/plain\r\n\r\n$ENV{cp_security_token}\n";
"#;

/// Makes the server's own process large, and not the spawner that it starts: memory that is written to stays.
const RESIDENT: &str = r#"#include <stdlib.h>
#include <string.h>

__attribute__((constructor)) static void reside(int argc, char **argv) {
    const size_t size = (size_t)2 << 30;
    if (argc > 1 && strcmp(argv[1], "serve") == 0) {
        char *memory = malloc(size);
        if (memory == NULL) abort();
        memset(memory, 1, size);
    }
}
"#;

pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let programs = Programs::make(bench)?;
    let fcgiwrap = match &bench.nginx {
        Some(nginx) => {
            programs.copy_to(&nginx.directory().join("cgi"))?;
            Fcgiwrap::start(nginx, bench.cores)?
        }
        None => None,
    };
    if fcgiwrap.is_none() {
        bench.report.missing.push(missing("fcgiwrap"));
    }
    if programs.c.is_some() {
        in_c(bench, &programs, fcgiwrap.is_some())?;
    }
    in_perl(bench, &programs, fcgiwrap.is_some())
}

fn in_c(bench: &mut Bench, programs: &Programs, with_fcgiwrap: bool) -> Result<()> {
    let path = programs.c.as_deref().context("no program in C")?;
    let resident = Resident::start(bench, programs)?;
    let mut sides = sides(bench, "token.cgi", path, with_fcgiwrap)?;
    sides.push(Side::new("portreeve, 2 GiB resident", || {
        bench.load.turn(resident.server.cpanel()?, manner(bench), 200, &mut || Rc::clone(&resident.request))
    }));
    let rounds = Rounds::of(bench.rounds, sides)?;
    let what = "a program in C, started as another user";
    let rows = [
        rounds.row("W6", what, "portreeve", Some(("bare posix_spawn", Some(1.5)))),
        rounds.row("W6", what, "portreeve, 2 GiB resident", Some(("portreeve", Some(1.05)))),
        rounds.row("W6", what, "nginx and fcgiwrap", Some(("bare posix_spawn", None))),
        rounds.row("W6", what, "bare posix_spawn", None),
    ];
    bench.report.rows.extend(rows.into_iter().flatten());
    Ok(())
}

fn in_perl(bench: &mut Bench, programs: &Programs, with_fcgiwrap: bool) -> Result<()> {
    let rounds = Rounds::of(bench.rounds, sides(bench, "token.pl", &programs.perl, with_fcgiwrap)?)?;
    let what = "a program in Perl, started as another user";
    let rows = [
        rounds.row("W6", what, "portreeve", Some(("bare posix_spawn", None))),
        rounds.row("W6", what, "nginx and fcgiwrap", Some(("bare posix_spawn", None))),
        rounds.row("W6", what, "bare posix_spawn", None),
    ];
    bench.report.rows.extend(rows.into_iter().flatten());
    Ok(())
}

/// The server, fcgiwrap where there is one, and nobody.
fn sides<'a>(bench: &'a Bench, name: &str, path: &'a Path, with_fcgiwrap: bool) -> Result<Vec<Side<'a>>> {
    let session = bench.session()?;
    let address = format!("{}/3rdparty/bench/{name}", session.prefix);
    let mut sides =
        vec![bench.cpanel("portreeve", manner(bench), 200, get(&address, &[("Cookie", &session.cookie)]))];
    if with_fcgiwrap {
        sides.extend(bench.nginx("nginx and fcgiwrap", manner(bench), &format!("/cgi/{name}")));
    }
    let group = Group::new("spawn")?;
    sides.push(Side::new("bare posix_spawn", move || {
        bare::turn(&group, bench.cores, bench.time, "spawn", Some(path))
    }));
    Ok(sides)
}

/// As many at a time as fcgiwrap has workers, and fewer than one account may run.
fn manner(bench: &Bench) -> Manner {
    Manner { connections: FCGIWRAP_WORKERS, ..bench.kept() }
}

/// The programs, where the server and the others find them.
struct Programs {
    work: TempDir,
    /// None without a compiler.
    c: Option<PathBuf>,
    perl: PathBuf,
}

impl Programs {
    /// Makes them, and gives them to the server as a plugin.
    fn make(bench: &mut Bench) -> Result<Programs> {
        let work = TempDir::new()?;
        fs::set_permissions(work.path(), Permissions::from_mode(0o755))?;
        let mut programs = Programs { c: None, perl: work.path().join("token.pl"), work };
        fs::write(&programs.perl, PERL)?;
        fs::set_permissions(&programs.perl, Permissions::from_mode(0o755))?;
        if find("cc").is_some() {
            programs.c = Some(programs.compile("token.cgi", C, &["-static"])?);
        } else {
            bench.report.missing.push(missing("gcc libc6-dev"));
        }
        programs.copy_to(&bench.server.data().join("plugins/3rdparty/bench"))?;
        Ok(programs)
    }

    fn compile(&self, name: &str, source: &str, options: &[&str]) -> Result<PathBuf> {
        let (file, made) = (self.work.path().join(format!("{name}.c")), self.work.path().join(name));
        fs::write(&file, source)?;
        let status = Command::new("cc").arg("-O2").args(options).arg("-o").arg(&made).arg(&file).status()?;
        ensure!(status.success(), "cc ended with {status}");
        Ok(made)
    }

    fn copy_to(&self, directory: &Path) -> Result<()> {
        fs::create_dir_all(directory)?;
        for program in [Some(&self.perl), self.c.as_ref()].into_iter().flatten() {
            let name = program.file_name().context("a program without a name")?;
            fs::copy(program, directory.join(name))?;
        }
        Ok(())
    }
}

/// The same server with 2 GiB resident.
struct Resident {
    server: Installation,
    request: Rc<[u8]>,
}

impl Resident {
    fn start(bench: &Bench, programs: &Programs) -> Result<Resident> {
        let library = programs.compile("resident.so", RESIDENT, &["-shared", "-fPIC"])?;
        let mut server = Installation::new("resident", bench.server.program(), bench.cores, Some(library))?;
        server.start()?;
        programs.copy_to(&server.data().join("plugins/3rdparty/bench"))?;
        let accounts = Accounts::make(&server, &bench.load, 1)?;
        let user = accounts.users.first().context("no user")?;
        let session = accounts.session_by_link(&server, &bench.load, user)?;
        let address = format!("{}/3rdparty/bench/token.cgi", session.prefix);
        let request = get(&address, &[("Cookie", &session.cookie)]);
        Ok(Resident { server, request: request.into() })
    }
}
