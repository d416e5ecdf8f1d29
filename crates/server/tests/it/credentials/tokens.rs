//! API tokens: `Authorization: whm USER:TOKEN` and `cpanel USER:TOKEN`.

use portreeve_store::Authority;
use portreeve_testkit::{Response, TestServer};
use portreeve_types::Service;

use crate::support::*;

/// A fresh cPanel token of `plain`, made through the API.
async fn cpanel_token(server: &TestServer, expires_at: Option<i64>) -> String {
    let session = server.session(Cpanel, "plain").await;
    let mut fields = vec![("name", "script")];
    let expires_at = expires_at.map(|at| at.to_string());
    fields.extend(expires_at.as_deref().map(|at| ("expires_at", at)));
    let answer = session.post("/execute/Tokens/create_full_access").form(&fields).send().await;
    let token = answer.json()["data"]["token"].as_str().expect("a token").to_owned();
    assert!(
        token.len() == 32 && token.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()),
        "{token}"
    );
    token
}

async fn call(server: &TestServer, service: Service, path: &str, authorization: &str) -> Response {
    server.client(service).get(path).header("Authorization", authorization).send().await
}

#[tokio::test]
async fn a_whm_token_serves_whm_in_any_case_of_its_scheme() {
    let server = TestServer::start().await;
    for scheme in ["whm", "WHM", "Whm"] {
        let answer = call(&server, Whm, VERSION, &format!("{scheme} asder:{ASDER_TOKEN}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()["metadata"]["result"], 1, "{answer:?}");
    }
    let mut wrong = ASDER_TOKEN.to_owned();
    wrong.replace_range(31.., "9");
    for refused in [
        format!("whm asder:{wrong}"),
        format!("whm root:{ASDER_TOKEN}"),
        format!("whm asder:{}", ASDER_TOKEN.to_lowercase()),
        "whm asder:".to_owned(),
        format!("cpanel asder:{ASDER_TOKEN}"),
    ] {
        assert_json_access_denied(&call(&server, Whm, VERSION, &refused).await);
    }
}

#[tokio::test]
async fn a_cpanel_token_serves_cpanel() {
    let server = TestServer::start().await;
    let token = cpanel_token(&server, None).await;
    for scheme in ["cpanel", "CPANEL", "cPanel"] {
        assert_listed(&call(&server, Cpanel, LIST_POPS, &format!("{scheme} plain:{token}")).await);
    }
    assert_access_denied(&call(&server, Cpanel, LIST_POPS, &format!("cpanel cptest:{token}")).await);
    assert_access_denied(&call(&server, Cpanel, LIST_POPS, &format!("whm plain:{token}")).await);
}

#[tokio::test]
async fn a_token_is_refused_on_every_port_but_its_own() {
    let server = TestServer::start().await;
    let cpanel = format!("cpanel plain:{}", cpanel_token(&server, None).await);
    let whm = format!("whm asder:{ASDER_TOKEN}");
    for (service, credential, path, right) in [
        (Cpanel, &whm, LIST_POPS, Whm),
        (Webmail, &whm, LIST_POPS, Whm),
        (Whm, &cpanel, VERSION, Cpanel),
        (Webmail, &cpanel, LIST_POPS, Cpanel),
    ] {
        let answer = call(&server, service, path, credential).await;
        assert_eq!(answer.status, 403, "{answer:?}");
        assert!(answer.reason.starts_with("Permission denied"), "{answer:?}");
        let hint = format!("wrong port: use {}", server.port(right, true));
        assert!(answer.header("X-Portreeve-Hint").expect("a hint").contains(&hint), "{answer:?}");
    }
    assert_listed(&call(&server, Cpanel, LIST_POPS, &cpanel).await);
    assert_eq!(call(&server, Whm, VERSION, &whm).await.status, 200);
}

#[tokio::test]
async fn a_token_needs_no_code_and_ignores_one() {
    let server = TestServer::start().await;
    let token = server.client(Whm).get(VERSION).header("Authorization", &format!("whm asder:{ASDER_TOKEN}"));
    assert_eq!(token.clone().send().await.status, 200);
    assert_eq!(token.clone().code(&server.wrong_code("asder")).send().await.status, 200);
    let code = server.code("asder");
    assert_eq!(token.code(&code).send().await.status, 200);
    // it was not used up either: only a code that nobody used opens a session
    assert_logged_in(&log_in_with(&server.client(Whm), "asder", "blah1", &code).await);
}

#[tokio::test]
async fn an_expired_token_is_refused_and_still_listed() {
    let server = TestServer::start().await;
    let credential =
        format!("cpanel plain:{}", cpanel_token(&server, Some(server.now().seconds() + 60)).await);
    assert_listed(&call(&server, Cpanel, LIST_POPS, &credential).await);
    server.pass_seconds(59);
    assert_listed(&call(&server, Cpanel, LIST_POPS, &credential).await);
    server.pass_seconds(1);
    assert_access_denied(&call(&server, Cpanel, LIST_POPS, &credential).await);
    let listed = server.session(Cpanel, "plain").await.get("/execute/Tokens/list").send().await;
    assert_eq!(listed.json()["data"][0]["name"], "script", "{listed:?}");
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once() {
    let server = TestServer::start().await;
    let credential = format!("cpanel plain:{}", cpanel_token(&server, None).await);
    assert_listed(&call(&server, Cpanel, LIST_POPS, &credential).await);
    let revoked = call(&server, Cpanel, "/execute/Tokens/revoke?name=script", &credential).await;
    assert_eq!(revoked.json()["data"], 1, "{revoked:?}");
    assert_access_denied(&call(&server, Cpanel, LIST_POPS, &credential).await);
}

#[tokio::test]
async fn a_suspended_accounts_token_is_refused() {
    let server = TestServer::start().await;
    let credential = format!("whm asder:{ASDER_TOKEN}");
    assert_eq!(call(&server, Whm, VERSION, &credential).await.status, 200);
    let asder = server.store().account(&"asder".parse().unwrap()).await.unwrap().unwrap();
    server.store().suspend_account(asder.id, "a reason", false, Authority::Owner).await.unwrap();
    assert_json_access_denied(&call(&server, Whm, VERSION, &credential).await);
}
