//! Answers that are passed on as they come.

use std::time::Duration;

use crate::support::*;

#[tokio::test]
async fn the_first_words_arrive_while_the_program_still_runs() {
    let server = start().await;
    let word = "streaming-2c9d1f";
    perl(
        &server,
        "3rdparty/a/run.cgi",
        &format!("$0 = '{word}'; {TEXT} print \"first\\n\"; sleep 30; print 'last';"),
    );
    let session = server.session(Cpanel, "plain").await;
    let mut connection = session.get("/3rdparty/a/run.cgi").begin().await;
    connection.read_through("first").await;
    one_runs(word).await;
    // a client that leaves ends it
    drop(connection);
    all_gone(word).await;
}

#[tokio::test]
async fn a_client_that_leaves_before_the_first_word_ends_everything_that_was_started() {
    let server = start().await;
    let (word, child) = ("silent-84be02", "child-84be02");
    perl(
        &server,
        "3rdparty/a/run.cgi",
        &format!("if (!fork) {{ setpgrp; $0 = '{child}'; sleep 60; exit }} $0 = '{word}'; sleep 60;"),
    );
    let session = server.session(Cpanel, "plain").await;
    let connection = session.get("/3rdparty/a/run.cgi").begin().await;
    one_runs(word).await;
    one_runs(child).await;
    drop(connection);
    all_gone(word).await;
    all_gone(child).await;
}

#[tokio::test]
async fn a_large_answer_arrives_whole() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print 'x' x 65536 for 1..64;"));
    let answer = server.client(Cpanel).get("/3rdparty/a/run.cgi").basic("plain", "plainpass").send().await;
    assert_eq!((answer.status, answer.body.len()), (200, 64 * 65536));
}

#[tokio::test]
async fn complaints_do_not_keep_a_program_from_its_answer() {
    let server = start().await;
    perl(
        &server,
        "3rdparty/a/run.cgi",
        &format!("print STDERR 'x' x 1000, qq(\\n) for 1..1000; {TEXT} print 'done';"),
    );
    let answer = server.client(Cpanel).get("/3rdparty/a/run.cgi").basic("plain", "plainpass").send().await;
    assert_eq!(answer.text(), "done", "{answer:?}");
}

#[tokio::test]
async fn the_servers_end_is_the_end_of_its_programs() {
    let server = start().await;
    let word = "orphan-19aa7c";
    perl(&server, "3rdparty/a/run.cgi", &format!("$0 = '{word}'; {TEXT} print 'first'; sleep 60;"));
    let session = server.session(Cpanel, "plain").await;
    let mut connection = session.get("/3rdparty/a/run.cgi").begin().await;
    connection.read_through("first").await;
    // its time would be up after a minute
    let begun = tokio::time::Instant::now();
    drop(server);
    all_gone(word).await;
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    drop(connection);
}
