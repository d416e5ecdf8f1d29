//! Uses of credentials: in a header, of a right token that is refused, and of a password without its code.

use portreeve_testkit::{Call, TestServer};
use serde_json::{Value, json};

use super::{events, left_by};
use crate::support::*;

const ELSEWHERE: &str = "127.0.0.9";

fn with_token(server: &TestServer, from: &str) -> Call {
    let whm = server.client(Whm).from(from);
    whm.get(VERSION).header("Authorization", &format!("whm asder:{ASDER_TOKEN}"))
}

/// Calls so many times; what the first of them left.
async fn left_by_calls(server: &TestServer, call: Call, times: usize) -> Vec<Value> {
    let calls = async {
        for _ in 0..times {
            assert_eq!(call.clone().send().await.status, 200);
        }
    };
    left_by(server, calls).await
}

#[tokio::test]
async fn a_headers_credential_is_told_of_once_an_hour_and_address() {
    on_each_database(async |server: TestServer| {
        let left = left_by_calls(&server, with_token(&server, "127.0.0.1"), 5).await;
        assert_eq!(events(&left), ["credential_used"]);
        let by = &left[0]["entry"]["by"];
        let name = by["token"].as_str().unwrap();
        assert!(!name.is_empty() && name != ASDER_TOKEN, "{by}");
        assert_eq!((&by["who"], &by["means"]), (&json!("asder"), &json!("token")));
        assert_eq!((&by["address"], &by["service"]), (&json!("127.0.0.1"), &json!("whm")));
        assert_eq!(by["request"].as_str().map(str::len), Some(16));
        server.pass_seconds(3599);
        assert!(left_by_calls(&server, with_token(&server, "127.0.0.1"), 1).await.is_empty());
        let left = left_by_calls(&server, with_token(&server, ELSEWHERE), 2).await;
        assert_eq!(left[0]["entry"]["by"]["address"], ELSEWHERE);
        assert_eq!(left.len(), 1);
        server.pass_seconds(1);
        assert_eq!(left_by_calls(&server, with_token(&server, "127.0.0.1"), 2).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn each_kind_of_credential_is_told_of_for_itself_and_a_session_is_none() {
    let server = TestServer::start().await;
    let hash = server.account("root").access_hash.clone().unwrap();
    let (whm, cpanel) = (server.client(Whm), server.client(Cpanel));
    let code = server.code("cptest");
    for (call, who, means, more) in [
        (cpanel.get(LIST_POPS).basic("plain", "plainpass"), "plain", "password", None),
        (
            cpanel.get(LIST_POPS).basic("cptest", "blahblah").code(&code),
            "cptest",
            "password_and_code",
            Some("code_accepted"),
        ),
        (whm.get(VERSION).header("Authorization", &format!("WHM root:{hash}")), "root", "access_hash", None),
    ] {
        let mut left = left_by_calls(&server, call, 2).await;
        let used = left.iter().position(|entry| entry["event"] == "credential_used").unwrap();
        let by = left.remove(used)["entry"]["by"].take();
        assert_eq!((&by["who"], &by["means"]), (&json!(who), &json!(means)));
        assert_eq!(events(&left), more.into_iter().collect::<Vec<_>>(), "{who}");
    }
    let session = server.session(Cpanel, "plain").await;
    assert!(left_by_calls(&server, session.get(LIST_POPS), 2).await.is_empty());
    // who is not let in has used nothing
    let left = left_by(&server, cpanel.get(LIST_POPS).basic("cptest", "blahblah").send()).await;
    assert!(left.is_empty(), "{left:#?}");
}

#[tokio::test]
async fn a_right_token_that_is_refused_is_told_of_once_an_hour_address_and_reason() {
    let server = TestServer::start().await;
    let session = server.session(Whm, "root").await;
    let create = "/json-api/api_token_create?api.version=1";
    let fields = [("token_name", "narrow"), ("whitelist_ip", "127.0.0.9")];
    let made = session.post(create).form(&fields).send().await.json();
    let token = made["data"]["token"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let call = |client: portreeve_testkit::Client| {
        client.get(VERSION).header("Authorization", &format!("whm root:{token}"))
    };
    let refused = async |call: Call, problem: &str| {
        let left = left_by(&server, async {
            for _ in 0..3 {
                assert_json_access_denied(&call.clone().send().await);
            }
        });
        let left = left.await;
        assert_eq!(events(&left), ["token_refused"], "{problem}");
        let entry = &left[0]["entry"];
        assert_eq!(entry["problem"], problem);
        assert_eq!(entry["by"]["who"], "root");
        assert_eq!(entry["by"]["means"], "token");
        assert_eq!(entry["by"]["token"], "narrow");
    };
    refused(call(server.client(Whm)), "address").await;
    refused(call(server.plain_client(Whm).from("127.0.0.9")), "not_on_tls").await;
    refused(call(server.client(Whm).from("127.0.0.7")), "address").await;
    server.pass_seconds(3600);
    refused(call(server.client(Whm)), "address").await;
    // somebody else who names it has not got its account
    let stranger = server.client(Whm).get(VERSION).header("Authorization", &format!("whm asder:{token}"));
    assert!(left_by(&server, stranger.send()).await.is_empty());
}

#[tokio::test]
async fn a_wrong_code_for_a_token_is_the_tokens() {
    let server = TestServer::start().await;
    let session = server.session(Whm, "asder").await;
    let create = "/json-api/api_token_create?api.version=1";
    let fields = [("token_name", "coded"), ("otp_required", "1")];
    let made = session.post(create).form(&fields).send().await.json();
    let token = made["data"]["token"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let call = server.client(Whm).get(VERSION).header("Authorization", &format!("whm asder:{token}"));
    let left = left_by(&server, call.code(&server.wrong_code("asder")).send()).await;
    assert_eq!(events(&left), ["code_refused"]);
    let by = &left[0]["entry"]["by"];
    assert_eq!((&by["means"], &by["token"]), (&json!("token"), &json!("coded")));
}

#[tokio::test]
async fn each_call_with_the_password_alone_of_somebody_with_a_second_factor_is_told_of() {
    on_each_database(async |server: TestServer| {
        server.set("SecurityPolicy::xml-api", "0").await;
        let call = server.client(Cpanel).get(LIST_POPS).basic("cptest", "blahblah");
        let left = left_by_calls(&server, call.clone(), 3).await;
        let without = "call_without_code";
        assert_eq!(events(&left), ["credential_used", without, without, without]);
        let by = &left[3]["entry"]["by"];
        assert_eq!((&by["who"], &by["means"]), (&json!("cptest"), &json!("password")));
        // an hour is nothing to these, and no other call is one
        assert_eq!(left_by_calls(&server, call, 2).await.len(), 2);
        let with_code = server.client(Cpanel).get(LIST_POPS).basic("cptest", "blahblah");
        let left = left_by_calls(&server, with_code.code(&server.code("cptest")), 1).await;
        assert!(!events(&left).contains(&without), "{left:#?}");
        let other = server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass");
        assert_eq!(events(&left_by_calls(&server, other, 1).await), ["credential_used"]);
    })
    .await;
}
