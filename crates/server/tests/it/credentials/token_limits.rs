//! What API tokens can be limited to, and what they cannot do themselves.

use portreeve_testkit::{Call, Response, Session, TestServer};
use serde_json::{Value, json};

use crate::support::*;

const CREATE: &str = "/json-api/api_token_create?api.version=1";
const UPDATE: &str = "/json-api/api_token_update?api.version=1";
const LIST: &str = "/json-api/api_token_list?api.version=1";

/// Calls a WHM function in a session and answers its data.
async fn whm(session: &Session, path: &str, fields: &[(&str, &str)]) -> Value {
    let answer = session.post(path).form(fields).send().await;
    assert_eq!(answer.json()["metadata"]["result"], 1, "{answer:?}");
    answer.json()["data"].clone()
}

/// A WHM token of the reseller's, and the session that made it.
async fn whm_token(server: &TestServer, fields: &[(&str, &str)]) -> (Session, String) {
    let session = server.session(Whm, "asder").await;
    let made = whm(&session, CREATE, &[&[("token_name", "limited")], fields].concat()).await;
    (session, made["token"].as_str().expect("a token").to_owned())
}

fn with_token(call: Call, token: &str) -> Call {
    call.header("Authorization", &format!("whm asder:{token}"))
}

/// Asserts the refusal that says nothing to the caller, and what the log has instead.
async fn assert_refused_with_a_note(server: &TestServer, answer: &Response, note: &str) {
    assert_json_access_denied(answer);
    assert_eq!(answer.reason, "Forbidden Access denied", "{answer:?}");
    assert_eq!(answer.header("X-Portreeve-Hint"), None, "{answer:?}");
    let line: Value = serde_json::from_str(&server.line(answer.header("X-Request-Id").expect("an id")).await)
        .expect("a line of JSON");
    let noted = format!("{note} (troubleshooting.md#token-refused)");
    assert_eq!((&line["hint"], &line["caller"]), (&json!(noted), &json!("asder")), "{line}");
}

#[tokio::test]
async fn a_token_is_good_from_its_networks_only() {
    let server = TestServer::start().await;
    let networks = [("whitelist_ip-0", "127.0.7.0/24"), ("whitelist_ip-1", "2001:db8::1")];
    let (session, token) = whm_token(&server, &networks).await;
    let client = server.client(Whm);
    let inside = with_token(client.from("127.0.7.9").get(VERSION), &token).send().await;
    assert_eq!(inside.status, 200, "{inside:?}");
    let outside = with_token(client.get(VERSION), &token).send().await;
    assert_refused_with_a_note(&server, &outside, "the API token is not good from this address").await;
    // `any` takes the limit back, at once
    let cleared = whm(&session, UPDATE, &[("token_name", "limited"), ("whitelist_ip", "any")]).await;
    assert_eq!(cleared["whitelist_ips"], Value::Null);
    assert_eq!(with_token(client.get(VERSION), &token).send().await.status, 200);
}

#[tokio::test]
async fn a_token_with_networks_is_good_on_tls_only() {
    let server = TestServer::start().await;
    let (_, token) = whm_token(&server, &[("whitelist_ip", "127.0.0.0/8")]).await;
    assert_eq!(with_token(server.client(Whm).get(VERSION), &token).send().await.status, 200);
    let plain = with_token(server.plain_client(Whm).get(VERSION), &token).send().await;
    let note = "the API token is limited to addresses and therefore good on TLS only";
    assert_refused_with_a_note(&server, &plain, note).await;
    let unlimited = with_token(server.plain_client(Whm).get(VERSION), ASDER_TOKEN).send().await;
    assert_eq!(unlimited.status, 200, "{unlimited:?}");
}

#[tokio::test]
async fn an_expired_token_is_refused_without_a_word_of_why() {
    let server = TestServer::start().await;
    let end = (server.now().seconds() + 60).to_string();
    let (_, token) = whm_token(&server, &[("expires_at", &end)]).await;
    assert_eq!(with_token(server.client(Whm).get(VERSION), &token).send().await.status, 200);
    server.pass_seconds(60);
    let expired = with_token(server.client(Whm).get(VERSION), &token).send().await;
    assert_refused_with_a_note(&server, &expired, "the API token has expired").await;
    // who does not know whose it is learns less
    let other = server.client(Whm).get(VERSION).header("Authorization", &format!("whm root:{token}"));
    assert_json_access_denied(&other.send().await);
}

#[tokio::test]
async fn a_token_that_needs_a_code_is_refused_without_one_as_basic_is() {
    let server = TestServer::start().await;
    let (session, token) = whm_token(&server, &[("otp_required", "1")]).await;
    let call = || with_token(server.client(Whm).get(VERSION), &token);
    server.pass_seconds(60);
    let missing = call().send().await;
    assert_eq!(missing.status, 403, "{missing:?}");
    assert_eq!(missing.reason, "Security code required: send X-CPANEL-OTP", "{missing:?}");
    let wrong = call().code(&server.wrong_code("asder")).send().await;
    assert_eq!((wrong.status, wrong.reason.as_str()), (403, "Security code invalid"), "{wrong:?}");
    // the header's ledger: again from the same address, never from another
    let code = server.code("asder");
    for _ in 0..2 {
        assert_eq!(call().code(&code).send().await.status, 200);
    }
    let elsewhere = with_token(server.client(Whm).from("127.0.0.9").get(VERSION), &token);
    let elsewhere = elsewhere.code(&code).send().await;
    assert!(elsewhere.reason.starts_with("Security code already used"), "{elsewhere:?}");
    // without both it is still a token: it changes no second factor
    let remove = "/json-api/twofactorauth_remove_user_config?api.version=1&user=asder";
    let kept = with_token(server.client(Whm).get(remove), &token).code(&code).send().await;
    let why = "Failed to remove user configuration: an API token cannot change a second factor.";
    assert_eq!(kept.json()["data"]["failed"]["asder"], why, "{kept:?}");
    // once the owner has no second factor, nobody can give what the token needs
    server.pass_seconds(60);
    whm(&session, "/json-api/twofactorauth_remove_user_config?api.version=1", &[("user", "asder")]).await;
    let note = "the API token needs a security code and its owner has no second factor";
    assert_refused_with_a_note(&server, &call().code(&server.code("asder")).send().await, note).await;
}

#[tokio::test]
async fn wrong_codes_beside_a_token_are_counted_with_all_others() {
    let server = TestServer::start().await;
    let (_, token) = whm_token(&server, &[("otp_required", "1")]).await;
    let mut evaluated = 0;
    for _ in 0..8 {
        let call = with_token(server.client(Whm).get(VERSION), &token).code(&server.wrong_code("asder"));
        evaluated += usize::from(call.send().await.reason == "Security code invalid");
    }
    assert_eq!(evaluated, 5);
    let basic = server.client(Whm).get(VERSION).basic("asder", "blah1").code(&server.code("asder"));
    let waiting = basic.send().await;
    assert!(waiting.status == 403 && waiting.retry_after().is_some(), "{waiting:?}");
}

#[tokio::test]
async fn a_token_has_no_more_than_its_privileges_and_never_more_than_its_owner() {
    let server = TestServer::start().await;
    let (session, token) = whm_token(&server, &[("acl-0", "list-accts"), ("acl-1", "kill-acct")]).await;
    let result = async |path: &str| {
        let answer = with_token(server.client(Whm).get(path), &token).send().await;
        answer.json()["metadata"]["result"].clone()
    };
    assert_eq!(result("/json-api/listaccts?api.version=1").await, 1);
    assert_eq!(result(LIST).await, 0, "manage-api-tokens was not given");
    // what the owner loses the token loses
    let asder = server.store().account(&"asder".parse().unwrap()).await.unwrap().unwrap();
    let fewer = asder.acls().intersect("kill-acct manage-api-tokens".parse().unwrap());
    server.store().set_account_role(asder.id, portreeve_store::Role::Reseller(fewer)).await.unwrap();
    assert_eq!(result("/json-api/listaccts?api.version=1").await, 0);
    let listed = whm(&session, LIST, &[]).await;
    let acls = &listed["tokens"]["limited"]["acls"];
    assert_eq!((&acls["list-accts"], &acls["kill-acct"]), (&json!(0), &json!(1)), "{listed}");
}

#[tokio::test]
async fn a_token_makes_and_changes_no_tokens() {
    let server = TestServer::start().await;
    let client = server.client(Whm);
    for (path, failed) in [
        (format!("{CREATE}&token_name=more"), "Failed to create the API token"),
        (format!("{UPDATE}&token_name=sandbox"), "Failed to change the API token"),
        (
            "/json-api/uapi_cpanel?api.version=1&cpanel.user=plain&cpanel.module=Tokens\
             &cpanel.function=create_full_access&name=more"
                .to_owned(),
            "Failed to create the API token",
        ),
    ] {
        let answer = with_token(client.get(&path), ASDER_TOKEN).send().await.json();
        let uapi = &answer["data"]["uapi"]["errors"][0];
        let error = uapi.as_str().or(answer["metadata"]["reason"].as_str()).expect("a reason").to_owned();
        assert_eq!(error, format!("{failed}: an API token cannot create or change API tokens."));
    }
    let session = server.session(Cpanel, "plain").await;
    let made = session.post("/execute/Tokens/create_full_access").form(&[("name", "own")]).send().await;
    let token = made.json()["data"]["token"].as_str().expect("a token").to_owned();
    for path in ["create_full_access?name=more", "rename?name=own&new_name=more"] {
        let call = server.client(Cpanel).get(&format!("/execute/Tokens/{path}"));
        let answer = call.header("Authorization", &format!("cpanel plain:{token}")).send().await;
        let error = answer.json()["errors"][0].as_str().expect("an error").to_owned();
        assert!(error.ends_with("an API token cannot create or change API tokens."), "{error}");
    }
    // its owner can
    let renamed =
        session.post("/execute/Tokens/rename").form(&[("name", "own"), ("new_name", "more")]).send().await;
    assert_eq!(
        (&renamed.json()["status"], &renamed.json()["data"]),
        (&json!(1), &Value::Null),
        "{renamed:?}"
    );
    let call = server.client(Cpanel).get(LIST_POPS);
    assert_listed(&call.header("Authorization", &format!("cpanel plain:{token}")).send().await);
}

#[tokio::test]
async fn a_password_alone_makes_no_token_where_there_is_a_second_factor() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::xml-api", "0").await;
    let create = || server.client(Cpanel).get("/execute/Tokens/create_full_access?name=more");
    let alone = create().basic("cptest", "blahblah").send().await;
    let refused = "Failed to create the API token: log in with a security code first.";
    assert_eq!(alone.json()["errors"][0], refused, "{alone:?}");
    let with_code = create().basic("cptest", "blahblah").code(&server.code("cptest")).send().await;
    assert_eq!(with_code.json()["status"], 1, "{with_code:?}");
}

#[tokio::test]
async fn the_last_use_of_a_token_is_known_and_costs_no_query() {
    let server = TestServer::start().await;
    let (session, token) = whm_token(&server, &[]).await;
    let never = whm(&session, LIST, &[]).await;
    assert_eq!(never["tokens"]["limited"]["last_used"], Value::Null, "{never}");
    let client = server.client(Whm).from("127.0.0.5");
    assert_eq!(with_token(client.get(VERSION), &token).send().await.status, 200);
    // the first use from here leaves an entry, written beside the calls
    server.store().upkeep().await.unwrap();
    let before = server.store().queries();
    server.pass_seconds(5);
    assert_eq!(with_token(client.get(VERSION), &token).send().await.status, 200);
    assert_eq!(server.store().queries(), before);
    let used = &whm(&session, LIST, &[]).await["tokens"]["limited"];
    assert_eq!(used["last_used"], server.now().seconds(), "{used}");
    assert_eq!(used["last_used_from"], "127.0.0.5", "{used}");
}

#[tokio::test]
async fn the_answers_of_the_whm_functions_have_the_originals_members() {
    let server = TestServer::start().await;
    let session = server.session(Whm, "asder").await;
    let members = |value: &Value| {
        let mut names: Vec<_> = value.as_object().expect("an object").keys().cloned().collect();
        names.sort();
        names.join(" ")
    };
    let made = whm(&session, CREATE, &[("token_name", "new"), ("acl", "list-accts")]).await;
    assert_eq!(members(&made), "acls create_time expires_at name token whitelist_ips");
    assert_eq!(made["create_time"], server.now().seconds());
    let token = made["token"].as_str().expect("a token").to_owned();
    let details = "acls create_time expires_at last_used last_used_from name otp_required whitelist_ips";
    let listed = whm(&session, LIST, &[]).await;
    assert_eq!(members(&listed["tokens"]), "new sandbox");
    assert_eq!(members(&listed["tokens"]["new"]), details);
    let acls = listed["tokens"]["new"]["acls"].as_object().expect("privileges");
    assert!(acls.values().all(|flag| *flag == 0 || *flag == 1), "{acls:?}");
    assert_eq!(acls.values().filter(|flag| **flag == 1).count(), 1);
    let found =
        whm(&session, "/json-api/api_token_get_details?api.version=1", &[("token", token.as_str())]).await;
    assert_eq!(found, listed["tokens"]["new"]);
    let updated = whm(&session, UPDATE, &[("token_name", "new"), ("new_name", "newer")]).await;
    assert_eq!(members(&updated), "acls create_time expires_at name whitelist_ips");
    assert!(updated["acls"].as_array().expect("a list").len() > 1, "without `acl` it has all: {updated}");
    let revoked = whm(&session, "/json-api/api_token_revoke?api.version=1", &[("token_name", "newer")]).await;
    assert_eq!(revoked, json!({}));
    assert_json_access_denied(&with_token(server.client(Whm).get(VERSION), &token).send().await);
}
