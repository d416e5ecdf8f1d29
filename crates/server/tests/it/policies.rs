//! The two security policies and what follows for each carrier (docs/differences.md#api-requests).

use portreeve_testkit::{Call, TestServer};

use crate::sessions::links::linked;
use crate::support::*;

const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const SWITCH_OFF: &str = "/json-api/twofactorauth_disable_policy?api.version=1";
const LESS: &str = "/json-api/set_tweaksetting?api.version=1&key=SecurityPolicy::xml-api&value=0";

/// What a call of WHM came to: nothing, or the reason of its failure.
async fn outcome(call: Call) -> String {
    let json = call.send().await.json();
    let reason = json["metadata"]["reason"].as_str().expect("a reason").to_owned();
    if json["metadata"]["result"] == 1 { String::new() } else { reason }
}

#[tokio::test]
async fn the_rules_are_changed_by_a_login_with_a_code_and_by_nothing_less() {
    let server = TestServer::start().await;
    let client = server.client(Whm);
    let root = server.session(Whm, "root").await;
    let made = root.get("/json-api/api_token_create?api.version=1&token_name=all").send().await.json();
    let token = format!("whm root:{}", made["data"]["token"].as_str().expect("a token"));
    let link = linked(&server, &root, "root", Whm).await;
    let settle = root.post("/json-api/twofactorauth_set_tfa_config?api.version=1");
    let code = server.code_of(SECRET, 0);
    settle.form(&[("secret", SECRET), ("tfa_token", &code)]).send().await;
    server.pass_seconds(30);
    for change in [SWITCH_OFF, LESS] {
        let by_token = outcome(client.get(change).header("Authorization", &token)).await;
        assert!(by_token.contains("an API token cannot change what is asked"), "{by_token}");
        // neither the link, which has ended with the new factor, nor the session that has given no code of it
        assert_ne!(link.get(change).send().await.status, 200);
        let without = root.get(change).send().await;
        assert!(!without.text().contains("\"result\":1"), "{without:?}");
    }
    server.set("SecurityPolicy::xml-api", "0").await;
    for change in [SWITCH_OFF, LESS] {
        let refused = outcome(root.get(change)).await;
        assert_eq!(refused, "Permission denied: log in with a security code first.");
        assert_eq!(outcome(client.get(change).basic("root", "sandbox")).await, refused);
    }
    let policies = server.store().policies().await.unwrap();
    assert!(policies.two_factor_auth, "nothing was changed");
    let code = server.code_of(SECRET, 0);
    for change in [LESS, SWITCH_OFF] {
        assert_eq!(outcome(client.get(change).basic("root", "sandbox").code(&code)).await, "");
    }
    assert!(!server.store().policies().await.unwrap().two_factor_auth);
}

#[tokio::test]
async fn a_link_changes_no_rule() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    let link = linked(&server, &root, "root", Whm).await;
    let refused = outcome(link.get(SWITCH_OFF)).await;
    assert!(refused.contains("only by its own user, logged in with the password"), "{refused}");
    assert_eq!(outcome(root.get(SWITCH_OFF)).await, "");
}

#[tokio::test]
async fn others_secrets_need_a_code_while_the_policy_is_off_too() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    let read = "/json-api/twofactorauth_get_tfa_config_for_user?api.version=1&user=cptest";
    let fields = [("secret", SECRET), ("tfa_token", &*server.code_of(SECRET, 0))];
    root.post("/json-api/twofactorauth_set_tfa_config?api.version=1").form(&fields).send().await;
    server.set("SecurityPolicy::TwoFactorAuth", "0").await;
    let basic = server.client(Whm).get(read).basic("root", "sandbox");
    let refused = "Failed to read second factors: log in with a security code first.";
    assert_eq!(outcome(basic.clone()).await, refused);
    // a code counts while codes are asked for
    server.set("SecurityPolicy::TwoFactorAuth", "1").await;
    assert_eq!(outcome(basic.code(&server.code_of(SECRET, 0))).await, "");
}

#[tokio::test]
async fn the_second_factor_is_asked_for_as_the_two_policies_say() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    // both policies, then what Basic without a code and a login without one come to
    for (two_factor, xml_api, basic, login) in [
        ("1", "1", 401, "tfa_required"),
        ("1", "0", 200, "tfa_required"),
        ("0", "1", 200, ""),
        ("0", "0", 200, ""),
    ] {
        server.set("SecurityPolicy::TwoFactorAuth", two_factor).await;
        server.set("SecurityPolicy::xml-api", xml_api).await;
        let answer = client.get(LIST_POPS).basic("cptest", "blahblah").send().await;
        assert_eq!(answer.status, basic, "{two_factor} {xml_api}: {answer:?}");
        let answer = log_in(&client, "cptest", "blahblah").await;
        match login {
            "" => assert_logged_in(&answer),
            message => assert_login_refused(&answer, message),
        }
        // a wrong password is wrong under every policy
        assert_access_denied(&client.get(LIST_POPS).basic("cptest", "wrong").send().await);
        assert_listed(&client.get(LIST_POPS).basic("plain", "plainpass").send().await);
    }
}

#[tokio::test]
async fn the_window_is_a_setting() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    server.set("otp.window", "0").await;
    let before = server.code_in("cptest", -1);
    assert_login_refused(&log_in_with(&client, "cptest", "blahblah", &before).await, "tfa_invalid");
    server.set("otp.window", "2").await;
    let before = server.code_in("cptest", -2);
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &before).await);
}

#[tokio::test]
async fn the_length_of_security_tokens_is_a_setting() {
    let server = TestServer::start().await;
    server.set("security_token_digits", "20").await;
    let session = server.session(Cpanel, "plain").await;
    assert_eq!(session.token.len(), "/cpsess".len() + 20);
    assert!(session.lives().await);
}
