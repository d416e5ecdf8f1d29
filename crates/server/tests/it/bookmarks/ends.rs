//! What ends a page that is kept open, and what does not.

use portreeve_crypt::TotpSecret;
use portreeve_store::Authority;
use portreeve_testkit::TestServer;
use portreeve_types::Subject;

use super::{KEPT, Kept, keep};
use crate::support::*;

const STRONG: &str = "correct horse battery staple";

async fn kept_by_plain(server: &TestServer) -> Kept {
    keep(server, Cpanel, "plain", "api-tokens").await
}

#[tokio::test]
async fn a_kept_page_lasts_ninety_days() {
    on_each_database(async |server| {
        let (kept, client) = (kept_by_plain(&server).await, server.client(Cpanel));
        server.pass_seconds(90 * 86_400 - 1);
        server.store().upkeep().await.unwrap();
        assert!(kept.lives(&client, KEPT).await);
        server.pass_seconds(1);
        assert!(!kept.lives(&client, KEPT).await);
        server.store().upkeep().await.unwrap();
        assert!(!kept.lives(&client, KEPT).await);
    })
    .await;
}

#[tokio::test]
async fn another_password_or_second_factor_ends_it() {
    on_each_database(async |server| {
        let client = server.client(Cpanel);
        let kept = kept_by_plain(&server).await;
        let session = server.session(Cpanel, "plain").await;
        let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        let code = secret.parse::<TotpSecret>().unwrap().code_at_step(TotpSecret::step_of(server.now()));
        let fields = [("secret", secret), ("tfa_token", &code)];
        let set = session.post("/execute/TwoFactorAuth/set_user_configuration").form(&fields).send().await;
        assert_eq!(set.json()["status"], 1, "{set:?}");
        assert!(!kept.lives(&client, KEPT).await);
        // not only because it was kept without a code: it is gone
        let plain = server.store().account(&"plain".parse().unwrap()).await.unwrap().expect("plain");
        let left = server.store().kept_pages_of(Subject::Account(plain.id)).await.unwrap();
        assert!(left.is_empty(), "{}", left.len());

        let mail = keep(&server, Webmail, "user@plain.example", "start").await;
        let webmail = server.client(Webmail);
        assert!(mail.lives(&webmail, "/go/start").await);
        let own = server.session(Webmail, "user@plain.example").await;
        let fields = [("oldpass", "mailpass"), ("newpass", STRONG)];
        let changed = own.post("/execute/UserManager/change_password").form(&fields).send().await;
        assert_eq!(changed.json()["status"], 1, "{changed:?}");
        assert!(own.lives().await, "the session that changed it stays");
        assert!(!mail.lives(&webmail, "/go/start").await, "and no page does");
    })
    .await;
}

#[tokio::test]
async fn suspension_and_removal_end_it_for_the_account_and_its_mailboxes() {
    on_each_database(async |server| {
        let plain = server.store().account(&"plain".parse().unwrap()).await.unwrap().expect("plain");
        let kept = kept_by_plain(&server).await;
        let mail = keep(&server, Webmail, "user@plain.example", "start").await;
        let others = keep(&server, Cpanel, "cptest", "api-tokens").await;
        let store = server.store();
        assert!(store.suspend_account(plain.id, "a reason", false, Authority::Owner).await.unwrap());
        assert!(!kept.lives(&server.client(Cpanel), KEPT).await);
        assert!(store.unsuspend_account(plain.id, Authority::Owner).await.unwrap());
        assert!(!kept.lives(&server.client(Cpanel), KEPT).await, "it does not come back");
        assert!(!mail.lives(&server.client(Webmail), "/go/start").await);
        assert!(others.lives(&server.client(Cpanel), KEPT).await);

        let (kept, mail) =
            (kept_by_plain(&server).await, keep(&server, Webmail, "user@plain.example", "start").await);
        assert!(store.remove_account(plain.id).await.unwrap());
        assert!(!kept.lives(&server.client(Cpanel), KEPT).await);
        assert!(!mail.lives(&server.client(Webmail), "/go/start").await);
    })
    .await;
}

#[tokio::test]
async fn logging_out_of_its_session_does_not_end_it_and_logging_out_everywhere_does() {
    let server = TestServer::start().await;
    let (kept, client) = (kept_by_plain(&server).await, server.client(Cpanel));
    let (session, other) = (server.session(Cpanel, "plain").await, server.session(Cpanel, "plain").await);
    assert_eq!(other.get("/logout/").send().await.status, 200);
    assert!(kept.lives(&client, KEPT).await);
    let out = session.post("/security/sessions").form(&[("action", "end_others")]).send().await;
    assert!(out.text().contains("logged out everywhere else"), "{out:?}");
    assert!(!kept.lives(&client, KEPT).await);
    assert!(session.lives().await);
}

#[tokio::test]
async fn what_the_policies_demand_of_a_login_they_demand_of_a_kept_page() {
    let server = TestServer::start().await;
    let (kept, client) = (kept_by_plain(&server).await, server.client(Cpanel));
    for policy in ["SecurityPolicy::PasswordStrength", "SecurityPolicy::SourceIPCheck"] {
        assert!(kept.lives(&client, KEPT).await, "{policy}");
        server.set(policy, "1").await;
        assert!(!kept.lives(&client, KEPT).await, "{policy}");
        server.set(policy, "0").await;
    }
    server.set("SecurityPolicy::PasswordAge", "1").await;
    assert!(kept.lives(&client, KEPT).await);
    server.set("SecurityPolicy::PasswordAge::maxage", "1").await;
    server.pass_seconds(86_400);
    assert!(!kept.lives(&client, KEPT).await);
}
