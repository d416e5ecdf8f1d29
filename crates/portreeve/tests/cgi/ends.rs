//! The bounds of runs, and what is left once they are reached.

use std::time::Duration;

use portreeve_testkit::TestServer;

use crate::support::*;

const RUN: &str = "/3rdparty/a/run.cgi";

async fn short() -> TestServer {
    builder()
        .cgi(|mut settings| {
            settings.limits.time = Duration::from_secs(2);
            settings.limits.memory = 256 << 20;
            settings.output = 1 << 20;
            settings.for_one_account = 1;
            settings
        })
        .start()
        .await
}

#[tokio::test]
async fn a_program_whose_time_is_up_is_504() {
    let server = short().await;
    perl(&server, "3rdparty/a/run.cgi", "$SIG{TERM} = $SIG{ALRM} = 'IGNORE'; 1 while sleep 1;");
    let answer = server.client(Cpanel).get(RUN).basic("plain", "plainpass").send().await;
    assert_eq!(answer.status, 504, "{answer:?}");
}

#[tokio::test]
async fn an_answer_that_is_cut_off_does_not_look_whole() {
    let server = short().await;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print 'x' x 65536 while 1;"));
    let mut connection = server.client(Cpanel).get(RUN).basic("plain", "plainpass").begin().await;
    let answer = connection.rest().await;
    // pieces are passed on whole, or not at all
    assert!((1_000_000..1_100_000).contains(&answer.len()), "{}", answer.len());
    assert!(!answer.ends_with(b"0\r\n\r\n"));
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print 'begun'; sleep 60;"));
    let mut connection = server.client(Cpanel).get(RUN).basic("plain", "plainpass").begin().await;
    let answer = connection.rest().await;
    assert!(!answer.ends_with(b"0\r\n\r\n"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_fork_bomb_is_contained_and_nothing_of_it_stays() {
    // processes are counted by user: other tests' programs must find room above this bound
    let server = builder()
        .cgi(|mut settings| {
            settings.limits.time = Duration::from_secs(2);
            settings.limits.processes = 60;
            settings
        })
        .start()
        .await;
    let word = "bomb-5d11e0";
    let bomb = format!("$0 = '{word}'; {TEXT} print 'begun'; close STDOUT; while (1) {{ fork; setpgrp }}");
    perl(&server, "3rdparty/a/run.cgi", &bomb);
    let client = server.client(Cpanel);
    let mut connection = client.get(RUN).basic("plain", "plainpass").begin().await;
    connection.read_through("begun").await;
    // the server has time for others meanwhile
    let other = client.get("/execute/Email/list_pops").basic("plain", "plainpass").send().await;
    assert_eq!(other.status, 200, "{other:?}");
    connection.rest().await;
    all_gone(word).await;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print 'well';"));
    let after = client.get(RUN).basic("plain", "plainpass").send().await;
    assert_eq!(after.text(), "well", "{after:?}");
}

#[tokio::test]
async fn what_a_program_leaves_behind_ends_with_it() {
    let server = short().await;
    let word = "daemon-77e1b4";
    let daemon = format!(
        "use POSIX 'setsid'; if (!fork) {{ setsid; if (!fork) {{ $0 = '{word}'; close STDOUT; close STDERR; sleep 60 }} exit }} \
         wait; {TEXT} print 'done';"
    );
    perl(&server, "3rdparty/a/run.cgi", &daemon);
    let answer = server.client(Cpanel).get(RUN).basic("plain", "plainpass").send().await;
    assert_eq!(answer.text(), "done", "{answer:?}");
    all_gone(word).await;
}

#[tokio::test]
async fn memory_is_bounded() {
    let server = short().await;
    perl(&server, "3rdparty/a/run.cgi", &format!("my $x = 'x' x (1 << 30); {TEXT} print length $x;"));
    let answer = server.client(Cpanel).get(RUN).basic("plain", "plainpass").send().await;
    assert_eq!(answer.status, 502, "{answer:?}");
}

#[tokio::test]
async fn an_account_has_so_many_programs_at_once_and_others_are_not_concerned() {
    let server = short().await;
    let word = "slow-b0c6f3";
    perl(&server, "3rdparty/a/run.cgi", &format!("$0 = '{word}'; {TEXT} print 'begun'; sleep 60;"));
    perl(&server, "3rdparty/a/quick.cgi", &format!("{TEXT} print 'quick';"));
    let client = server.client(Cpanel);
    let mut connection = client.get(RUN).basic("plain", "plainpass").begin().await;
    connection.read_through("begun").await;
    let second = client.get("/3rdparty/a/quick.cgi").basic("plain", "plainpass").send().await;
    assert_eq!((second.status, second.retry_after()), (503, Some(2)), "{second:?}");
    let other = server.session(Cpanel, "cptest").await;
    assert_eq!(other.get("/3rdparty/a/quick.cgi").send().await.text(), "quick");
    drop(connection);
    all_gone(word).await;
    let mut last = None;
    for _ in 0..100 {
        let again = client.get("/3rdparty/a/quick.cgi").basic("plain", "plainpass").send().await;
        if again.status == 200 {
            return;
        }
        last = Some(again);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the place was not given back: {last:?}");
}

/// Takes the descriptors that a program gives away, and keeps them.
const ACCOMPLICE: &str = r#"
import socket, sys, time
taken = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
taken.bind("\0" + sys.argv[1])
taken.listen()
print("listening", flush=True)
kept = []
while True:
    kept.append(socket.recv_fds(taken.accept()[0], 1, 3))
"#;

/// Ended with the test, whatever becomes of it.
struct Accomplice(std::process::Child);

impl Drop for Accomplice {
    fn drop(&mut self) {
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

#[tokio::test]
async fn what_a_program_gives_away_of_its_pipes_keeps_nothing_open() {
    let server = start().await;
    let name = format!("portreeve-accomplice-{}", std::process::id());
    #[expect(clippy::disallowed_methods, reason = "the accomplice is a process outside of all runs")]
    let mut accomplice = std::process::Command::new("python3");
    let child = accomplice.args(["-c", ACCOMPLICE, &name]).stdout(std::process::Stdio::piped()).spawn();
    let mut accomplice = Accomplice(child.unwrap());
    let mut listening = [0; 9];
    std::io::Read::read_exact(accomplice.0.stdout.as_mut().unwrap(), &mut listening).unwrap();
    let give = format!(
        "#!/usr/bin/python3\nimport socket\nto = socket.socket(socket.AF_UNIX)\nto.connect('\\0{name}')\n\
         socket.send_fds(to, [b'x'], [0, 1, 2])\nprint('Content-Type: text/plain\\n\\ngiven')\n"
    );
    program(&server, "3rdparty/a/run.cgi", &give);
    let client = server.client(Cpanel);
    // more often than an account has places: each is free again, although the pipes are held
    for round in 0..12 {
        let call =
            client.post("/3rdparty/a/run.cgi").basic("plain", "plainpass").body(None, &[b'x'; 200_000]);
        let answer = tokio::time::timeout(Duration::from_secs(20), call.send()).await;
        let answer = answer.unwrap_or_else(|_| panic!("round {round} does not end"));
        assert_eq!((answer.status, answer.text().as_str()), (200, "given\n"), "{answer:?}");
    }
}
