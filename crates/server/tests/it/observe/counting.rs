//! Each number moves when the thing is done that it counts, and not otherwise.

use std::future::ready;
use std::time::Duration;

use portreeve_testkit::{Call, Client, TestServer};

use super::{moved, scrape};
use crate::support::*;

/// A request to cPanel's TLS port, the status class of its answer, and what the gate said.
struct Case {
    what: &'static str,
    call: Call,
    status: &'static str,
    gate: &'static str,
}

async fn done(call: Call) {
    let _ = call.send().await;
}

/// That only these moved, by one each; what the passwords took aside.
#[track_caller]
fn assert_moved(what: &str, moved: &[(String, f64)], expected: &[&str]) {
    let names: Vec<&str> = moved
        .iter()
        .filter(|(name, _)| !name.starts_with("password_") && !name.starts_with("audit_"))
        .map(|(name, change)| {
            assert_eq!(*change, 1.0, "{what}: {name}");
            name.as_str()
        })
        .collect();
    assert_eq!(names, expected, "{what}");
}

#[tokio::test]
async fn what_the_gate_says_is_counted_by_its_kind() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let session = server.session(Cpanel, "plain").await;
    let list = |user: &str, password: &str| client.get(LIST_POPS).basic(user, password);
    let (right, wrong) = (server.code("cptest"), server.wrong_code("cptest"));
    let elsewhere = client.from("127.0.0.8");
    let case = |what, call, status, gate| Case { what, call, status, gate };
    let cases = [
        case("a password", list("plain", "plainpass"), "2xx", "admitted"),
        case("a session", session.get(LIST_POPS), "2xx", "admitted"),
        case("nothing", client.get(LIST_POPS), "4xx", "no_credential"),
        case("nonsense", client.get(LIST_POPS).header("Authorization", "Basic !"), "4xx", "malformed"),
        case("a wrong password", list("plain", "wrong"), "4xx", "wrong_credential"),
        case("nobody's", list("stranger", "wrong"), "4xx", "wrong_credential"),
        case("no code", list("cptest", "blahblah"), "4xx", "code_missing"),
        case("a wrong code", list("cptest", "blahblah").code(&wrong), "4xx", "code_wrong"),
        case("a code", list("cptest", "blahblah").code(&right), "2xx", "admitted"),
        case(
            "a used code",
            elsewhere.get(LIST_POPS).basic("cptest", "blahblah").code(&right),
            "4xx",
            "code_reused",
        ),
        case("no security token", session.with_cookie(client.get(LIST_POPS)), "4xx", "security_token"),
        case("a page by password", client.get("/").basic("plain", "plainpass"), "4xx", "not_for_pages"),
        case(
            "another site",
            list("plain", "plainpass").header("Sec-Fetch-Site", "cross-site"),
            "4xx",
            "cross_site",
        ),
    ];
    for Case { what, call, status, gate } in cases {
        let moved = moved(&server, done(call)).await;
        let gate = format!("gate_outcomes_total{{outcome=\"{gate}\"}}");
        let request = format!("http_requests_total{{service=\"cpanel\",status=\"{status}\"}}");
        assert_moved(what, &moved, &[&gate, &request]);
    }
    let guess = || client.from("127.0.0.77").get(LIST_POPS).basic("asder", "wrong");
    while guess().send().await.retry_after().is_none() {}
    let throttled = moved(&server, done(guess())).await;
    let request = "http_requests_total{service=\"cpanel\",status=\"4xx\"}";
    assert_moved("throttled", &throttled, &["gate_outcomes_total{outcome=\"throttled\"}", request]);
    let place = moved(&server, done(server.client(Whm).get(VERSION).basic("plain", "plainpass"))).await;
    let request = "http_requests_total{service=\"whm\",status=\"4xx\"}";
    assert_moved("another port", &place, &["gate_outcomes_total{outcome=\"place\"}", request]);
}

#[tokio::test]
async fn logins_are_counted_by_how_they_end() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let form = |fields: &[(&str, &str)]| client.post("/login/?login_only=1").form(fields);
    let cases = [
        ("opened", "2xx", form(&[("user", "plain"), ("pass", "plainpass")])),
        ("wrong_credential", "4xx", form(&[("user", "plain"), ("pass", "wrong")])),
        ("code_missing", "4xx", form(&[("user", "cptest"), ("pass", "blahblah")])),
        (
            "code_wrong",
            "4xx",
            form(&[("user", "cptest"), ("pass", "blahblah"), ("tfa_token", &server.wrong_code("cptest"))]),
        ),
        ("no_login", "4xx", form(&[("tfa_token", "123456")])),
        ("no_user", "4xx", form(&[])),
        ("no_link", "4xx", client.get("/login/?session=plain:create_user_session,nonsense")),
    ];
    for (outcome, status, call) in cases {
        let moved = moved(&server, done(call)).await;
        let login = format!("logins_total{{outcome=\"{outcome}\"}}");
        let request = format!("http_requests_total{{service=\"cpanel\",status=\"{status}\"}}");
        assert_moved(outcome, &moved, &[&request, &login]);
    }
    // looking at the form is no login
    let looked = moved(&server, done(client.get("/login/"))).await;
    assert_moved("a look", &looked, &["http_requests_total{service=\"cpanel\",status=\"2xx\"}"]);
}

#[tokio::test]
async fn what_is_no_request_is_counted_by_what_is_wrong_with_it() {
    let server = TestServer::start().await;
    let client = server.plain_client(Webmail);
    let request = "http_requests_total{service=\"webmail\",status=\"4xx\"}";
    for (reason, bytes) in [
        ("host_missing", &b"GET / HTTP/1.1\r\n\r\n"[..]),
        ("bare_line_feed", b"GET / HTTP/1.1\nHost: a\r\n\r\n"),
        (
            "length_and_chunked",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        ),
        ("method", b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ] {
        let sent = async {
            let answer = client.raw(bytes).await;
            assert!(answer.status >= 400, "{answer:?}");
        };
        let moved = moved(&server, sent).await;
        let refusal = format!("http_refusals_total{{reason=\"{reason}\"}}");
        assert_moved(reason, &moved, &[&refusal, request]);
    }
}

/// The number of this sample, once it is as expected, or after a second as it is.
async fn eventually(server: &TestServer, name: &str, expected: f64) {
    let mut last = f64::NAN;
    for _ in 0..50 {
        last = scrape(server).await[name];
        if last == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{name} is {last}, not {expected}");
}

#[tokio::test]
async fn connections_are_counted_while_they_are_open_and_when_they_are_refused() {
    let server = TestServer::builder().connections(3).connections_per_address(2).start().await;
    let ports = "portreeve_connections_open{entrance=\"ports\"}";
    let socket = "portreeve_connections_open{entrance=\"api_socket\"}";
    assert_eq!(moved(&server, ready(())).await, []);
    let client: Client = server.plain_client(Cpanel);
    let held = [client.connect().await, client.connect().await];
    let program = server.socket_client().connect().await;
    eventually(&server, ports, 2.0).await;
    eventually(&server, socket, 1.0).await;
    assert_eq!(client.connect().await.read(false).await.status, 429);
    let _third = client.from("127.0.0.9").connect().await;
    eventually(&server, ports, 3.0).await;
    assert_eq!(client.from("127.0.0.10").connect().await.read(false).await.status, 503);
    let numbers = scrape(&server).await;
    assert_eq!(numbers["portreeve_connections_refused_total{limit=\"connections_per_address\"}"], 1.0);
    assert_eq!(numbers["portreeve_connections_refused_total{limit=\"connections\"}"], 1.0);
    drop((held, program));
    eventually(&server, ports, 1.0).await;
    eventually(&server, socket, 0.0).await;
}

#[tokio::test]
async fn a_password_is_counted_when_it_is_hashed_and_an_entry_of_the_trail_when_it_is_written() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let call = || client.get(LIST_POPS).basic("plain", "plainpass");
    let first = moved(&server, done(call())).await;
    let again = moved(&server, done(call())).await;
    let verified = ("password_verifications_total".to_owned(), 1.0);
    assert!(first.contains(&verified) && !again.contains(&verified), "{first:?} {again:?}");
    // the first use of the credential is an entry too, written beside the calls
    server.store().upkeep().await.unwrap();
    let before = server.store().own_trail_head().await.unwrap().unwrap().sequence;
    let awaited = (before + 1).to_string();
    server.set("otp.window", "2").await;
    // what the records say is asked for once a second
    for _ in 0..100 {
        if scrape(&server).await["portreeve_audit_trail_sequence"].to_string() == awaited {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the entry was not counted");
}
