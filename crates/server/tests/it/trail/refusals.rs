//! Wrong passwords, codes and answers.

use portreeve_testkit::TestServer;
use serde_json::{Value, json};

use super::{events, left_by};
use crate::support::*;

/// The only entry: its event, and the entry without the request's identity, which is there.
#[track_caller]
fn only(mut left: Vec<Value>) -> (Value, Value) {
    assert_eq!(left.len(), 1, "{left:#?}");
    let mut line = left.remove(0);
    let request = line["entry"]["by"].as_object_mut().unwrap().remove("request");
    assert!(request.is_some_and(|request| request.as_str().is_some_and(|id| id.len() == 16)), "{line}");
    (line["event"].take(), line["entry"].take())
}

#[tokio::test]
async fn a_wrong_password_is_told_of_with_the_name_that_somebody_has() {
    on_each_database(async |server: TestServer| {
        let client = server.client(Cpanel);
        let by = json!({ "means": "unproven", "address": "127.0.0.1", "service": "cpanel" });
        let mailbox = server.account("cptest").mailboxes[0].address.clone();
        for (login, who) in [
            ("plain", json!("plain")),
            (mailbox.as_str(), json!(mailbox)),
            ("root", json!("root")),
            ("nobodyhere", Value::Null),
            ("my-secret-password!", Value::Null),
            ("mypassword@plain.example", Value::Null),
        ] {
            let left = left_by(&server, log_in(&client, login, "wrong")).await;
            assert_eq!(only(left), (json!("password_refused"), json!({ "by": by, "who": who })), "{login}");
            let basic = client.get(LIST_POPS).basic(login, "wrong");
            let left = left_by(&server, basic.send()).await;
            assert_eq!(only(left), (json!("password_refused"), json!({ "by": by, "who": who })), "{login}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_password_that_is_wrong_for_the_owner_and_root_too_is_one_entry() {
    let server = TestServer::start().await;
    server.set("account_login_access", "owner_root").await;
    let client = server.client(Cpanel);
    let left = left_by(&server, log_in(&client, "plain", "wrong")).await;
    assert_eq!(events(&left), ["password_refused"]);
    // and the owner's right one is no failure
    let left = left_by(&server, log_in(&client, "plain", &server.password_of("root"))).await;
    assert!(!events(&left).contains(&"password_refused"), "{left:#?}");
}

#[tokio::test]
async fn a_wrong_code_is_told_of_with_what_was_proven_before() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let wrong = server.wrong_code("cptest");
    let by = json!({ "who": "cptest", "means": "password", "address": "127.0.0.1", "service": "cpanel" });
    let expected = (json!("code_refused"), json!({ "by": by, "who": "cptest" }));
    let mut left = left_by(&server, log_in_with(&client, "cptest", "blahblah", &wrong)).await;
    // the login waits for a right one
    assert_eq!(events(&left), ["code_refused", "password_proven"]);
    left.truncate(1);
    assert_eq!(only(left), expected);
    let basic = client.get(LIST_POPS).basic("cptest", "blahblah").code(&wrong);
    assert_eq!(only(left_by(&server, basic.send()).await), expected);
}

#[tokio::test]
async fn a_password_that_a_function_was_given_is_told_of_with_its_caller() {
    let server = TestServer::start().await;
    let mailbox = server.account("cptest").mailboxes[0].address.clone();
    let session = server.session(Cpanel, "cptest").await;
    let path = format!("/execute/Email/verify_password?email={mailbox}&password=wrong");
    let left = left_by(&server, session.get(&path).send()).await;
    let (event, entry) = only(left);
    assert_eq!(event, "password_refused");
    assert_eq!(entry["who"], mailbox);
    assert_eq!(entry["by"]["who"], "cptest");
    assert_eq!(entry["by"]["means"], "password_and_code");
    assert_eq!(entry["by"]["call"], "UAPI Email::verify_password");
}

#[tokio::test]
async fn what_costs_an_attacker_no_hash_leaves_nothing() {
    let server = TestServer::start().await;
    let whm = server.client(Whm);
    for authorization in [
        "whm asder:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "whm nobodyhere:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "whm asder:short",
        "Basic !!!",
        "Digest x",
    ] {
        let call = whm.get(VERSION).header("Authorization", authorization);
        let left = left_by(&server, call.send()).await;
        assert!(left.is_empty(), "{authorization}: {left:#?}");
    }
    let left = left_by(&server, server.client(Cpanel).get(LIST_POPS).send()).await;
    assert!(left.is_empty(), "{left:#?}");
    // nor does a try that the counters refuse
    let client = server.client(Cpanel);
    let left = left_by(&server, async {
        for _ in 0..8 {
            log_in(&client, "plain", "wrong").await;
        }
    });
    assert_eq!(left.await.len(), 5);
}

#[tokio::test]
async fn a_code_that_was_used_is_told_of_once_an_hour_and_address() {
    on_each_database(async |server: TestServer| {
        let client = server.client(Cpanel);
        let code = server.code("cptest");
        assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &code).await);
        let again = async |client: &portreeve_testkit::Client| {
            for _ in 0..3 {
                let answer = log_in_with(client, "cptest", "blahblah", &code).await;
                assert_login_refused(&answer, "tfa_reused");
            }
        };
        for from in ["127.0.0.1", "127.0.0.7"] {
            let mut left = left_by(&server, again(&client.from(from))).await;
            left.retain(|entry| entry["event"] != "password_proven");
            let by = json!({ "who": "cptest", "means": "password", "address": from, "service": "cpanel" });
            assert_eq!(only(left), (json!("code_reused"), json!({ "by": by, "who": "cptest" })));
        }
        let basic = client.from("127.0.0.8").get(LIST_POPS).basic("cptest", "blahblah").code(&code);
        let left = left_by(&server, basic.send()).await;
        assert_eq!(events(&left), ["code_reused"]);
    })
    .await;
}
