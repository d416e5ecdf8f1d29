//! Programs of plugins: as whom they run, what they are told and given, and what their names and queries can do.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use portreeve_crypt::{AccessHash, SystemEntropy};
use portreeve_e2e::program::portreeve;

use crate::support::*;

/// A server that runs programs.
async fn start() -> TestServer {
    let program = portreeve().expect("the portreeve of this build");
    TestServer::builder().programs(program.to_str().expect("a plain path")).start().await
}

/// Whether the tests are root's: then programs run as other users, else as the user of the tests.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn file(server: &TestServer, place: &str, mode: u32, text: &str) -> PathBuf {
    let path = server.plugins().join(place);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

/// Writes a program in Perl that answers plain text.
fn perl(server: &TestServer, place: &str, text: &str) -> PathBuf {
    let begin =
        "#!/usr/bin/perl\nuse strict; use warnings; $| = 1; print \"Content-Type: text/plain\\n\\n\";\n";
    file(server, place, 0o755, &format!("{begin}{text}\n"))
}

async fn run(server: &TestServer, target: &str) -> Response {
    server.client(Cpanel).get(target).basic("plain", "plainpass").send().await
}

/// What prints the users that a program runs as, and whether it can become another.
const IDENTITY: &str = "open my $f, '<', '/proc/self/status' or die; \
                        print grep /^(?:Uid|Gid|NoNewPrivs|CapEff|CapPrm|CapBnd):/, <$f>; $> = 0; print \"now $>\\n\";";

#[track_caller]
fn assert_unprivileged(answer: &Response) {
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = answer.text();
    assert!(text.contains("NoNewPrivs:\t1\n"), "{answer:?}");
    if is_root() {
        assert!(
            !text.contains("Uid:\t0") && !text.contains("\t0\t") && !text.contains("now 0"),
            "{answer:?}"
        );
        assert!(text.contains("CapEff:\t0000000000000000\n"), "{answer:?}");
    }
}

#[tokio::test]
async fn cve_2019_14393_no_interpreter_runs_a_program_as_somebody_else() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", IDENTITY);
    perl(&server, "3rdparty/a/run.pl", IDENTITY);
    let set_id = perl(&server, "3rdparty/a/setid.cgi", IDENTITY);
    fs::set_permissions(&set_id, fs::Permissions::from_mode(0o6755)).unwrap();
    let php =
        "<?php echo implode('', preg_grep('/^(Uid|Gid|NoNewPrivs|CapEff):/', file('/proc/self/status')));";
    file(&server, "3rdparty/a/run.php", 0o644, php);
    for name in ["run.cgi", "run.pl", "setid.cgi", "run.php"] {
        assert_unprivileged(&run(&server, &format!("/3rdparty/a/{name}")).await);
    }
}

#[tokio::test]
async fn cve_2026_48172_a_plugin_that_root_opens_does_not_run_as_root() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", IDENTITY);
    perl(&server, "cgi/a/run.cgi", IDENTITY);
    let root = server.session(Whm, "root").await;
    for path in ["/3rdparty/a/run.cgi", "/cgi/a/run.cgi"] {
        assert_unprivileged(&root.get(path).send().await);
    }
}

#[tokio::test]
async fn cve_2026_54420_a_plugins_link_is_no_way_to_a_file() {
    let server = start().await;
    let outside = Path::new(&server.description().data_dir).join("outside.cgi");
    fs::write(&outside, "#!/bin/cat\nSECRET\n").unwrap();
    fs::set_permissions(&outside, fs::Permissions::from_mode(0o755)).unwrap();
    perl(&server, "3rdparty/a/good.cgi", "print 'good';");
    file(&server, "3rdparty/a/good.txt", 0o644, "good");
    let folder = server.plugins().join("3rdparty/a");
    for (target, name) in [
        (outside.as_path(), "link.cgi"),
        (&outside, "link.txt"),
        (Path::new("good.txt"), "near.txt"),
        (Path::new("good.cgi"), "near.cgi"),
        (Path::new("/etc"), "etc"),
        (Path::new("/proc/self/root"), "root"),
    ] {
        symlink(target, folder.join(name)).unwrap();
    }
    for place in
        ["link.cgi", "link.txt", "near.txt", "near.cgi", "etc/hostname.txt", "etc/passwd", "root/etc/passwd"]
    {
        let answer = run(&server, &format!("/3rdparty/a/{place}")).await;
        assert!(answer.status >= 400 && !answer.text().contains("SECRET"), "{place}: {answer:?}");
    }
    for place in ["good.txt", "good.cgi"] {
        let answer = run(&server, &format!("/3rdparty/a/{place}")).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "good"), "{answer:?}");
    }
}

#[tokio::test]
async fn cve_2024_12828_a_query_is_no_argument_of_a_program() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", "print join('|', scalar(@ARGV), @ARGV, $ENV{QUERY_STRING});");
    for query in ["one+two", "-e+system", ";id", "$(id)", "--help", "%2d%2dversion"] {
        let answer = run(&server, &format!("/3rdparty/a/run.cgi?{query}")).await;
        assert_eq!((answer.status, answer.text()), (200, format!("0|{query}")), "{answer:?}");
    }
}

#[tokio::test]
async fn cve_2012_1823_a_query_is_no_option_of_phps() {
    let server = start().await;
    file(
        &server,
        "3rdparty/a/run.php",
        0o644,
        "<?php echo 'ran ', $_SERVER['QUERY_STRING'] ?? '', ini_get('memory_limit') === '7M' ? 'OPTION' : '';",
    );
    for query in ["-s", "-d+memory_limit=7M", "%2ds", "--version", "%AD%64+memory_limit%3d7M", "-i"] {
        let answer = run(&server, &format!("/3rdparty/a/run.php?{query}")).await;
        let text = answer.text();
        assert!(answer.status == 200 && text.starts_with("ran "), "{query}: {answer:?}");
        assert!(!text.contains("OPTION") && !text.contains("&lt;?php"), "{query}: {answer:?}");
    }
}

#[tokio::test]
async fn cve_2016_5385_no_header_field_becomes_a_variable_that_means_something_else() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", "print map { \"$_=$ENV{$_}\\n\" } sort keys %ENV;");
    let call = server.client(Cpanel).get("/3rdparty/a/run.cgi").basic("plain", "plainpass");
    let call =
        call.header("Proxy", "http://evil.example").header("X-CPANEL-OTP", "123456").header("X-Own", "yes");
    let call = call.header("Remote_User", "root").header("X_Own", "no").header("Content_Length", "9");
    let answer = call
        .cookie("cpsession", "SECRET")
        .cookie("whostmgrsession", "SECRET")
        .cookie("theme", "dark")
        .send()
        .await;
    let text = answer.text();
    for gone in [
        "HTTP_PROXY",
        "evil.example",
        "123456",
        "SECRET",
        "AUTHORIZATION",
        "cGxhaW4",
        "plainpass",
        "HTTP_REMOTE_USER",
    ] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    for there in ["HTTP_X_OWN=yes\n", "HTTP_COOKIE=theme=dark\n", "REMOTE_USER=plain\n"] {
        assert!(text.contains(there), "{there}: {text}");
    }
}

#[tokio::test]
async fn cve_2026_68492_where_a_program_finds_others_is_fixed() {
    let server = start().await;
    perl(
        &server,
        "3rdparty/a/run.cgi",
        "print map { \"$_=\" . ($ENV{$_} // 'none') . \"\\n\" } qw(PATH LD_PRELOAD PERL5LIB IFS BASH_ENV);",
    );
    file(&server, "3rdparty/a/perl", 0o755, "#!/bin/sh\necho HIJACKED\n");
    let call = server.client(Cpanel).get("/3rdparty/a/run.cgi?PATH=/tmp").basic("plain", "plainpass");
    let call = ["Path", "PATH", "LD-PRELOAD", "PERL5LIB", "BASH-ENV"]
        .iter()
        .fold(call, |call, name| call.header(name, "/tmp"));
    let expected =
        "PATH=/usr/local/bin:/usr/bin:/bin\nLD_PRELOAD=none\nPERL5LIB=none\nIFS=none\nBASH_ENV=none\n";
    assert_eq!(call.send().await.text(), expected);
}

#[tokio::test]
async fn cve_2020_10808_the_name_of_a_file_is_no_command() {
    let server = start().await;
    let canary = server.plugins().join("3rdparty/a/canary");
    for name in [
        "$(touch canary).cgi",
        ";touch canary;.cgi",
        "`touch canary`.cgi",
        "|touch canary.cgi",
        "-e.cgi",
        "a b'\".cgi",
    ] {
        let escaped: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
        perl(&server, &format!("3rdparty/a/{name}"), "print 'ran';");
        let answer = run(&server, &format!("/3rdparty/a/{escaped}")).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "ran"), "{name}: {answer:?}");
        assert!(!canary.exists(), "{name}");
    }
}

#[tokio::test]
async fn cve_2019_14389_no_secret_stands_in_any_command_line() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", "print \"ticket $ENV{PORTREEVE_CALL_TICKET}\\n\"; sleep 20;");
    let session = server.session(Cpanel, "plain").await;
    let mut running = session.get("/3rdparty/a/run.cgi").begin().await;
    running.read_through("ticket ").await;
    let ticket = running.read_through("\n").await.trim_end().to_owned();
    assert_eq!(ticket.len(), 64, "{ticket}");
    let keyring = fs::read_to_string(Path::new(&server.description().data_dir).join("keys/keyring")).unwrap();
    // each of this server alone: other tests run beside this one, and a word of theirs is no secret
    let account = server.store().account(&"plain".parse().unwrap()).await.unwrap().unwrap();
    let hash = AccessHash::generate(&SystemEntropy);
    server.store().set_access_hash(account.id, &hash).await.unwrap();
    let password = format!("{STRONG} {}", &ticket[..16]);
    let fields = [("email", "new"), ("password", password.as_str())];
    assert_done(&session.post("/execute/Email/add_pop").form(&fields).send().await);
    let mailbox = server.client(Webmail).get(LIST_POPS).basic("new@plain.example", &password);
    assert_done(&mailbox.send().await);
    let hash = hash.one_line().to_owned();
    let secrets = [ticket, keyring.trim().to_owned(), session.value.clone(), password, hash];
    let mut seen = 0;
    for process in fs::read_dir("/proc").unwrap().flatten() {
        let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).into_owned();
        seen += usize::from(line.contains("run.cgi"));
        assert!(!secrets.iter().any(|secret| line.contains(secret.as_str())), "{line:?}");
    }
    assert!(seen > 0, "the program was not seen");
}
