//! As whom programs run, and whose programs.

use std::fs;
use std::io::Read;
use std::os::unix::fs::chown;
use std::path::Path;

use portreeve_helper::{Handles, Limits, Outcome, Program, Refusal, Run, RunAs, Spawner, Users};
use portreeve_testkit::TestServer;

use crate::support::*;

async fn status(server: &TestServer, place: &str) -> (u16, String) {
    let answer = server.client(Cpanel).get(place).basic("plain", "plainpass").send().await;
    (answer.status, answer.text())
}

#[tokio::test]
async fn a_program_is_never_roots_and_has_no_way_back() {
    let server = start().await;
    let ids = r#"open my $f, '<', '/proc/self/status' or die; print grep /^(?:Uid|Gid|Groups|NoNewPrivs|Cap(?:Eff|Prm|Amb)):/, <$f>;"#;
    perl(&server, "3rdparty/a/id.cgi", &format!("{TEXT} {ids}"));
    let (code, text) = status(&server, "/3rdparty/a/id.cgi").await;
    assert_eq!(code, 200, "{text}");
    let uid = if is_root() { 65534 } else { rustix::process::getuid().as_raw() };
    assert!(text.contains(&format!("Uid:\t{uid}\t{uid}\t{uid}\t{uid}\n")), "{text}");
    assert!(text.contains("NoNewPrivs:\t1\n"), "{text}");
    if is_root() {
        assert!(text.contains("Gid:\t65534\t65534\t65534\t65534\n"), "{text}");
        assert!(text.contains("Groups:\t65534 \n") || text.contains("Groups:\t65534\n"), "{text}");
        assert_eq!(text.matches("\t0000000000000000\n").count(), 3, "{text}");
    }
}

#[tokio::test]
async fn what_others_could_have_written_is_not_run() {
    let server = start().await;
    let path = perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print 'ran';"));
    let place = "/3rdparty/a/run.cgi";
    assert_eq!(status(&server, place).await, (200, "ran".to_owned()));
    for (bits, why) in
        [(0o775, "other users may write"), (0o757, "other users may write"), (0o644, "not executable")]
    {
        mode(&path, bits);
        let (code, text) = status(&server, place).await;
        assert!(code == 403 && text.contains(why), "{bits:o}: {code} {text}");
    }
    mode(&path, 0o755);
    mode(path.parent().unwrap(), 0o777);
    assert_eq!(status(&server, place).await.0, 403);
    mode(path.parent().unwrap(), 0o755);
    assert_eq!(status(&server, place).await.0, 200);
    // giving a file away takes root
    if is_root() {
        chown(&path, Some(4321), None).unwrap();
        let (code, text) = status(&server, place).await;
        assert!(code == 403 && text.contains("belongs to another user"), "{code} {text}");
    }
}

#[tokio::test]
async fn a_program_has_its_three_descriptors_and_no_other() {
    let server = start().await;
    let list = r#"opendir my $d, '/proc/self/fd' or die; my $own = fileno($d) // -1;
        print join ' ', grep { /^\d/ && readlink("/proc/self/fd/$_") !~ m{/proc/|/run.cgi$} } sort readdir $d;"#;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} {list}"));
    assert_eq!(status(&server, "/3rdparty/a/run.cgi").await, (200, "0 1 2".to_owned()));
}

#[tokio::test]
async fn a_run_sees_no_processes_but_its_own() {
    let server = start().await;
    let count = r#"opendir my $d, '/proc' or die; print scalar grep /^\d+$/, readdir $d;"#;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} {count}"));
    let (code, text) = status(&server, "/3rdparty/a/run.cgi").await;
    let seen: usize = text.parse().unwrap();
    // the keeper and the program, where a namespace can be made
    assert!(code == 200 && (!is_root() || seen == 2), "{text}");
}

#[tokio::test]
async fn no_way_up_from_its_folder_leads_to_the_processes_of_others() {
    let server = start().await;
    let up = "../".repeat(30);
    let count = format!("opendir my $d, '{up}proc' or die; print scalar grep /^\\d+$/, readdir $d;");
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} {count}"));
    let (code, text) = status(&server, "/3rdparty/a/run.cgi").await;
    assert!(code == 200 && (!is_root() || text == "2"), "{code} {text}");
}

#[tokio::test]
async fn without_a_spawner_programs_are_off_and_files_are_not() {
    let server = TestServer::start().await;
    perl(&server, "3rdparty/a/run.cgi", TEXT);
    file(&server, "3rdparty/a/page.html", "page");
    let (code, text) = status(&server, "/3rdparty/a/run.cgi").await;
    assert!(code == 503 && text.contains("Programs are not run by this server."), "{code} {text}");
    assert_eq!(status(&server, "/3rdparty/a/page.html").await, (200, "page".to_owned()));
    assert!(fs::metadata(server.plugins()).unwrap().is_dir());
}

/// One run by a spawner of its own: what came of it, and what it said.
async fn run_as(users: Users, run_as: RunAs, folder: &Path) -> (Outcome, String) {
    let spawner =
        Spawner::start(Path::new(env!("CARGO_BIN_EXE_portreeve")), users, rustix::process::getuid().as_raw())
            .unwrap();
    let (mut said, stdout) = std::io::pipe().unwrap();
    let handles = Handles {
        folder: fs::File::open(folder).unwrap().into(),
        stdin: fs::File::open("/dev/null").unwrap().into(),
        stdout: stdout.into(),
        stderr: fs::File::create("/dev/null").unwrap().into(),
    };
    let program = Program::File("run.cgi".to_owned());
    let run = Run { program, run_as, environment: Vec::new(), limits: Limits::default() };
    let mut running = spawner.run(&run, &handles).await.unwrap();
    drop(handles);
    let outcome = running.ended().await;
    let mut text = String::new();
    said.read_to_string(&mut text).unwrap();
    (outcome, text)
}

#[tokio::test]
async fn an_accounts_own_program_runs_as_the_account_and_for_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    mode(folder.path(), 0o755);
    let path = folder.path().join("run.cgi");
    fs::write(&path, "#!/usr/bin/perl\nprint \"$< $>\";\n").unwrap();
    mode(&path, 0o755);
    // `nobody` stands for an account's system user, `daemon` for the unprivileged one
    let account = || RunAs::Account("nobody".parse().unwrap());
    let switch = || Users::Switch { unprivileged: "daemon".to_owned() };
    if !is_root() {
        let (outcome, text) = run_as(Users::Own, account(), folder.path()).await;
        let own = rustix::process::getuid().as_raw();
        assert_eq!((outcome, text), (Outcome::Exited(0), format!("{own} {own}")));
        let (outcome, _) = run_as(switch(), account(), folder.path()).await;
        assert_eq!(outcome, Outcome::Refused(Refusal::User), "only root can become another user");
        return;
    }
    assert_eq!(
        run_as(switch(), account(), folder.path()).await,
        (Outcome::Exited(0), "65534 65534".to_owned())
    );
    chown(&path, Some(65534), Some(65534)).unwrap();
    assert_eq!(run_as(switch(), account(), folder.path()).await.0, Outcome::Exited(0));
    let (outcome, _) = run_as(switch(), RunAs::Unprivileged, folder.path()).await;
    assert_eq!(outcome, Outcome::Refused(Refusal::Owner));
    let (outcome, _) = run_as(switch(), RunAs::Account("mail".parse().unwrap()), folder.path()).await;
    assert_eq!(outcome, Outcome::Refused(Refusal::User), "an account named like a user of the machine");
    let (outcome, _) = run_as(Users::Own, account(), folder.path()).await;
    assert_eq!(outcome, Outcome::Refused(Refusal::User), "root's own user is nobody's");
}
