//! From a session of one service into one of another.

use portreeve_testkit::{Session, TestServer};
use portreeve_types::Service;

use super::links::path;
use crate::support::*;

/// Follows a transfer's redirect.
async fn follow(server: &TestServer, answer: &portreeve_testkit::Response, to: Service) -> Session {
    assert_eq!(answer.status, 302, "{answer:?}");
    let location = answer.header("Location").unwrap();
    assert!(
        location.starts_with(&format!("https://localhost:{}/cpsess", server.port(to, true))),
        "{location}"
    );
    let client = server.client(to);
    let opened = client.get(path(location)).header("Sec-Fetch-Site", "same-site").send().await;
    Session::from_answer(client, to, &opened).unwrap()
}

#[tokio::test]
async fn whm_leads_to_the_cpanel_of_ones_accounts() {
    let server = TestServer::start().await;
    for (user, account) in [("root", "cptest"), ("root", "plain"), ("asder", "plain"), ("asder", "asder")] {
        server.pass_seconds(30);
        let whm = server.session(Whm, user).await;
        let start = whm.get("/").send().await;
        assert!(start.text().contains(&format!("{}/xfercpanel/{account}\"", whm.token)), "{start:?}");
        let session = follow(&server, &whm.get(&format!("/xfercpanel/{account}")).send().await, Cpanel).await;
        let page = session.get("/").send().await;
        assert!(page.text().contains(&format!(">{account}</strong>")), "{page:?}");
        assert_eq!(page.text().contains(&format!("The session is {user}'s.")), user != account, "{page:?}");
        assert!(session.lives().await);
    }
}

#[tokio::test]
async fn nobody_is_led_where_he_may_not_be_and_nobody_without_the_token() {
    let server = TestServer::start().await;
    let whm = server.session(Whm, "asder").await;
    for account in ["cptest", "root", "nobody", "", "%00", "plain/x"] {
        let answer = whm.get(&format!("/xfercpanel/{account}")).send().await;
        assert!(answer.status >= 400 && answer.header("Location").is_none(), "{account}: {answer:?}");
    }
    let navigation = whm.with_cookie(whm.client.get("/xfercpanel/plain"));
    let navigation = navigation.header("Sec-Fetch-Mode", "navigate").header("Sec-Fetch-Dest", "document");
    let answer = navigation.send().await;
    assert_eq!((answer.status, answer.header("Location")), (401, None), "{answer:?}");
    let cpanel = server.session(Cpanel, "plain").await;
    assert_eq!(cpanel.get("/xfercpanel/plain").send().await.status, 404);
}

#[tokio::test]
async fn cpanel_leads_to_the_accounts_own_mailbox_and_nothing_more() {
    let server = TestServer::start().await;
    let cpanel = server.session(Cpanel, "plain").await;
    let start = cpanel.get("/").send().await;
    assert!(start.text().contains(&format!("{}/xferwebmail\"", cpanel.token)), "{start:?}");
    for path in ["/xferwebmail", "/xferwebmail/"] {
        let session = follow(&server, &cpanel.get(path).send().await, Webmail).await;
        let pops = session.get(LIST_POPS).send().await;
        assert_eq!(pops.json()["data"].as_array().unwrap().len(), 1, "{pops:?}");
        assert_eq!(pops.json()["data"][0]["login"], "Main Account", "{pops:?}");
    }
}

#[tokio::test]
async fn an_account_that_logs_in_to_webmail_is_its_default_mailbox() {
    let server = TestServer::start().await;
    let session = server.session(Webmail, "plain").await;
    let pops = session.get(LIST_POPS).send().await;
    assert_eq!(pops.json()["data"].as_array().unwrap().len(), 1, "{pops:?}");
    let fields = [("email", "user@plain.example"), ("password", "another-long-secret")];
    let refused = session.post("/execute/Email/passwd_pop").form(&fields).send().await;
    assert!(refused.text().contains("you are logged in as “plain” only"), "{refused:?}");
    assert_logged_in(&log_in(&server.client(Webmail), "user@plain.example", "mailpass").await);
}
