//! Requests that another site makes its reader's browser send: the session's cookie goes along, its token does not.

use serde_json::json;

use crate::support::*;

/// What a browser says of a request that another site causes.
fn from_elsewhere(call: Call) -> Call {
    call.header("Origin", "https://evil.example").header("Sec-Fetch-Site", "cross-site")
}

async fn exists(server: &TestServer, user: &str) -> bool {
    server.store().account(&user.parse().unwrap()).await.unwrap().is_some()
}

#[tokio::test]
async fn cve_2021_31760_a_form_elsewhere_calls_no_function() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    let fields = [("username", "evil"), ("domain", "evil.example")];
    for path in
        ["/json-api/createacct?api.version=1", "/xml-api/createacct", "/cpsess1234567890/json-api/createacct"]
    {
        for call in [root.client.post(path).form(&fields), root.client.post(path).multipart(&fields)] {
            let call = root.with_cookie(call);
            // with what browsers say, and without it, as old ones do
            assert_refused(&call.clone().send().await);
            assert_refused(&from_elsewhere(call).send().await);
        }
    }
    assert!(!exists(&server, "evil").await);
    assert!(is_done(&root.post("/json-api/createacct?api.version=1").form(&fields).send().await));
    assert!(exists(&server, "evil").await);
}

#[tokio::test]
async fn cve_2021_31762_a_form_elsewhere_makes_no_credential() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    let tokens = async || root.get("/json-api/api_token_list?api.version=1").send().await.text();
    let fields = [("action", "create"), ("new_name", "made"), ("acl", "all"), ("token_name", "made")];
    for path in ["/security/api-tokens", "/json-api/api_token_create?api.version=1", "/go/api-tokens"] {
        let call = root.with_cookie(root.client.post(path).form(&fields));
        for call in [call.clone(), from_elsewhere(call.clone()), call.header("Sec-Fetch-Mode", "navigate")] {
            let answer = call.send().await;
            assert!(answer.status >= 300, "{answer:?}");
        }
    }
    assert!(!tokens().await.contains("made"));
    assert_eq!(root.post("/security/api-tokens").form(&fields).send().await.status, 200);
    assert!(tokens().await.contains("made"));
}

#[tokio::test]
async fn cve_2021_45007_a_body_that_needs_no_leave_to_be_sent_calls_nothing() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let path = "/execute/Email/delete_pop";
    let body = json!({ "email": "news@plain.example" }).to_string();
    let listed = async || session.get(LIST_POPS).send().await.text().contains("news@plain.example");
    for content_type in
        [Some("text/plain"), Some("application/json"), Some("text/plain;application/json"), None]
    {
        for body in
            [body.as_str(), "email=news%40plain.example", "{\"email\":\"news@plain.example\",\"x\":\"=\"}"]
        {
            let call = session.with_cookie(session.client.post(path).body(content_type, body.as_bytes()));
            assert_refused(&call.clone().send().await);
            assert_refused(&from_elsewhere(call).send().await);
        }
    }
    assert!(listed().await);
    assert_done(&session.post(path).body(Some("application/json"), body.as_bytes()).send().await);
    assert!(!listed().await);
}

#[tokio::test]
async fn cve_2021_45008_a_link_elsewhere_changes_nothing() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let listed = async || session.get(LIST_POPS).send().await.text().contains("news@plain.example");
    let navigation = |call: Call| {
        let call = call.header("Sec-Fetch-Mode", "navigate").header("Sec-Fetch-Dest", "document");
        call.header("Sec-Fetch-Site", "cross-site").header("Accept", "text/html")
    };
    let target = "/execute/Email/delete_pop?email=news@plain.example";
    for target in [target, "/logout/", "/logout", "/cpsess1234567890/logout/", "/xferwebmail"] {
        let call = session.with_cookie(session.client.get(target));
        for call in [call.clone(), navigation(call)] {
            let answer = call.send().await;
            assert!(matches!(answer.status, 401 | 403), "{target}: {answer:?}");
        }
    }
    assert!(session.lives().await && listed().await);
    // where security tokens are switched off, what the browser says takes their place
    server.set("security_tokens", "0").await;
    let call = session.with_cookie(session.client.get(target));
    assert_refused(&navigation(call.clone()).send().await);
    assert_refused(&call.clone().header("Origin", "https://evil.example").send().await);
    assert_refused(&call.clone().header("Referer", "https://evil.example/").send().await);
    assert!(listed().await);
    assert_done(&call.header("Sec-Fetch-Site", "same-origin").send().await);
    assert!(!listed().await);
}

#[tokio::test]
async fn plesk_fortbridge_another_sites_script_reads_no_answer() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for path in [LIST_POPS, "/", "/session.js"] {
        let with_token = from_elsewhere(session.get(path)).send().await;
        for field in ["Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"] {
            assert_eq!(with_token.header(field), None, "{with_token:?}");
        }
    }
    // a credential that the browser remembers by itself is spent for no other site
    let remembered = from_elsewhere(session.client.get(LIST_POPS)).basic("plain", "plainpass");
    assert_refused(&remembered.send().await);
    let asked = session.client.call("OPTIONS", LIST_POPS).header("Origin", "https://evil.example");
    let asked = asked.header("Access-Control-Request-Method", "POST").send().await;
    assert_eq!(asked.status, 405, "{asked:?}");
    assert_done(&session.client.get(LIST_POPS).basic("plain", "plainpass").send().await);
}

#[tokio::test]
async fn directadmin_2015_a_login_from_elsewhere_logs_nobody_in_as_somebody_else() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let link = client.get("/login/?user=plain&pass=plainpass");
    assert_opens_nothing(&from_elsewhere(link.clone()).send().await);
    let opened = link.send().await;
    assert!(opened.status == 301 && opened.cookie("cpsession").is_some(), "{opened:?}");
    let cookie = opened.set_cookie("cpsession").unwrap();
    assert!(
        cookie.contains("SameSite=Lax") && cookie.contains("HttpOnly") && cookie.contains("Secure"),
        "{cookie}"
    );
}

#[tokio::test]
async fn cve_2020_36948_a_login_as_somebody_needs_the_makers_own_token() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    let make = "/json-api/create_user_session?api.version=1&user=plain&service=cpaneld";
    for path in ["/xfercpanel/plain", make] {
        for token in ["", "/cpsess1234567890", "/cpsess0"] {
            let answer = root.with_cookie(root.client.get(&format!("{token}{path}"))).send().await;
            assert!(answer.status >= 400 && answer.header("Location").is_none(), "{answer:?}");
            assert!(!answer.text().contains("session="), "{answer:?}");
        }
    }
    // and is for who owns the account, once, for a short time
    let asder = server.session(Whm, "asder").await;
    assert!(!is_done(&asder.get(&make.replace("user=plain", "user=cptest")).send().await));
    let made = asder.get(make).send().await;
    assert!(is_done(&made), "{made:?}");
    let value = made.json()["data"]["session"].as_str().unwrap().to_owned();
    let take = || server.client(Cpanel).post("/login/?login_only=1").form(&[("session", &value)]);
    assert_opened(&take().send().await);
    assert_refused(&take().send().await);
    let late = asder.get(make).send().await.json()["data"]["session"].as_str().unwrap().to_owned();
    server.pass_seconds(15 * 60);
    let late = server.client(Cpanel).post("/login/?login_only=1").form(&[("session", &late)]).send().await;
    assert_refused(&late);
    assert!(root.get("/xfercpanel/plain").send().await.header("Location").is_some());
}
