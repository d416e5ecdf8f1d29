//! The policies `PasswordStrength`, `PasswordAge` and `SourceIPCheck`, one by one, for accounts without a second
//! factor.

use std::time::Duration;

use portreeve_crypt::Scheme;
use portreeve_testkit::TestServer;
use portreeve_types::{LoginName, Service, Subject};

use super::carriers::{Asker, address, function, page};
use super::table::{Cell, PASSWORDS_AND_ADDRESSES, assert_whole, cells};
use crate::support::*;

const ALL: &[Service] = &Service::ALL;
const WEAK: &str = "three";
const STRONG: &str = "correct horse battery staple";

#[test]
fn every_question_has_one_row_here_too() {
    let carriers = [
        ("login", ALL),
        ("session, API", ALL),
        ("session, page", ALL),
        ("Basic", ALL),
        ("whm token", &[Whm]),
        ("cpanel token", &[Cpanel]),
        ("access hash", &[Whm]),
    ];
    let mut answered = 0;
    for (policy, whos) in [
        ("PasswordStrength", ["a weak password", "a strong password"]),
        ("PasswordAge", ["an old password", "a new password"]),
        ("SourceIPCheck", ["an unknown address", "a verified address"]),
    ] {
        let own = cells(PASSWORDS_AND_ADDRESSES).into_iter().filter(|cell| cell.policy == policy);
        let own: Vec<Cell> = own.collect();
        assert_whole(&own, &carriers, &[policy], &whos);
        answered += own.len();
    }
    assert_eq!(answered, cells(PASSWORDS_AND_ADDRESSES).len(), "a row names another policy");
}

#[tokio::test]
async fn every_cell_of_the_other_policies_holds() {
    let server = TestServer::start().await;
    let token = server
        .session(Cpanel, "plain")
        .await
        .get("/execute/Tokens/create_full_access?name=matrix")
        .send()
        .await
        .json()["data"]["token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let cpanel = format!("cpanel plain:{token}");
    let whm = format!("whm asder:{ASDER_TOKEN}");
    let hash = format!("WHM root:{}", server.account("root").access_hash.clone().unwrap());
    for (number, cell) in cells(PASSWORDS_AND_ADDRESSES).iter().enumerate() {
        let user = match cell.service {
            Cpanel => "plain",
            Whm => "root",
            Webmail => "user@plain.example",
        };
        let pass = if cell.who == "a weak password" { WEAK } else { STRONG };
        let address = address(number);
        prepare(&server, cell, user, pass, &address).await;
        let client = server.client(cell.service).from(&address);
        let asker = Asker { server: &server, client, service: cell.service, user, pass, factor: false };
        let answer = match cell.carrier {
            "login" => asker.log_in(None).await,
            "session, API" => asker.session(None).await.get(function(cell.service)).send().await,
            "session, page" => asker.session(None).await.get(page(cell.service)).send().await,
            "Basic" => asker.basic().send().await,
            "whm token" => asker.authorized(&whm).send().await,
            "cpanel token" => asker.authorized(&cpanel).send().await,
            "access hash" => asker.authorized(&hash).send().await,
            other => panic!("nobody knows the carrier {other}"),
        };
        let holds = answer.status == cell.status && answer.whole().contains(cell.says);
        assert!(holds, "{cell:?}\n{answer:?}");
    }
}

/// Gives the user the password, of the age and from the address, that the cell is about.
async fn prepare(server: &TestServer, cell: &Cell, user: &str, pass: &str, address: &str) {
    let (subject, environment) = (subject(server, user).await, server.environment());
    let scheme = if user.contains('@') { Scheme::Service } else { Scheme::Panel };
    let hash = environment.hasher.hash(pass.to_owned().into(), scheme).await.unwrap();
    match subject {
        Subject::Account(id) => server.store().set_account_password(id, &hash, None).await.unwrap(),
        Subject::Mailbox(id) => server.store().set_mailbox_password(id, &hash).await.unwrap(),
    };
    if cell.who == "an old password" {
        server.pass(Duration::from_secs(90 * 86_400));
    }
    if cell.who == "a verified address" {
        server.store().verify_address(subject, address.parse().unwrap()).await.unwrap();
    }
    for policy in ["PasswordStrength", "PasswordAge", "SourceIPCheck"] {
        let value = if policy == cell.policy { "1" } else { "0" };
        server.set(&format!("SecurityPolicy::{policy}"), value).await;
    }
    server.set("SecurityPolicy::xml-api", cell.xml_api).await;
}

async fn subject(server: &TestServer, user: &str) -> Subject {
    match user.parse().unwrap() {
        LoginName::Account(name) => {
            Subject::Account(server.store().account(&name).await.unwrap().unwrap().id)
        }
        LoginName::Mailbox(address) => {
            Subject::Mailbox(server.store().mailbox(&address).await.unwrap().unwrap().id)
        }
    }
}
