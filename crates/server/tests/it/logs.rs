//! One line for each request, and nothing secret in any.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portreeve_testkit::{Response, TestServer};
use serde_json::Value;

use crate::support::*;

#[tokio::test]
async fn every_answer_has_a_line_with_its_id() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let session = server.session(Cpanel, "plain").await;
    let answers = [
        client.get(LIST_POPS).basic("plain", "plainpass").send().await,
        client.get(LIST_POPS).send().await,
        client.get("/").send().await,
        session.get("/").send().await,
        client.get(LIST_POPS).header("Authorization", "Basic !").send().await,
        client.raw(b"GET / HTTP/1.1\r\n\r\n").await,
        server.plain_client_of_tls_port(Cpanel).get("/").send().await,
        server.socket_client().get(LIST_POPS).header("Authorization", "peer plain").send().await,
    ];
    for answer in &answers {
        let line: Value = serde_json::from_str(&server.line(answer.request_id()).await).expect("JSON");
        assert_eq!(line["status"], answer.status, "{line}");
        for member in
            ["time", "id", "address", "status", "caller", "method", "service", "port", "path", "hint"]
        {
            assert!(line.get(member).is_some(), "{member}: {line}");
        }
    }
    let mut ids: Vec<&str> = answers.iter().map(Response::request_id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), answers.len());
}

#[tokio::test]
async fn the_caller_is_the_proven_one_never_a_claimed_one() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let caller = async |answer: Response| {
        let line: Value = serde_json::from_str(&server.line(answer.request_id()).await).expect("JSON");
        line["caller"].clone()
    };
    assert_eq!(caller(client.get(LIST_POPS).basic("plain", "plainpass").send().await).await, "plain");
    assert_eq!(caller(client.get(LIST_POPS).basic("plain", "wrong").send().await).await, Value::Null);
    assert_eq!(caller(log_in(&client, "plain", "wrong").await).await, Value::Null);
    assert_eq!(caller(log_in(&client, "plain", "plainpass").await).await, "plain");
    let mailbox = server.client(Webmail).get(LIST_POPS).basic("user@plain.example", "mailpass");
    assert_eq!(caller(mailbox.send().await).await, "user@plain.example");
}

#[tokio::test]
async fn a_hint_stands_in_the_line_too() {
    let server = TestServer::start().await;
    let answer = server.client(Whm).get(LIST_POPS).basic("root", "sandbox").send().await;
    let hint = answer.header("X-Portreeve-Hint").expect("a hint");
    let line: Value = serde_json::from_str(&server.line(answer.request_id()).await).expect("JSON");
    assert_eq!(line["hint"], hint);
}

#[tokio::test]
async fn nothing_secret_is_in_any_line_whatever_came_of_the_request() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let session = server.session(Cpanel, "cptest").await;
    server.pass_seconds(30);
    let digits = session.token.strip_prefix("/cpsess").expect("digits").to_owned();
    let code = server.code("cptest");
    let basic = STANDARD.encode("cptest:blahblah");
    let made = session.get("/execute/Tokens/create_full_access?name=script").send().await;
    let token = made.json()["data"]["token"].as_str().expect("a token").to_owned();
    let hash = server.account("root").access_hash.clone().expect("an access hash");
    let secret = server.account("cptest").secret.clone().expect("a secret");
    let cookie = session.value.split_once("%3a").expect("a cookie").1.to_owned();

    let query = format!("user=cptest&pass=blahblah&tfa_token={code}&x=%2Fcpsess{digits}%2F&{secret}");
    let odd =
        format!("/cpsess{digits}/cpsess{digits}/x?password=blahblah&secret={secret}&token={token}&blahblah");
    let mut answers = vec![
        client.get(&format!("/login/?{query}")).send().await,
        client.get(&format!("/login/?{query}wrong")).send().await,
        client.post("/login/").body(None, query.as_bytes()).send().await,
        client.get(LIST_POPS).basic("cptest", "blahblah").code(&code).send().await,
        client.get(LIST_POPS).basic("cptest", "blahblah").code("000000").send().await,
        client.get(LIST_POPS).header("Authorization", &format!("cpanel cptest:{token}")).send().await,
        client.get(LIST_POPS).header("Authorization", &format!("cpanel root:{token}")).send().await,
        server.client(Whm).get(VERSION).header("Authorization", &format!("WHM root:{hash}")).send().await,
        client.get(&odd).cookie("cpsession", &session.value).send().await,
        session.get(&format!("/execute/Email/passwd_pop?email=info&password=blahblah-{secret}")).send().await,
        session.get(&format!("/execute/Nosuch/function?blahblah&{secret}&a={secret}")).send().await,
        session.get("/").header("Referer", &format!("https://localhost/cpsess{digits}/")).send().await,
        client
            .raw(format!("GET /cpsess{digits}/?pass=blahblah HTTP/1.1\r\nHost: a b\r\n\r\n").as_bytes())
            .await,
        client
            .raw(format!("GET /login?pass=blahblah\r\nAuthorization: Basic {basic}\r\n\r\n").as_bytes())
            .await,
        server.plain_client(Cpanel).get(&format!("/cpsess{digits}/x?pass=blahblah")).send().await,
        server.plain_client_of_tls_port(Cpanel).get(&format!("/login?{query}")).send().await,
    ];
    answers.push(session.get("/logout").send().await);
    for answer in &answers {
        server.line(answer.request_id()).await;
    }
    let lines = server.lines().join("\n");
    for (what, canary) in [
        ("password", "blahblah"),
        ("code", code.as_str()),
        ("token", &token),
        ("security token", &digits),
        ("access hash", &hash[..32]),
        ("Basic credential", &basic),
        ("cookie", &cookie[..16]),
        ("secret", &secret),
    ] {
        assert!(!lines.contains(canary), "the {what} is in the log:\n{lines}");
    }
    assert!(lines.contains("/cpsess***/"), "{lines}");
}

#[tokio::test]
async fn whoever_acts_under_a_name_is_in_the_line_whatever_came_of_the_request() {
    let server = TestServer::start().await;
    let folder = server.plugins().join("3rdparty/a");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("file.txt"), "of the plugin").unwrap();
    let client = server.client(Cpanel);
    let opened = log_in(&client, "plain", "sandbox").await;
    let session = portreeve_testkit::Session::from_answer(client.clone(), Cpanel, &opened).unwrap();
    let without_token = |path: &str| session.with_cookie(client.get(path));
    for (answer, status) in [
        (session.get("/session.js").send().await, 200),
        (session.get("/3rdparty/a/file.txt").send().await, 200),
        (without_token(LIST_POPS).send().await, 401),
        (without_token("/xferwebmail").send().await, 401),
    ] {
        assert_eq!(answer.status, status, "{answer:?}");
        let line = server.line(answer.request_id()).await;
        assert!(line.contains(r#""caller":"plain (possessor: root)""#), "{line}");
    }
}
