//! Functions end to end: what they answer, what they leave in the records and on disk, and what logs in then.

use portreeve_testkit::{Session, TestServer};
use serde_json::Value;

use crate::support::*;

async fn done(session: &Session, path: &str, fields: &[(&str, &str)]) -> Value {
    let answer = session.post(path).form(fields).send().await;
    assert_eq!((answer.status, answer.json()["status"].as_i64()), (200, Some(1)), "{answer:?}");
    answer.json()["data"].clone()
}

async fn whm_done(session: &Session, path: &str, fields: &[(&str, &str)]) -> Value {
    let answer = session.post(&format!("{path}?api.version=1")).form(fields).send().await;
    assert_eq!((answer.status, answer.json()["metadata"]["result"].as_i64()), (200, Some(1)), "{answer:?}");
    answer.json()["data"].clone()
}

async fn listed(session: &Session, path: &str, key: &str) -> Vec<String> {
    let data = done(session, path, &[]).await;
    let items = data.as_array().expect("a list").iter();
    items.map(|item| item[key].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn a_mailbox_is_made_changed_and_removed() {
    on_each_database(async |server: TestServer| {
        let session = server.session(Cpanel, "cptest").await;
        let webmail = server.client(Webmail);
        let (address, maildir) =
            ("office@cptest.example", server.home("cptest").join("mail/cptest.example/office"));
        assert_login_refused(&log_in(&webmail, address, "first-long-secret").await, "invalid_login");
        let fields = [("email", "office"), ("password", "first-long-secret"), ("quota", "100")];
        assert_eq!(done(&session, "/execute/Email/add_pop", &fields).await, "office+cptest.example");
        for part in ["cur", "new", "tmp"] {
            assert!(maildir.join(part).is_dir(), "{part}");
        }
        assert!(listed(&session, LIST_POPS, "email").await.contains(&address.to_owned()));
        assert_logged_in(&log_in(&webmail, address, "first-long-secret").await);

        let fields = [("email", address), ("password", "second-long-secret")];
        done(&session, "/execute/Email/passwd_pop", &fields).await;
        assert_login_refused(&log_in(&webmail, address, "first-long-secret").await, "invalid_login");
        assert_logged_in(&log_in(&webmail, address, "second-long-secret").await);

        done(&session, "/execute/Email/delete_pop", &[("email", address)]).await;
        assert!(!maildir.exists());
        assert!(!listed(&session, LIST_POPS, "email").await.contains(&address.to_owned()));
        assert_login_refused(&log_in(&webmail, address, "second-long-secret").await, "invalid_login");
    })
    .await;
}

#[tokio::test]
async fn an_ftp_login_is_made_and_removed_with_or_without_its_directory() {
    on_each_database(async |server: TestServer| {
        let session = server.session(Cpanel, "cptest").await;
        let directory = server.home("cptest").join("public_html/design");
        let add = [("user", "designer"), ("pass", "a-long-enough-secret"), ("homedir", "public_html/design")];
        let name = "designer@cptest.example".to_owned();
        for (destroy, stays) in [("0", true), ("1", false)] {
            done(&session, "/execute/Ftp/add_ftp", &add).await;
            assert!(directory.is_dir());
            assert!(listed(&session, "/execute/Ftp/list_ftp", "user").await.contains(&name));
            std::fs::write(directory.join("page.html"), "a page").expect("writing");
            done(&session, "/execute/Ftp/delete_ftp", &[("user", "designer"), ("destroy", destroy)]).await;
            assert_eq!(directory.exists(), stays);
            assert!(!listed(&session, "/execute/Ftp/list_ftp", "user").await.contains(&name));
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_is_made_used_and_removed() {
    on_each_database(async |server: TestServer| {
        let root = server.session(Whm, "root").await;
        let cpanel = server.client(Cpanel);
        let fields =
            [("username", "newone"), ("domain", "newone.example"), ("password", "a-long-enough-secret")];
        assert_login_refused(&log_in(&cpanel, "newone", "a-long-enough-secret").await, "invalid_login");
        assert_eq!(whm_done(&root, "/json-api/createacct", &fields).await["user"], "newone");
        assert!(server.home("newone").join("public_html").is_dir());
        let answer = log_in(&cpanel, "newone", "a-long-enough-secret").await;
        let session = Session::from_answer(cpanel.clone(), Cpanel, &answer).expect("a session");
        done(&session, "/execute/Email/add_pop", &[("email", "info"), ("password", "a-long-enough-secret")])
            .await;
        assert_logged_in(
            &log_in(&server.client(Webmail), "info@newone.example", "a-long-enough-secret").await,
        );

        whm_done(&root, "/json-api/removeacct", &[("username", "newone")]).await;
        assert!(!server.home("newone").exists());
        assert!(!session.lives().await);
        assert_login_refused(&log_in(&cpanel, "newone", "a-long-enough-secret").await, "invalid_login");
        let mailbox = log_in(&server.client(Webmail), "info@newone.example", "a-long-enough-secret").await;
        assert_login_refused(&mailbox, "invalid_login");
        // the name is free again, and nothing of the old account is left in the new one
        whm_done(&root, "/json-api/createacct", &fields).await;
        let answer = log_in(&cpanel, "newone", "a-long-enough-secret").await;
        let session = Session::from_answer(cpanel, Cpanel, &answer).expect("a session");
        assert_eq!(listed(&session, LIST_POPS, "email").await, ["newone"]);
    })
    .await;
}

#[tokio::test]
async fn a_second_factor_is_set_up_used_and_removed() {
    on_each_database(async |server: TestServer| {
        let session = server.session(Cpanel, "plain").await;
        let made = done(&session, "/execute/TwoFactorAuth/generate_user_configuration", &[]).await;
        let secret = made["secret"].as_str().expect("a secret");
        assert!(
            made["otpauth_str"].as_str().expect("an address").contains(&format!("secret={secret}")),
            "{made}"
        );
        let (client, code) = (server.client(Cpanel), server.code_of(secret, 0));
        // nothing is stored before a code proves it
        assert_logged_in(&log_in(&client, "plain", "plainpass").await);
        let fields = [("secret", secret), ("tfa_token", &code)];
        done(&session, "/execute/TwoFactorAuth/set_user_configuration", &fields).await;
        assert_login_refused(&log_in(&client, "plain", "plainpass").await, "tfa_required");
        let answer = log_in_with(&client, "plain", "plainpass", &code).await;
        let session = Session::from_answer(client.clone(), Cpanel, &answer).expect("a session");
        let state = done(&session, "/execute/TwoFactorAuth/get_user_configuration", &[]).await;
        assert_eq!(state["is_enabled"], 1, "{state}");
        assert!(!state.to_string().contains(secret), "{state}");
        done(&session, "/execute/TwoFactorAuth/remove_user_configuration", &[]).await;
        assert_logged_in(&log_in(&client, "plain", "plainpass").await);
    })
    .await;
}
