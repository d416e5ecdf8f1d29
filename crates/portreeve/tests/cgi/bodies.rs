//! Bodies that come slowly, or never whole.

use std::fs;
use std::time::Duration;

use crate::support::*;

/// A request of `plain` whose body is still to come.
fn head(place: &str, framing: &str) -> String {
    let basic = "cGxhaW46cGxhaW5wYXNz";
    format!("POST {place} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\n{framing}\r\n\r\n")
}

#[tokio::test]
async fn uploads_that_come_slowly_keep_no_program_from_running() {
    let server = builder()
        .cgi(|mut settings| {
            settings.for_one_account = 1;
            settings
        })
        .start()
        .await;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} local $/; print 'ran ', <STDIN>;"));
    let client = server.client(Cpanel);
    let place = "/3rdparty/a/run.cgi";
    let mut slow = client.connect().await;
    slow.write(head(place, "Transfer-Encoding: chunked\r\nExpect: 100-continue").as_bytes()).await;
    // the body is wanted: it has its place
    slow.read_through("HTTP/1.1 100 Continue\r\n\r\n").await;
    slow.write(b"3\r\nabc\r\n").await;
    let mut second = client.connect().await;
    second.write(head(place, "Transfer-Encoding: chunked").as_bytes()).await;
    second.write(b"0\r\n\r\n").await;
    let refused = second.read(false).await;
    assert_eq!((refused.status, refused.retry_after()), (503, Some(2)), "{refused:?}");
    let quick = client.get(place).basic("plain", "plainpass").send().await;
    assert_eq!((quick.status, quick.text().as_str()), (200, "ran "), "{quick:?}");
    slow.write(b"0\r\n\r\n").await;
    assert_eq!(slow.read(false).await.text(), "ran abc");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_never_taken_for_all_of_it() {
    let server = in_sight().start().await;
    let word = "half-9e3d07";
    // a place where any user may write: what the program took for a whole body stays there
    let drop_off = server.plugins().parent().unwrap().join("drop");
    fs::create_dir(&drop_off).unwrap();
    mode(&drop_off, 0o777);
    let take = format!(
        r#"$0 = '{word}'; my ($all, $place) = ('', $ENV{{QUERY_STRING}});
        while (my $read = sysread STDIN, $all, 4096, length $all) {{ mkdir "$place/begun" }}
        mkdir "$place/whole"; {TEXT} print length $all;"#
    );
    perl(&server, "3rdparty/a/run.cgi", &take);
    let place = format!("/3rdparty/a/run.cgi?{}", drop_off.display());
    let (begun, whole) = (drop_off.join("begun"), drop_off.join("whole"));
    for _ in 0..20 {
        let mut connection = server.client(Cpanel).connect().await;
        connection.write(head(&place, "Content-Length: 100").as_bytes()).await;
        connection.write(b"the first part").await;
        while !begun.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(connection);
        all_gone(word).await;
        assert!(!whole.exists(), "a part was taken for the whole");
        fs::remove_dir(&begun).unwrap();
    }
    let answer =
        server.client(Cpanel).post(&place).basic("plain", "plainpass").body(None, b"whole").send().await;
    assert!(answer.text() == "5" && whole.exists(), "{answer:?}");
}
