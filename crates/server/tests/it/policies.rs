//! The two security policies and what follows for each carrier (docs/differences.md#api-requests).

use portreeve_testkit::TestServer;

use crate::support::*;

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
