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
