//! What the user of one mailbox may call: a list written by hand, and everything else refused.

use std::collections::BTreeSet;

use portreeve_api::{Access, Name};
use portreeve_functions::entries;
use portreeve_testkit::{Call, Response, Session, TestServer};
use serde_json::Value;

use crate::support::*;

const USER: &str = "user@plain.example";

fn may_call() -> BTreeSet<&'static str> {
    include_str!("tables/mail_users.txt").lines().filter(|line| !line.starts_with('#')).collect()
}

fn as_mail_user(server: &TestServer, path: &str) -> Call {
    server.client(Webmail).post(path).basic(USER, "mailpass")
}

/// The refusal of somebody in the wrong place: the same words in the reason phrase and in the surface's envelope.
#[track_caller]
fn assert_wrong_place(answer: &Response) {
    assert_eq!(answer.status, 403, "{answer:?}");
    assert!(answer.reason.starts_with("Permission denied"), "{answer:?}");
    let json = answer.json();
    let body = match json["errors"][0].as_str() {
        Some(error) => error.to_owned(),
        None => json["cpanelresult"]["data"]["reason"].as_str().expect("a reason").to_owned(),
    };
    assert!(body.starts_with("Permission denied"), "{body}");
}

#[test]
fn the_table_opens_to_mail_users_what_the_list_says_and_no_more() {
    let open = entries().filter(|entry| matches!(entry.access, Access::FeatureOrMailbox(_)));
    let open: Vec<_> = open.map(|entry| (entry.name.to_string(), entry.services.contains(Webmail))).collect();
    let names: BTreeSet<&str> = open.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, may_call());
    assert!(open.iter().all(|(_, in_webmail)| *in_webmail), "{open:?}");
}

#[tokio::test]
async fn a_mail_user_reaches_what_is_listed_and_is_refused_all_else() {
    let server = TestServer::start().await;
    for entry in entries() {
        let listed = may_call().contains(entry.name.to_string().as_str());
        let wrapped = |version, module, function| {
            format!(
                "/json-api/cpanel?cpanel_jsonapi_apiversion={version}&cpanel_jsonapi_module={module}\
                 &cpanel_jsonapi_func={function}"
            )
        };
        let paths = match entry.name {
            Name::Uapi { module, function } => {
                vec![format!("/execute/{module}/{function}"), wrapped("3", module, function)]
            }
            Name::Api2 { module, function } => vec![wrapped("2", module, function)],
            Name::Api1 { module, function } => vec![wrapped("1", module, function)],
            Name::Whm { function, .. } => vec![format!("/json-api/{function}?api.version=1")],
        };
        for path in paths {
            let answer = as_mail_user(&server, &path).send().await;
            match listed {
                true => assert_eq!(answer.status, 200, "{path}: {answer:?}"),
                false => assert_wrong_place(&answer),
            }
        }
    }
}

fn emails(answer: &Response) -> Vec<String> {
    assert_listed(answer);
    let items: Vec<Value> = answer.json()["data"].as_array().expect("a list").clone();
    items.iter().map(|item| item["email"].as_str().expect("a text").to_owned()).collect()
}

const LISTS: [&str; 2] = [LIST_POPS, "/execute/Email/list_pops_with_disk"];

#[tokio::test]
async fn a_mail_user_sees_and_changes_its_own_mailbox_only() {
    let server = TestServer::start().await;
    for path in LISTS {
        assert_eq!(emails(&as_mail_user(&server, path).send().await), [USER], "{path}");
        let narrowed = as_mail_user(&server, &format!("{path}?email=news&regex=news")).send().await;
        assert!(emails(&narrowed).is_empty(), "{path}");
    }
    let others = [
        [("email", "news"), ("domain", "plain.example")],
        [("email", "news@plain.example"), ("domain", "plain.example")],
        [("email", "hello"), ("domain", "asder.example")],
        [("email", "plain"), ("domain", "plain.example")],
    ];
    for other in others {
        let fields = [other[0], other[1], ("password", "another-long-secret")];
        let refused = as_mail_user(&server, "/execute/Email/passwd_pop").form(&fields).send().await.json();
        assert_eq!(refused["status"], 0, "{other:?}: {refused}");
    }
    assert_logged_in(&log_in(&server.client(Webmail), "news@plain.example", "mailpass").await);
    // without a domain it lies in the mailbox's own
    let fields = [("email", "user"), ("password", "another-long-secret")];
    let changed = as_mail_user(&server, "/execute/Email/passwd_pop").form(&fields).send().await.json();
    assert_eq!(changed["status"], 1, "{changed}");
    assert_logged_in(&log_in(&server.client(Webmail), USER, "another-long-secret").await);
}

async fn change(session: &Session, email: &str) -> Value {
    let fields = [("email", email), ("password", "another-long-secret")];
    session.post("/execute/Email/passwd_pop").form(&fields).send().await.json()
}

#[tokio::test]
async fn the_accounts_owner_acts_in_webmail_as_its_own_mailbox() {
    let server = TestServer::start().await;
    let (webmail, cpanel) = (server.session(Webmail, "plain").await, server.session(Cpanel, "plain").await);
    assert_eq!(emails(&webmail.get(LIST_POPS).send().await), ["plain"]);
    assert_eq!(emails(&webmail.get(LISTS[1]).send().await), ["Main Account"]);
    assert_eq!(emails(&cpanel.get(LIST_POPS).send().await).len(), 4);
    let refused = change(&webmail, "news").await;
    assert_eq!(refused["errors"][0], "Permission denied: you are logged in as “plain” only.");
    assert_eq!(change(&cpanel, "news").await["status"], 1);
}

#[tokio::test]
async fn only_a_login_of_its_own_gives_a_mailbox_another_password() {
    let server = TestServer::start().await;
    let call = "/execute/Email/passwd_pop";
    let fields = |email| [("email", email), ("password", "Xk7-unlikely-mauve-otter")];
    let refused = |answer: &Response, says: &str| {
        assert_eq!(answer.json()["status"], 0, "{answer:?}");
        assert!(answer.text().contains(says), "{answer:?}");
    };
    // a link
    let account = server.session(Cpanel, "plain").await;
    let made = account
        .get("/execute/Session/create_webmail_session_for_mail_user?login=user&domain=plain.example")
        .send()
        .await;
    let data = &made.json()["data"];
    let (token, value) = (data["token"].as_str().unwrap(), data["session"].as_str().unwrap());
    let client = server.client(Webmail);
    let opened = client.post(&format!("{token}/login")).form(&[("session", value)]).send().await;
    let link = Session::from_answer(client, Webmail, &opened).unwrap();
    refused(&link.post(call).form(&fields(USER)).send().await, "only by its own user");
    // the password alone, where that may call
    server.set("SecurityPolicy::xml-api", "0").await;
    let factor = "tfa@plain.example";
    let basic = || server.client(Webmail).post(call).basic(factor, "mailpass").form(&fields(factor));
    refused(&basic().send().await, "log in with a security code first");
    assert_eq!(basic().code(&server.code(factor)).send().await.json()["status"], 1);
    // and its own login
    let own = server.session(Webmail, USER).await;
    assert_eq!(own.post(call).form(&fields(USER)).send().await.json()["status"], 1);
}

#[tokio::test]
async fn whoever_has_a_second_factor_gives_its_code_for_another_password_with_the_old_one_too() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::xml-api", "0").await;
    let new = "Xk7-unlikely-mauve-otter";
    let who = [(Webmail, "tfa@plain.example", "mailpass"), (Cpanel, "cptest", "blahblah")];
    let change = |service, old: &str| {
        let fields = [("oldpass", old), ("newpass", new)];
        server.client(service).post("/execute/UserManager/change_password").form(&fields)
    };
    let refused = |answer: &Response, says: &str| {
        assert_eq!(answer.json()["status"], 0, "{answer:?}");
        assert!(answer.text().contains(says), "{answer:?}");
    };
    let owner = server.session(Cpanel, "cptest").await;
    let made = owner.get("/execute/Tokens/create_full_access?name=brief").send().await;
    let token = format!("cpanel cptest:{}", made.json()["data"]["token"].as_str().expect("a token"));
    server.pass_seconds(60);
    let by_token = change(Cpanel, "blahblah").header("Authorization", &token).send().await;
    refused(&by_token, "an API token cannot change its own password");
    for (service, user, old) in who {
        refused(&change(service, old).basic(user, old).send().await, "log in with a security code first");
        let with_code = change(service, old).basic(user, old).code(&server.code(user)).send().await;
        assert_eq!(with_code.json()["status"], 1, "{user}: {with_code:?}");
    }
    // nobody without one is asked
    let plain = change(Cpanel, "plainpass").basic("plain", "plainpass").send().await;
    assert_eq!(plain.json()["status"], 1, "{plain:?}");
}
