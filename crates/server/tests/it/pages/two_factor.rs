//! "Two-Factor Authentication": set-up, reconfiguring and removal, by the page's own forms.

use portreeve_crypt::TotpSecret;
use portreeve_store::Role;
use portreeve_testkit::{Login, Session, TestServer};
use portreeve_types::{Acl, AclSet};

use super::{element, has, send};
use crate::support::*;

const PAGE: &str = "/security/two-factor";

/// The code of now for a key that a page showed.
fn code(server: &TestServer, key: &str) -> String {
    let secret: TotpSecret = key.parse().expect("a key");
    secret.code_at_step(TotpSecret::step_of(server.now()))
}

/// Sets a second factor up by the page; answers its key.
async fn set_up(server: &TestServer, session: &Session) -> String {
    let page = send(session, PAGE, "set_up", &[]).await;
    let key = element(&page, "key");
    let done =
        send(session, PAGE, "configure", &[("secret", &key), ("tfa_token", &code(server, &key))]).await;
    assert!(element(&done, "done").contains("is configured"), "{done:?}");
    key
}

#[tokio::test]
async fn a_code_of_the_key_on_the_page_sets_it_up_on_every_service() {
    for (service, user) in [(Cpanel, "plain"), (Webmail, "user@plain.example"), (Whm, "root")] {
        let server = TestServer::start().await;
        let session = server.session(service, user).await;
        let page = session.get(PAGE).send().await;
        assert_eq!(page.status, 200, "{user}: {page:?}");
        assert!(element(&page, "two_factor_state").contains("is not configured"), "{user}: {page:?}");
        let key = set_up(&server, &session).await;
        assert_eq!(key.len(), 32, "{user}: 160 bits");
        // the next login asks for a code of that key
        let client = server.client(service);
        let pass = server.password_of(user);
        assert_login_refused(&log_in(&client, user, &pass).await, "tfa_required");
        let code = code(&server, &key);
        let opened = client.login(Login { user, pass: &pass, code: Some(&code) }).send().await;
        assert_logged_in(&opened);
        let again = Session::from_answer(client, service, &opened).expect("a session").get(PAGE).send().await;
        assert!(element(&again, "two_factor_state").contains("is configured"), "{user}: {again:?}");
    }
}

#[tokio::test]
async fn the_page_shows_the_qr_code_the_account_and_the_key() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let page = send(&session, PAGE, "set_up", &[]).await;
    assert_eq!(element(&page, "account"), "plain");
    assert!(has(&page, "qr_code") && page.text().contains("<path d=\"M"), "{page:?}");
    assert!(page.text().contains("autocomplete=\"one-time-code\""), "{page:?}");
    assert!(!page.text().contains("<script"), "{page:?}");
}

#[tokio::test]
async fn a_wrong_code_keeps_the_key_and_points_to_the_clock() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let page = send(&session, PAGE, "set_up", &[]).await;
    let key = element(&page, "key");
    let again = send(&session, PAGE, "configure", &[("secret", &key), ("tfa_token", "000000")]).await;
    let error = element(&again, "error");
    assert!(error.contains("The security code is invalid") && error.contains("UTC"), "{error}");
    assert_eq!(element(&again, "key"), key);
    let page = session.get(PAGE).send().await;
    assert!(element(&page, "two_factor_state").contains("is not configured"), "{page:?}");
}

#[tokio::test]
async fn it_is_reconfigured_and_removed_in_a_session_that_gave_a_code() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "cptest").await;
    let page = session.get(PAGE).send().await;
    assert!(page.text().contains("stops working"), "the warning: {page:?}");
    let key = set_up(&server, &session).await;
    assert_ne!(key, server.account("cptest").secret.clone().expect("a secret").as_str());
    let removed = send(&session, PAGE, "remove", &[]).await;
    assert!(element(&removed, "two_factor_state").contains("is not configured"), "{removed:?}");
    assert_logged_in(&log_in(&server.client(Cpanel), "cptest", "blahblah").await);
}

#[tokio::test]
async fn a_form_without_the_security_token_changes_nothing() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "cptest").await;
    let forged = server.client(Cpanel).post(PAGE).form(&[("action", "remove")]);
    let refused = session.with_cookie(forged).send().await;
    assert_eq!(refused.status, 401, "{refused:?}");
    // nor does a link, which could be put anywhere
    let link = session.get(&format!("{PAGE}?action=remove")).send().await;
    assert!(element(&link, "two_factor_state").contains("is configured"), "{link:?}");
    let own = send(&session, PAGE, "remove", &[]).await;
    assert!(element(&own, "two_factor_state").contains("is not configured"), "{own:?}");
}

#[tokio::test]
async fn new_recovery_codes_come_from_the_page_of_every_service() {
    for (service, user) in [(Cpanel, "cptest"), (Webmail, "tfa@plain.example"), (Whm, "asder")] {
        let server = TestServer::start().await;
        let session = server.session(service, user).await;
        let made = send(&session, PAGE, "recovery_codes", &[]).await;
        assert!(has(&made, "recovery_codes"), "{user}: {made:?}");
        assert_eq!(made.text().matches("<li><code>").count(), 10, "{user}: {made:?}");
        let page = session.get(PAGE).send().await;
        assert_eq!(element(&page, "recovery_codes_left"), "Unused recovery codes: 10.", "{user}");
    }
}

#[tokio::test]
async fn a_reseller_without_privileges_over_accounts_sees_and_removes_its_own_factor_and_no_other() {
    let server = TestServer::start().await;
    let store = server.store();
    let asder = store.account(&"asder".parse().unwrap()).await.unwrap().expect("asder");
    let role = Role::Reseller(AclSet::NONE.with(Acl::ListAccts));
    assert!(store.set_account_role(asder.id, role).await.unwrap());
    let session = server.session(Whm, "asder").await;
    let page = session.get(PAGE).send().await;
    assert!(element(&page, "two_factor_state").contains("is configured"), "{page:?}");
    assert!(!has(&page, "users"), "nobody else's are listed: {page:?}");
    for call in [
        "get_user_configs?api.version=1",
        "get_user_configs?api.version=1&user=plain",
        "remove_user_config?api.version=1&user-0=asder&user-1=plain",
    ] {
        let refused = session.get(&format!("/json-api/twofactorauth_{call}")).send().await;
        let reason = &refused.json()["metadata"]["reason"];
        assert_eq!(reason, "Permission denied: this function needs the privilege “create-acct”.", "{call}");
    }
    let removed = send(&session, PAGE, "remove", &[]).await;
    assert!(element(&removed, "two_factor_state").contains("is not configured"), "{removed:?}");
}
