//! What ends the memory of a right password: any change of its owner, by whomever and on whichever node.

use std::sync::Arc;
use std::time::Duration;

use portreeve_crypt::{Keyring, SystemEntropy};
use portreeve_store::{ChangedBy, Location, Means, Origin, Store, Writer};
use portreeve_testkit::{Call, Response, TestServer};
use portreeve_types::Subject;

use super::remembered::hashed_for;
use crate::support::*;

const STRONG: &str = "Zuckmayer-7-Regenpfeifer";

#[track_caller]
fn assert_done(answer: &Response) {
    assert_eq!((answer.status, answer.json()["status"].as_i64()), (200, Some(1)), "{answer:?}");
}

/// Asserts that the password is remembered from the first of two calls to the second.
async fn assert_hashed_once(server: &TestServer, call: &Call) {
    assert_eq!(hashed_for(server, call).await, 1);
    assert_eq!(hashed_for(server, call).await, 0);
}

#[tokio::test]
async fn any_change_of_the_owner_ends_it_at_once() {
    on_each_database(async |server: TestServer| {
        let root = server.session(Whm, "root").await;
        let done = async |function: &str, fields: &[(&str, &str)]| {
            let call = root.post(&format!("/json-api/{function}?api.version=1")).form(fields);
            let answer = call.send().await.json();
            assert_eq!(answer["metadata"]["result"], 1, "{answer}");
        };
        let client = server.client(Cpanel);
        let plain = client.get(LIST_POPS).basic("plain", "plainpass");
        let mailbox = server.client(Webmail).get(LIST_POPS).basic("user@plain.example", "mailpass");
        for call in [&plain, &mailbox] {
            assert_eq!(hashed_for(&server, call).await, 1);
            assert_eq!(hashed_for(&server, call).await, 0);
        }
        done("suspendacct", &[("user", "plain")]).await;
        assert_access_denied(&plain.clone().send().await);
        assert_access_denied(&mailbox.clone().send().await);
        done("unsuspendacct", &[("user", "plain")]).await;
        for call in [&plain, &mailbox] {
            assert_eq!(hashed_for(&server, call).await, 1);
        }

        // the factor of an account is another one, or gone
        let cptest = client.get(LIST_POPS).basic("cptest", "blahblah").code(&server.code("cptest"));
        assert_eq!(hashed_for(&server, &cptest).await, 1);
        done("twofactorauth_remove_user_config", &[("user", "cptest")]).await;
        assert_eq!(hashed_for(&server, &cptest).await, 1);

        done("passwd", &[("user", "plain"), ("password", "Zuckmayer-7-Regenpfeifer")]).await;
        assert_access_denied(&plain.clone().send().await);
        let another = client.get(LIST_POPS).basic("plain", "Zuckmayer-7-Regenpfeifer");
        assert_eq!(hashed_for(&server, &another).await, 1);
        assert_eq!(hashed_for(&server, &another).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_changes_its_own_password_or_may_not_log_in_is_asked_anew() {
    on_each_database(async |server: TestServer| {
        const MAILBOX: &str = "user@plain.example";
        let webmail = server.client(Webmail);
        let call = |pass: &str| webmail.get(LIST_POPS).basic(MAILBOX, pass);
        assert_hashed_once(&server, &call("mailpass")).await;
        let own = server.session(Webmail, MAILBOX).await;
        let fields = [("oldpass", "mailpass"), ("newpass", STRONG)];
        assert_done(&own.post("/execute/UserManager/change_password").form(&fields).send().await);
        assert_access_denied(&call("mailpass").send().await);
        assert_hashed_once(&server, &call(STRONG)).await;

        let owner = server.session(Cpanel, "plain").await;
        let done = async |function: &str| {
            let call = owner.post(&format!("/execute/Email/{function}")).form(&[("email", MAILBOX)]);
            assert_done(&call.send().await);
        };
        done("suspend_login").await;
        assert_access_denied(&call(STRONG).send().await);
        done("unsuspend_login").await;
        assert_hashed_once(&server, &call(STRONG)).await;
    })
    .await;
}

#[tokio::test]
async fn a_second_factor_that_is_set_replaced_or_removed_has_the_password_asked_anew() {
    on_each_database(async |server: TestServer| {
        let (first, second) = ("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU");
        let call = server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass");
        assert_hashed_once(&server, &call).await;
        let store = server.store();
        let plain = Subject::Account(store.account(&"plain".parse().unwrap()).await.unwrap().unwrap().id);
        let set_up = async |secret: &str| {
            let found = store.two_factor(plain).await.unwrap().map(|factor| factor.enrolment);
            assert!(store.set_two_factor(plain, &secret.parse().unwrap(), found, None).await.unwrap());
        };
        for secret in [first, second] {
            set_up(secret).await;
            let missing = call.clone().send().await;
            assert_eq!(missing.reason, "Security code required: send X-CPANEL-OTP");
            set_up(secret).await;
            let with_code = call.clone().code(&server.code_of(secret, 0));
            assert_hashed_once(&server, &with_code).await;
        }
        let root = server.session(Whm, "root").await;
        let remove = root.post("/json-api/twofactorauth_remove_user_config?api.version=1");
        let removed = remove.form(&[("user", "plain")]).send().await;
        assert_eq!(removed.json()["metadata"]["result"], 1, "{removed:?}");
        assert_hashed_once(&server, &call).await;
    })
    .await;
}

/// Another node on the records of a server.
async fn another_node(server: &TestServer) -> Writer {
    let directory = std::path::Path::new(&server.description().data_dir);
    let keyring = std::fs::read_to_string(directory.join("keys/keyring")).unwrap();
    let keyring = Arc::new(Keyring::from_text(keyring.trim_end()).unwrap());
    let location = Location::Postgres(server.database().url.clone());
    let clock = server.environment().clock.clone();
    let store = Store::open(&location, keyring, clock, Arc::new(SystemEntropy), "there".parse().unwrap());
    store.await.unwrap().acting_for(Arc::new(Origin::of(Means::Command)))
}

#[tokio::test]
async fn a_password_that_another_node_changes_is_forgotten_here() {
    let server = TestServer::builder().on_postgres().start().await;
    let there = another_node(&server).await;
    let call = server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass");
    assert_hashed_once(&server, &call).await;
    let [plain, root] = ["plain", "root"].map(|user| user.parse().unwrap());
    let plain = Subject::Account(there.account(&plain).await.unwrap().unwrap().id);
    let new = there.account(&root).await.unwrap().unwrap().password.clone();
    assert!(there.set_password(plain, &new, ChangedBy::Another).await.unwrap());
    // the notice is on its way
    let mut answer = call.clone().send().await;
    for _ in 0..100 {
        if answer.status == 401 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        answer = call.clone().send().await;
    }
    assert_access_denied(&answer);
    assert_hashed_once(&server, &server.client(Cpanel).get(LIST_POPS).basic("plain", "sandbox")).await;
}
