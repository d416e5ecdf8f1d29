//! `Authorization: Basic` and `X-CPANEL-OTP`.

use portreeve_testkit::TestServer;

use crate::support::*;

#[tokio::test]
async fn a_password_serves_where_there_is_no_second_factor() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    assert_access_denied(&client.get(LIST_POPS).send().await);
    assert_access_denied(&client.get(LIST_POPS).basic("plain", "wrong").send().await);
    assert_access_denied(&client.get(LIST_POPS).basic("nobodyhere", "plainpass").send().await);
    let answer = client.get(LIST_POPS).basic("plain", "plainpass").send().await;
    assert_listed(&answer);
    assert_eq!(answer.set_cookie("cpsession"), None);
}

#[tokio::test]
async fn a_missing_code_is_named_once_the_password_is_proven() {
    let server = TestServer::start().await;
    let cpanel = server.client(Cpanel);
    let answer = cpanel.get(LIST_POPS).basic("cptest", "blahblah").send().await;
    assert_eq!((answer.status, answer.reason.as_str()), (401, "Security code required: send X-CPANEL-OTP"));
    assert!(answer.json()["errors"][0].as_str().expect("an error").contains("X-CPANEL-OTP"), "{answer:?}");
    assert!(answer.header("X-Portreeve-Hint").expect("a hint").contains("X-CPANEL-OTP"), "{answer:?}");
    let whm = server.client(Whm).get(VERSION).basic("asder", "blah1").send().await;
    assert_eq!((whm.status, whm.reason.as_str()), (403, "Security code required: send X-CPANEL-OTP"));
    let reason = whm.json()["cpanelresult"]["data"]["reason"].clone();
    assert!(reason.as_str().expect("a reason").contains("X-CPANEL-OTP"), "{whm:?}");
    // not before: a wrong password is told nothing of a second factor
    assert_access_denied(&cpanel.get(LIST_POPS).basic("cptest", "wrong").send().await);
    assert_access_denied(
        &cpanel.get(LIST_POPS).basic("cptest", "wrong").code(&server.code("cptest")).send().await,
    );
    let code = server.code("cptest");
    assert_listed(&cpanel.get(LIST_POPS).basic("cptest", "blahblah").code(&code).send().await);
    let whm =
        server.client(Whm).get(VERSION).basic("asder", "blah1").code(&server.code("asder")).send().await;
    assert_eq!(whm.status, 200, "{whm:?}");
}

#[tokio::test]
async fn a_wrong_code_is_refused() {
    let server = TestServer::start().await;
    let call = server.client(Cpanel).get(LIST_POPS).basic("cptest", "blahblah");
    let answer = call.clone().code(&server.wrong_code("cptest")).send().await;
    assert_eq!((answer.status, answer.reason.as_str()), (401, "Security code invalid"));
    assert_eq!(answer.json()["errors"][0], "The security code is invalid.");
    assert_listed(&call.code(&server.code("cptest")).send().await);
}

#[tokio::test]
async fn the_scheme_may_be_written_in_any_case() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    for scheme in ["Basic", "basic", "BASIC", "bAsIc"] {
        // plain:plainpass
        let value = format!("{scheme} cGxhaW46cGxhaW5wYXNz");
        assert_listed(&client.get(LIST_POPS).header("Authorization", &value).send().await);
    }
    let unknown = client.get(LIST_POPS).header("Authorization", "Bearer cGxhaW46cGxhaW5wYXNz").send().await;
    assert_access_denied(&unknown);
}

#[tokio::test]
async fn the_first_colon_splits() {
    let server = TestServer::start().await;
    let owner = server.session(Cpanel, "plain").await;
    let changed = owner
        .post("/execute/Email/passwd_pop")
        .form(&[("email", "user"), ("password", "with:colons:inside")])
        .send()
        .await;
    assert_eq!(changed.json()["status"], 1, "{changed:?}");
    let call = server.client(Webmail).get(LIST_POPS);
    assert_access_denied(&call.clone().basic("user@plain.example", "with").send().await);
    assert_listed(&call.basic("user@plain.example", "with:colons:inside").send().await);
}

#[tokio::test]
async fn a_header_wins_over_a_cookie_and_a_security_token() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    // a wrong header is not saved by a right session
    assert_access_denied(&session.get(LIST_POPS).basic("plain", "wrong").send().await);
    // a right header needs neither, and is not harmed by wrong ones
    let call = session.client.get(&format!("/cpsess1234567890{LIST_POPS}")).cookie("cpsession", "nonsense");
    assert_listed(&call.basic("plain", "plainpass").send().await);
    let as_asder = session.get(LIST_POPS).basic("asder", "blah1").code(&server.code("asder")).send().await;
    assert_listed(&as_asder);
    assert_eq!(as_asder.json()["data"][0]["email"], "asder");
    assert!(session.lives().await);
}

#[tokio::test]
async fn another_site_cannot_spend_a_remembered_credential() {
    let server = TestServer::start().await;
    let call = server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass");
    assert_access_denied(&call.clone().header("Sec-Fetch-Site", "cross-site").send().await);
    assert_listed(&call.clone().header("Sec-Fetch-Site", "none").send().await);
    assert_listed(&call.send().await);
}

#[tokio::test]
async fn pages_are_not_for_header_credentials() {
    let server = TestServer::start().await;
    let page = server.client(Cpanel).get("/").basic("plain", "plainpass").send().await;
    assert_eq!(page.status, 401, "{page:?}");
    assert!(page.header("X-Portreeve-Hint").expect("a hint").contains("log in for pages"), "{page:?}");
    assert_eq!(page.set_cookie("cpsession"), None);
    let session = server.session(Cpanel, "plain").await;
    assert_eq!(session.get("/").send().await.status, 200);
}

#[tokio::test]
async fn the_connection_closes_after_a_failed_credential_only() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let mut connection = client.connect().await;
    for _ in 0..3 {
        assert_listed(&client.get(LIST_POPS).basic("plain", "plainpass").send_on(&mut connection).await);
    }
    // nothing of the one before is left for the next
    assert_access_denied(&client.get(LIST_POPS).send_on(&mut connection).await);
    assert!(connection.is_closed().await);
}
