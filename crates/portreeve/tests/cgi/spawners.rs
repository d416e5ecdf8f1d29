//! Spawners by themselves: what they do whatever a server asks them for.

use std::fs;
use std::io::Read;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};

use portreeve_helper::{Handles, Limits, Outcome, Program, Refusal, Run, RunAs, Setup, Spawner, Users};
use rustix::process::{Pid, Signal, getuid, kill_process};
use tempfile::TempDir;

use crate::support::*;

const PORTREEVE: &str = env!("CARGO_BIN_EXE_portreeve");

/// An account with a system user, another with one whose home is elsewhere, and one in a group that means much.
const SYSTEM_USERS: [&str; 2] =
    ["shop:x:4100:4100::HOMES/shop:/bin/false", "admin:x:4200:4200::/home/admin:/bin/sh"];
const GROUPS: &str = "docker:x:4300:shop,admin";

/// Homes, and one program.
struct Ground {
    root: TempDir,
}

impl Ground {
    fn new(program: &str) -> Ground {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("plugins/a");
        fs::create_dir_all(&folder).unwrap();
        let ground = Ground { root };
        fs::write(ground.program(), format!("#!/usr/bin/perl\n{program}\n")).unwrap();
        for place in [ground.root.path(), &ground.root.path().join("plugins"), &folder, &ground.program()] {
            mode(place, 0o755);
        }
        ground
    }

    fn program(&self) -> PathBuf {
        self.root.path().join("plugins/a/run.cgi")
    }

    fn setup(&self, users: Users) -> Setup {
        Setup {
            users,
            server_uid: getuid().as_raw(),
            homes: self.root.path().join("home"),
            plugins: self.root.path().join("plugins"),
        }
    }

    /// A program that becomes the spawner on a machine that has [`SYSTEM_USERS`] too, through a command.
    fn machine(&self, through: &[&str]) -> PathBuf {
        let homes = self.root.path().join("home").display().to_string();
        let users: String = SYSTEM_USERS.iter().map(|line| line.replace("HOMES", &homes) + "\n").collect();
        let (passwd, group) = (self.root.path().join("passwd"), self.root.path().join("group"));
        fs::write(&passwd, fs::read_to_string("/etc/passwd").unwrap() + &users).unwrap();
        fs::write(&group, fs::read_to_string("/etc/group").unwrap() + GROUPS + "\n").unwrap();
        let bind: String = [("passwd", passwd), ("group", group)]
            .map(|(name, path)| {
                format!("system('/bin/mount', '--bind', '{}', '/etc/{name}') == 0 or die;\n", path.display())
            })
            .concat();
        let become_it = [through, &[PORTREEVE]].concat().join("', '");
        let inner = self.root.path().join("inner");
        fs::write(&inner, format!("{bind}exec '{become_it}', @ARGV;\n")).unwrap();
        let outer = self.root.path().join("outer");
        let script = format!(
            "#!/usr/bin/perl\nexec '/usr/bin/unshare', '--mount', '/usr/bin/perl', '{}', @ARGV;\n",
            inner.display()
        );
        fs::write(&outer, script).unwrap();
        mode(&outer, 0o755);
        outer
    }

    /// One run by a spawner of its own: what came of it, and what it said.
    async fn run(&self, portreeve: &Path, setup: &Setup, run_as: RunAs) -> (Outcome, String) {
        run_by(&Spawner::start(portreeve, setup).unwrap(), run_as).await
    }
}

async fn run_by(spawner: &Spawner, run_as: RunAs) -> (Outcome, String) {
    let (mut said, stdout) = std::io::pipe().unwrap();
    let handles = Handles {
        stdin: fs::File::open("/dev/null").unwrap().into(),
        stdout: stdout.into(),
        stderr: fs::File::create("/dev/null").unwrap().into(),
    };
    let run = Run {
        folder: vec!["a".to_owned()],
        program: Program::File("run.cgi".to_owned()),
        run_as,
        environment: Vec::new(),
        limits: Limits::default(),
    };
    let mut running = spawner.run(&run, &handles).await.unwrap();
    drop(handles);
    let outcome = running.ended().await;
    let mut text = String::new();
    said.read_to_string(&mut text).unwrap();
    (outcome, text)
}

fn account(name: &str) -> RunAs {
    RunAs::Account(name.parse().unwrap())
}

fn switch() -> Users {
    Users::Switch { unprivileged: "daemon".to_owned(), whm: Some("games".to_owned()) }
}

fn refused(refusal: Refusal) -> Outcome {
    Outcome::Refused(refusal)
}

#[tokio::test]
async fn an_accounts_own_program_runs_as_the_account_and_for_nobody_else() {
    let ground = Ground::new("print \"$< $> $(\";");
    if !is_root() {
        let own = getuid().as_raw();
        let (outcome, text) =
            ground.run(PORTREEVE.as_ref(), &ground.setup(Users::Own), account("shop")).await;
        assert!(outcome == Outcome::Exited(0) && text.starts_with(&format!("{own} {own} ")), "{text}");
        let (outcome, _) = ground.run(PORTREEVE.as_ref(), &ground.setup(switch()), account("shop")).await;
        assert_eq!(outcome, refused(Refusal::User), "only root can become another user");
        return;
    }
    let (machine, setup) = (ground.machine(&[]), ground.setup(switch()));
    let shop = ground.run(&machine, &setup, account("shop")).await;
    // its own group, and none of those that would give it the machine
    assert_eq!(shop, (Outcome::Exited(0), "4100 4100 4100 4100".to_owned()));
    chown(ground.program(), Some(4100), Some(4100)).unwrap();
    assert_eq!(ground.run(&machine, &setup, account("shop")).await.0, Outcome::Exited(0));
    for run_as in [RunAs::Unprivileged, RunAs::Whm] {
        assert_eq!(ground.run(&machine, &setup, run_as).await.0, refused(Refusal::Owner));
    }
}

#[tokio::test]
async fn a_server_gets_no_user_of_the_machine_who_is_no_accounts() {
    if !is_root() {
        return; // an ordinary user's spawner becomes nobody else, whatever it is asked
    }
    let ground = Ground::new("print $<;");
    let (machine, setup) = (ground.machine(&[]), ground.setup(switch()));
    for name in ["admin", "mail", "nobody", "root", "nosuchuser"] {
        assert_eq!(ground.run(&machine, &setup, account(name)).await.0, refused(Refusal::User), "{name}");
    }
    let of_shop = Setup { server_uid: 4100, ..setup.clone() };
    assert_eq!(ground.run(&machine, &of_shop, account("shop")).await.0, refused(Refusal::User));
    let own = ground.setup(Users::Own);
    assert_eq!(
        ground.run(&machine, &own, account("shop")).await.0,
        refused(Refusal::User),
        "root's own user"
    );
}

#[tokio::test]
async fn where_runs_cannot_be_kept_apart_only_accounts_with_their_own_user_run_any() {
    if !is_root() {
        return;
    }
    let ground = Ground::new("print $<;");
    let narrow = ["/usr/bin/setpriv", "--bounding-set", "-sys_admin"];
    let (machine, setup) = (ground.machine(&narrow), ground.setup(switch()));
    for run_as in [RunAs::Unprivileged, RunAs::Whm] {
        assert_eq!(ground.run(&machine, &setup, run_as).await.0, refused(Refusal::NotApart));
    }
    let shop = ground.run(&machine, &setup, account("shop")).await;
    assert_eq!(shop, (Outcome::Exited(0), "4100".to_owned()));
}

#[tokio::test]
async fn signals_to_the_whole_service_leave_a_spawner_at_work_and_its_programs_as_usual() {
    let ground = Ground::new(
        "open my $f, '<', '/proc/self/status'; my ($set) = map { /^SigIgn:\\s*(\\w+)/ } <$f>;
         print join ' ', grep { hex($set) >> ($_ - 1) & 1 } 1, 2, 13, 15;",
    );
    let users = if is_root() { switch() } else { Users::Own };
    let spawner = Spawner::start(PORTREEVE.as_ref(), &ground.setup(users)).unwrap();
    let none_ignored = (Outcome::Exited(0), String::new());
    assert_eq!(run_by(&spawner, RunAs::Unprivileged).await, none_ignored);
    let process = Pid::from_raw(spawner.process_id().try_into().unwrap()).unwrap();
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        kill_process(process, signal).unwrap();
        assert_eq!(run_by(&spawner, RunAs::Unprivileged).await, none_ignored);
    }
}

#[tokio::test]
async fn the_end_of_a_spawner_is_noticed() {
    let ground = Ground::new("");
    let spawner = Spawner::start(PORTREEVE.as_ref(), &ground.setup(Users::Own)).unwrap();
    let wait = std::time::Duration::from_millis(200);
    assert!(tokio::time::timeout(wait, spawner.gone()).await.is_err(), "it is there");
    assert!(spawner.is_there());
    kill_process(Pid::from_raw(spawner.process_id().try_into().unwrap()).unwrap(), Signal::KILL).unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(10), spawner.gone()).await.unwrap();
    assert!(!spawner.is_there());
}
