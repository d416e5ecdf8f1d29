//! What ends a session before its time.

use portreeve_store::Authority;
use portreeve_testkit::{Session, TestServer};

use crate::support::*;

#[tokio::test]
async fn logging_out_ends_the_session_and_takes_the_cookie_back() {
    let server = TestServer::start().await;
    for path in ["/logout", "/logout/"] {
        let (session, other) = (server.session(Cpanel, "plain").await, server.session(Cpanel, "plain").await);
        let page = session.get(path).send().await;
        assert_eq!(page.status, 200, "{page:?}");
        assert!(page.text().contains("You have logged out."), "{page:?}");
        assert_eq!(page.header("Clear-Site-Data"), Some(r#""cache", "storage""#), "{page:?}");
        assert!(page.set_cookie("cpsession").expect("the cookie's end").starts_with("cpsession=no;"));
        assert!(!session.lives().await);
        assert!(other.lives().await);
    }
}

#[tokio::test]
async fn a_link_without_the_security_token_logs_nobody_out() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let answer = session.with_cookie(session.client.get("/logout")).send().await;
    assert_eq!(answer.status, 401, "{answer:?}");
    assert!(session.lives().await);
    let nobody = session.client.get("/logout").send().await;
    assert_eq!(nobody.status, 401, "{nobody:?}");
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_of_its_user_and_no_others() {
    let server = TestServer::start().await;
    let mailbox = server.session(Webmail, "user@plain.example").await;
    let (news, owner) =
        (server.session(Webmail, "news@plain.example").await, server.session(Cpanel, "plain").await);
    let changed = owner
        .post("/execute/Email/passwd_pop")
        .form(&[("email", "user@plain.example"), ("password", "another-long-secret")])
        .send()
        .await;
    assert_eq!(changed.json()["status"], 1, "{changed:?}");
    assert!(!mailbox.lives().await);
    assert!(news.lives().await && owner.lives().await);
}

async fn enrol(session: &Session, secret: &str, code: &str) {
    let answer = session
        .post("/execute/TwoFactorAuth/set_user_configuration")
        .form(&[("secret", secret), ("tfa_token", code)])
        .send()
        .await;
    assert_eq!(answer.json()["data"]["tfa_configured"], 1, "{answer:?}");
}

#[tokio::test]
async fn a_new_second_factor_ends_the_users_other_sessions_and_asks_the_acting_one_for_a_code() {
    let server = TestServer::start().await;
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let (acting, other) = (server.session(Cpanel, "plain").await, server.session(Cpanel, "plain").await);
    let webmail = server.session(Webmail, "plain").await;
    enrol(&acting, secret, &server.code_of(secret, 0)).await;
    assert_eq!(other.get(LIST_POPS).send().await.status, 401);
    assert_eq!(webmail.get(LIST_POPS).send().await.status, 401);
    // its pages stay, its calls are answered with the challenge page
    let page = acting.get("/").send().await;
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.text().contains("logged_in_as"), "{page:?}");
    let challenge = acting.get(LIST_POPS).send().await;
    assert_eq!(challenge.status, 200, "{challenge:?}");
    assert!(challenge.text().contains("tfa_login_form"), "{challenge:?}");
    // the code that the page asks for opens a session in its place, whose calls are answered
    let step = |code: &str| {
        acting.with_cookie(acting.client.post("/login/?login_only=1").form(&[("tfa_token", code)]))
    };
    assert_login_refused(&step("000000").send().await, "tfa_invalid");
    let answer = step(&server.code_of(secret, 0)).send().await;
    assert_logged_in(&answer);
    assert_eq!(acting.get(LIST_POPS).send().await.status, 401);
    let new = Session::from_answer(acting.client.clone(), Cpanel, &answer).expect("a session");
    assert_listed(&new.get(LIST_POPS).send().await);
}

#[tokio::test]
async fn with_the_policy_off_the_acting_session_keeps_its_calls() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::xml-api", "0").await;
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let acting = server.session(Cpanel, "plain").await;
    enrol(&acting, secret, &server.code_of(secret, 0)).await;
    assert_listed(&acting.get(LIST_POPS).send().await);
}

#[tokio::test]
async fn removing_the_second_factor_ends_the_other_sessions_and_keeps_the_acting_one() {
    let server = TestServer::start().await;
    let acting = server.session(Cpanel, "cptest").await;
    server.pass_seconds(30);
    let other = server.session(Cpanel, "cptest").await;
    assert!(acting.lives().await && other.lives().await);
    let removed = acting.get("/execute/TwoFactorAuth/remove_user_configuration").send().await;
    assert_eq!(removed.json()["data"]["tfa_removed"], 1, "{removed:?}");
    assert!(acting.lives().await);
    assert_eq!(other.get(LIST_POPS).send().await.status, 401);
    assert_logged_in(&log_in(&acting.client, "cptest", "blahblah").await);
}

#[tokio::test]
async fn an_account_that_goes_or_is_suspended_takes_its_sessions_along() {
    let server = TestServer::start().await;
    let (account, mailbox) =
        (server.session(Cpanel, "plain").await, server.session(Webmail, "user@plain.example").await);
    let plain = server.store().account(&"plain".parse().unwrap()).await.unwrap().unwrap();
    server.store().suspend_account(plain.id, "a reason", false, Authority::Owner).await.unwrap();
    assert_access_denied(&account.get(LIST_POPS).send().await);
    assert_access_denied(&mailbox.get(LIST_POPS).send().await);
    let root = server.session(Whm, "root").await;
    let removed = root.get("/json-api/removeacct?api.version=1&username=plain").send().await;
    assert_eq!(removed.json()["metadata"]["result"], 1, "{removed:?}");
    assert_access_denied(&account.get(LIST_POPS).send().await);
    assert!(root.lives().await);
}
