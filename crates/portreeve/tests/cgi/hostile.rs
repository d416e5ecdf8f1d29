//! Programs and files that mean harm.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::support::*;

/// Every file below a folder, links left alone.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => found.extend(files(&path)),
            kind if kind.is_file() => found.push(path),
            _ => {}
        }
    }
    found
}

#[tokio::test]
async fn a_program_reads_no_secret_and_no_home() {
    let server = in_sight().start().await;
    let try_all = r#"binmode STDIN; while (my $path = <STDIN>) { chomp $path; print "$path\n" if open my $f, '<', $path; }"#;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} {try_all}"));
    let data = Path::new(&server.description().data_dir);
    let all = files(data);
    for secret in ["keys/keyring", "records/store.sqlite", "sandbox.json", "accesshash", "tls/server.key"] {
        assert!(all.contains(&data.join(secret)), "{secret} moved: name it anew");
    }
    let list: String = all.iter().map(|path| format!("{}\n", path.display())).collect();
    let session = server.session(Cpanel, "plain").await;
    let answer = session.post("/3rdparty/a/run.cgi").body(None, list.as_bytes()).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = answer.text();
    let read: Vec<&Path> = text.lines().map(Path::new).collect();
    if !is_root() {
        // programs run as the user of the tests, who owns all of it: that is what --cgi says of itself
        assert_eq!(read.len(), all.len());
        return;
    }
    let public = [data.join("tls/ca.pem"), data.join("tls/server.pem")];
    let others: Vec<_> = read
        .iter()
        .filter(|path| !public.contains(&path.to_path_buf()) && !path.starts_with(server.plugins()))
        .collect();
    assert!(others.is_empty(), "a program reads {others:?}");
    assert!(read.iter().any(|path| path.starts_with(server.plugins())), "it can read its own");
    // and it cannot list what it may pass through
    for folder in ["home", "keys", "records", "log"] {
        let mode = fs::metadata(data.join(folder)).unwrap().permissions().mode();
        assert_eq!(mode & 0o006, 0, "{folder} {mode:o}");
    }
}

#[tokio::test]
async fn the_api_socket_knows_a_program_by_its_user() {
    let server = in_sight().start().await;
    let call = r#"use IO::Socket::UNIX; my $socket = IO::Socket::UNIX->new($ENV{QUERY_STRING}) or die "connect: $!";
        print $socket "GET /json-api/listaccts?api.version=1 HTTP/1.0\r\nAuthorization: peer $_\r\n\r\n" for 'root';
        print scalar <$socket>;"#;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} {call}"));
    let socket = &server.description().socket;
    let client = server.client(Cpanel);
    let answer =
        client.get(&format!("/3rdparty/a/run.cgi?{socket}")).basic("plain", "plainpass").send().await;
    let expected = if is_root() { "HTTP/1.1 403 Forbidden Access denied\r\n" } else { "HTTP/1.1 200 OK\r\n" };
    assert_eq!(answer.text(), expected, "{answer:?}");
}

#[tokio::test]
async fn ten_thousand_swaps_of_a_file_for_a_link_give_nothing_away() {
    const SWAPS: usize = 10_000;
    let server = in_sight().start().await;
    let secret = file(&server, "../keys/secret.cgi", "#!/bin/cat\nContent-Type: text/plain\n\nSECRET\n");
    mode(&secret, 0o755);
    let good = perl(&server, "3rdparty/a/good.cgi", &format!("{TEXT} print 'good';"));
    file(&server, "3rdparty/a/good.txt", "good");
    let folder = good.parent().unwrap().to_owned();
    let (swaps, over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let swapper = std::thread::spawn({
        let (swaps, over) = (swaps.clone(), over.clone());
        move || {
            while !over.load(Ordering::SeqCst) {
                let round = swaps.fetch_add(1, Ordering::SeqCst);
                for ending in ["cgi", "txt"] {
                    let (new, name) = (folder.join("new"), folder.join(format!("swap.{ending}")));
                    if round.is_multiple_of(2) {
                        symlink(&secret, &new).unwrap();
                    } else {
                        fs::hard_link(folder.join(format!("good.{ending}")), &new).unwrap();
                    }
                    fs::rename(&new, &name).unwrap();
                    // a rename over another name of the same file leaves both
                    let _ = fs::remove_file(&new);
                }
            }
        }
    });
    // an interpreter opens its script anew: what it finds then is closed to it only where it runs as another user
    let programs = if is_root() { 1 } else { 0 };
    let session = server.session(Cpanel, "plain").await;
    let mut connection = session.client.connect().await;
    let (mut served, mut refused) = (0, 0);
    while swaps.load(Ordering::SeqCst) < SWAPS || served < 20 || refused < 20 {
        for place in
            ["/3rdparty/a/swap.txt", "/3rdparty/a/swap.txt", "/3rdparty/a/swap.cgi"].iter().take(2 + programs)
        {
            let answer = session.get(place).send_on(&mut connection).await;
            match answer.status {
                200 => {
                    assert_eq!(answer.text(), "good", "{answer:?}");
                    served += 1;
                }
                // gone, refused, or an interpreter that found a link it may not follow in its script's place
                403 | 404 | 502 => refused += 1,
                _ => panic!("{answer:?}"),
            }
            assert!(!answer.text().contains("SECRET"), "{answer:?}");
        }
    }
    over.store(true, Ordering::SeqCst);
    swapper.join().unwrap();
}

/// Swaps `swap.txt` in the yard between a good file and a link to the file of its query, ten thousand times.
const SWAP: &str = r#"chdir '../yard' or die "yard: $!"; my $rounds = 0;
    for my $round (1 .. 10_000) {
        unlink 'new';
        $round % 2 ? symlink($ENV{QUERY_STRING}, 'new') : link('good.txt', 'new') or die "new: $!";
        rename 'new', 'swap.txt' or die "swap: $!";
        $rounds++; select undef, undef, undef, 0.0002;
    }
    print "swapped $rounds";"#;

#[tokio::test]
async fn an_account_that_swaps_its_own_file_for_a_link_has_the_server_read_nothing_for_it() {
    let server = in_sight().start().await;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} {SWAP}"));
    let good = file(&server, "3rdparty/yard/good.txt", "good");
    let yard = good.parent().unwrap();
    if is_root() {
        for path in [yard, &good] {
            std::os::unix::fs::chown(path, Some(65534), None).unwrap();
        }
    }
    let keyring = Path::new(&server.description().data_dir).join("keys/keyring");
    let secret = fs::read_to_string(&keyring).unwrap();
    let session = server.session(Cpanel, "plain").await;
    let swaps = session.get(&format!("/3rdparty/a/run.cgi?{}", keyring.display())).send();
    tokio::pin!(swaps);
    let (mut served, mut missing) = (0, 0);
    let mut connection = session.client.connect().await;
    let swapped = loop {
        tokio::select! {
            swapped = &mut swaps => break swapped,
            answer = session.get("/3rdparty/yard/swap.txt").send_on(&mut connection) => {
                assert!(!answer.text().contains(secret.trim()), "the server gave its keys away");
                match answer.status {
                    200 => {
                        assert_eq!(answer.text(), "good", "{answer:?}");
                        served += 1;
                    }
                    404 => missing += 1,
                    _ => panic!("{answer:?}"),
                }
            }
        }
    };
    assert_eq!(swapped.text(), "swapped 10000", "{swapped:?}");
    assert!(served >= 50 && missing >= 50, "{served} and {missing} answers while it swapped");
}

#[tokio::test]
async fn a_program_that_calls_whmapi1_is_nobody_to_the_server() {
    let server = in_sight().start().await;
    // the program itself, by the name that makes it whmapi1, where every user may run it
    let whmapi1 = server.plugins().join("3rdparty/a/whmapi1");
    let call = r#"$ENV{PORTREEVE_SOCKET} = $ENV{QUERY_STRING}; open STDERR, '>&', \*STDOUT;
        for my $function ('listaccts', 'get_tweaksetting') { system { './whmapi1' } 'whmapi1', $function, 'key=minpwstrength'; print "\nended with ", $? >> 8, "\n"; }"#;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} {call}"));
    fs::copy(env!("CARGO_BIN_EXE_portreeve"), &whmapi1).unwrap();
    mode(&whmapi1, 0o755);
    // root's own programs of WHM too: none has root's rights without saying whose ticket it uses
    for (service, user) in [(Cpanel, "plain"), (Whm, "root")] {
        let session = server.session(service, user).await;
        let place = format!("/3rdparty/a/run.cgi?{}", server.description().socket);
        let answer = session.get(&place).send().await;
        let text = answer.text();
        // a sandbox that runs programs as its own user trusts that user, and says so
        let expected = if is_root() { "ended with 1\n" } else { "ended with 0\n" };
        assert_eq!(text.matches(expected).count(), 2, "{user}: {answer:?}");
        assert_eq!(text.contains("plain.example"), !is_root(), "{user}: {answer:?}");
        assert_eq!(text.contains("Access denied"), is_root(), "{user}: {answer:?}");
    }
}

#[tokio::test]
async fn another_accounts_home_is_closed_even_where_its_owner_left_it_open() {
    if !is_root() {
        return; // programs run as the user of the tests, who owns all homes
    }
    let server = in_sight().start().await;
    let look = r#"for my $path (split /,/, $ENV{QUERY_STRING}) {
        print "listed $path\n" if opendir my $d, $path;
        print "read $path\n" if open my $r, '<', $path;
        print "wrote $path\n" if open my $w, '>>', -d $path ? "$path/new" : $path; }"#;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print qq(looked\n); {look}"));
    let home = server.home("cptest");
    let notes = home.join("public_html/notes.txt");
    fs::write(&notes, "SECRET").unwrap();
    mode(&notes, 0o666);
    mode(&home.join("public_html"), 0o777);
    let paths = [&home, &home.join("public_html"), &home.join("mail"), &notes, &home.join("../cptest/mail")];
    let list = paths.map(|path| path.display().to_string()).join(",");
    for (service, user) in [(Cpanel, "plain"), (Whm, "asder"), (Whm, "root")] {
        let session = server.session(service, user).await;
        let answer = session.get(&format!("/3rdparty/a/run.cgi?{list}")).send().await;
        assert_eq!(answer.text(), "looked\n", "{user}: {answer:?}");
    }
}
