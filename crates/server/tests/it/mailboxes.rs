//! Mailboxes end to end: suspended logins, guessed passwords, and what they take.

use portreeve_testkit::{Session, TestServer};
use serde_json::{Value, json};

use crate::support::*;

const USER: &str = "user@plain.example";

async fn done(session: &Session, path: &str, fields: &[(&str, &str)]) -> Value {
    let answer = session.post(path).form(fields).send().await;
    assert_eq!((answer.status, answer.json()["status"].as_i64()), (200, Some(1)), "{answer:?}");
    answer.json()["data"].clone()
}

fn find<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    list.as_array().expect("a list").iter().find(|item| item[key] == value).expect("an item")
}

#[tokio::test]
async fn a_suspended_mailbox_login_is_refused_like_a_wrong_password_until_it_is_let_in_again() {
    on_each_database(async |server: TestServer| {
        let owner = server.session(Cpanel, "plain").await;
        let webmail = server.client(Webmail);
        let (user, news) =
            (server.session(Webmail, USER).await, server.session(Webmail, "news@plain.example").await);
        done(&owner, "/execute/Email/suspend_login", &[("email", USER)]).await;
        assert_access_denied(&user.get(LIST_POPS).send().await);
        assert_access_denied(&webmail.get(LIST_POPS).basic(USER, "mailpass").send().await);
        assert_login_refused(&log_in(&webmail, USER, "mailpass").await, "invalid_login");
        assert!(news.lives().await && owner.lives().await);
        for path in [LIST_POPS, "/execute/Email/list_pops_with_disk"] {
            let list = done(&owner, path, &[]).await;
            assert_eq!(find(&list, "email", USER)["suspended_login"], 1, "{path}");
            assert_eq!(find(&list, "email", "news@plain.example")["suspended_login"], 0, "{path}");
        }
        done(&owner, "/execute/Email/unsuspend_login", &[("email", "user")]).await;
        assert_logged_in(&log_in(&webmail, USER, "mailpass").await);
    })
    .await;
}

#[tokio::test]
async fn guessing_a_mailboxs_password_through_its_account_is_throttled_like_guessing_at_the_login() {
    on_each_database(async |server: TestServer| {
        let owner = server.session(Cpanel, "plain").await;
        let verify = async |password: &str| {
            let fields = [("email", USER), ("password", password)];
            owner.post("/execute/Email/verify_password").form(&fields).send().await.json()
        };
        assert_eq!(verify("mailpass").await["data"], 1);
        for _ in 0..5 {
            assert_eq!(verify("guess").await["data"], 0);
        }
        let refused = verify("mailpass").await;
        let error = refused["errors"][0].as_str().expect("an error");
        assert!(error.starts_with("Too many wrong passwords of this mailbox; try again in "), "{refused}");
        // the counter is the login's own
        let webmail = server.client(Webmail);
        let throttled = log_in(&webmail, USER, "mailpass").await;
        assert!(throttled.retry_after().is_some(), "{throttled:?}");
        assert_logged_in(&log_in(&webmail.from("127.0.0.8"), USER, "mailpass").await);
        server.pass_seconds(2);
        assert_eq!(verify("mailpass").await["data"], 1);
    })
    .await;
}

#[tokio::test]
async fn what_mailboxes_and_ftp_logins_take_is_counted_and_links_are_not_followed() {
    let server = TestServer::start().await;
    let (owner, home) = (server.session(Cpanel, "plain").await, server.home("plain"));
    let figures = async |path: &str, key: &str, value: &str| {
        let list = done(&owner, path, &[]).await;
        find(&list, key, value).clone()
    };
    let (pops, ftp) = ("/execute/Email/list_pops_with_disk", "/execute/Ftp/list_ftp_with_disk");
    done(&owner, "/execute/Email/edit_pop_quota", &[("email", USER), ("quota", "10")]).await;
    done(&owner, "/execute/Ftp/set_quota", &[("user", "upload"), ("quota", "4")]).await;
    let before = figures(pops, "login", USER).await["_diskused"].as_u64().expect("a number");
    for place in ["mail/plain.example/user/cur", "public_html/upload"] {
        std::fs::write(home.join(place).join("large"), vec![0; 1 << 20]).expect("writing");
        std::os::unix::fs::symlink("/usr", home.join(place).join("link")).expect("linking");
    }
    let mailbox = figures(pops, "login", USER).await;
    assert_eq!(mailbox["_diskused"], before + (1 << 20), "{mailbox}");
    assert_eq!(
        (&mailbox["diskquota"], &mailbox["diskusedpercent"]),
        (&json!("10.00"), &json!(10)),
        "{mailbox}"
    );
    let login = figures(ftp, "login", "upload").await;
    assert_eq!((&login["diskused"], &login["diskquota"]), (&json!("1.00"), &json!("4.00")), "{login}");
    assert_eq!(
        (&login["diskusedpercent"], &login["humandiskquota"]),
        (&json!(25), &json!("4 MB")),
        "{login}"
    );
    let uncounted = done(&owner, pops, &[("no_disk", "1"), ("maxaccounts", "2")]).await;
    assert_eq!(uncounted.as_array().expect("a list").len(), 2);
    assert_eq!(uncounted[1]["_diskused"], Value::Null);
}
