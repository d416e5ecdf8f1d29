//! What the security policies demand of the other ways in: plugins, others' passwords, and links.

use std::fs;

use portreeve_crypt::Scheme;
use portreeve_store::{ChangedBy, SecurityQuestions};
use portreeve_testkit::{Session, TestServer};
use portreeve_types::Subject;

use crate::sessions::links::{created, path};
use crate::support::*;

const START: &str = "/frontend/portreeve/index.html";
const PASSWORD: &str = "/security/password";
const ADDRESS: &str = "/security/address";
const FILE: &str = "/3rdparty/a/file.txt";
const STRONG: &str = "correct horse battery staple";

const CHOICE: [(&str, &str); 8] = [
    ("question1", "0"),
    ("answer1", "one"),
    ("question2", "1"),
    ("answer2", "two"),
    ("question3", "2"),
    ("answer3", "three"),
    ("question4", "3"),
    ("answer4", "four"),
];

async fn subject(server: &TestServer, user: &str) -> Subject {
    Subject::Account(server.store().account(&user.parse().unwrap()).await.unwrap().unwrap().id)
}

async fn questions(server: &TestServer, user: &str) -> Option<SecurityQuestions> {
    server.store().security_questions(subject(server, user).await).await.unwrap()
}

async fn set_password(server: &TestServer, user: &str, password: &str) {
    let hasher = &server.environment().hasher;
    let hash = hasher.hash(password.to_owned().into(), Scheme::Panel).await.unwrap();
    let Subject::Account(id) = subject(server, user).await else { panic!("no account") };
    assert!(server.store().set_password(Subject::Account(id), &hash, ChangedBy::Another).await.unwrap());
}

async fn with_plugin() -> TestServer {
    let server = TestServer::start().await;
    let folder = server.plugins().join("3rdparty/a");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("file.txt"), "of the plugin").unwrap();
    server
}

#[tokio::test]
async fn plugins_are_pages_to_a_session_and_closed_to_a_header_that_meets_no_demand() {
    let server = with_plugin().await;
    let session = server.session(Cpanel, "plain").await;
    let client = server.client(Cpanel);
    let basic = || client.get(FILE).basic("plain", "plainpass");
    assert_eq!(session.get(FILE).send().await.text(), "of the plugin");
    assert_eq!(basic().send().await.text(), "of the plugin");
    for (policy, place, says) in [
        ("PasswordStrength", PASSWORD, "Your password is too weak"),
        ("SourceIPCheck", ADDRESS, "Your address is not verified"),
    ] {
        server.set(&format!("SecurityPolicy::{policy}"), "1").await;
        // what is about API calls is not about plugins
        for xml_api in ["1", "0"] {
            server.set("SecurityPolicy::xml-api", xml_api).await;
            let led = session.get(FILE).send().await;
            assert_eq!(led.status, 303, "{led:?}");
            assert_eq!(led.header("Location"), Some(format!("{}{place}", session.token).as_str()));
            let refused = basic().send().await;
            assert_eq!(refused.status, 403, "{refused:?}");
            assert!(refused.text().contains(says), "{refused:?}");
        }
        server.set(&format!("SecurityPolicy::{policy}"), "0").await;
    }
}

#[tokio::test]
async fn plugins_want_the_code_with_a_password_in_a_header_whatever_holds_for_calls() {
    let server = with_plugin().await;
    let client = server.client(Cpanel);
    for xml_api in ["1", "0"] {
        server.set("SecurityPolicy::xml-api", xml_api).await;
        server.pass_seconds(30);
        let basic = || client.get(FILE).basic("cptest", "blahblah");
        let without = basic().send().await;
        assert!(without.status == 401 && !without.text().contains("of the plugin"), "{without:?}");
        let with = basic().code(&server.code("cptest")).send().await;
        assert_eq!(with.text(), "of the plugin", "{with:?}");
    }
}

/// A session on plain's account by root's password.
async fn possessed(server: &TestServer, password: &str) -> Session {
    let client = server.client(Cpanel);
    let answer = log_in(&client, "plain", password).await;
    Session::from_answer(client, Cpanel, &answer).expect("a session")
}

#[tokio::test]
async fn with_anothers_password_that_password_is_judged_and_only_its_owner_changes_it() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::PasswordStrength", "1").await;
    let session = possessed(&server, "sandbox").await;
    assert_eq!(session.get(START).send().await.status, 303);
    let fields = [("oldpass", "plainpass"), ("newpass", STRONG), ("newpass2", STRONG)];
    for answer in [session.get(PASSWORD).send().await, session.post(PASSWORD).form(&fields).send().await] {
        assert_eq!(answer.status, 403, "{answer:?}");
        assert!(answer.text().contains("Log in as root"), "{answer:?}");
    }
    // root's is strong, and plain's is nobody's matter here
    set_password(&server, "root", STRONG).await;
    let session = possessed(&server, STRONG).await;
    assert_eq!(session.get(START).send().await.status, 200);
    let change = "/execute/UserManager/change_password";
    let refused = session.post(change).form(&fields).send().await;
    assert!(refused.text().contains("only by its own user"), "{refused:?}");
    server.set("SecurityPolicy::PasswordAge", "1").await;
    server.pass_seconds(90 * 86_400);
    set_password(&server, "plain", "Another 1 that is long enough").await;
    let old = possessed(&server, STRONG).await;
    assert_eq!(old.get(LIST_POPS).send().await.reason, "Password too old: log in and change it");
    set_password(&server, "root", STRONG).await;
    assert_listed(&possessed(&server, STRONG).await.get(LIST_POPS).send().await);
}

#[tokio::test]
async fn with_anothers_password_the_questions_and_addresses_are_its_owners() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::SourceIPCheck", "1").await;
    let session = possessed(&server, "sandbox").await;
    assert_eq!(session.get(START).send().await.status, 303);
    assert_eq!(session.post(ADDRESS).form(&CHOICE).send().await.status, 303);
    assert!(questions(&server, "root").await.is_some() && questions(&server, "plain").await.is_none());
    assert_eq!(session.get(START).send().await.status, 200);
    let own = server.session(Cpanel, "plain").await;
    assert_eq!(own.get(START).send().await.status, 303);
}

#[tokio::test]
async fn nothing_is_demanded_of_a_link_and_its_reader_settles_nothing() {
    let server = TestServer::start().await;
    let maker = server.session(Whm, "root").await;
    let data = created(&maker, "plain", Cpanel).await;
    for policy in ["PasswordStrength", "PasswordAge", "SourceIPCheck"] {
        server.set(&format!("SecurityPolicy::{policy}"), "1").await;
    }
    let client = server.client(Cpanel);
    let answer = client.get(path(data["url"].as_str().unwrap())).send().await;
    let session = Session::from_answer(client, Cpanel, &answer).expect("a session");
    assert_eq!(session.get(START).send().await.status, 200);
    assert_listed(&session.get(LIST_POPS).send().await);
    let chosen = session.post(ADDRESS).form(&CHOICE).send().await;
    assert_eq!(chosen.status, 403, "{chosen:?}");
    assert!(questions(&server, "root").await.is_none() && questions(&server, "plain").await.is_none());
    let fields = [("oldpass", "plainpass"), ("newpass", STRONG), ("newpass2", STRONG)];
    assert_eq!(session.post(PASSWORD).form(&fields).send().await.status, 403);
    for policy in ["PasswordStrength", "SourceIPCheck"] {
        server.set(&format!("SecurityPolicy::{policy}"), "0").await;
    }
    assert_logged_in(&log_in(&server.client(Cpanel), "plain", "plainpass").await);
}

#[tokio::test]
async fn a_session_that_changes_its_password_by_whm_is_judged_by_the_new_one() {
    let server = TestServer::start().await;
    let session = server.session(Whm, "root").await;
    let fields = [("user", "root"), ("password", STRONG)];
    let changed = session.post("/json-api/passwd?api.version=1").form(&fields).send().await;
    assert_eq!(changed.json()["metadata"]["result"], 1, "{changed:?}");
    server.set("SecurityPolicy::PasswordStrength", "1").await;
    assert_eq!(session.get("/").send().await.status, 200);
}
