//! The policies `PasswordStrength`, `PasswordAge` and `SourceIPCheck`, one by one, for accounts without a second
//! factor.

use std::time::Duration;

use portreeve_crypt::Scheme;
use portreeve_store::ChangedBy;
use portreeve_testkit::TestServer;
use portreeve_types::{LoginName, Service, Subject};

use super::carriers::{Asker, PLUGIN, address, function, page, with_plugin};
use super::table::{Cell, PASSWORDS_AND_ADDRESSES, assert_whole, cells};
use crate::support::*;

const ALL: &[Service] = &Service::ALL;
const WEAK: &str = "three";
const OWN: &str = "a password that nobody else has";
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
        ("plugin, session", ALL),
        ("plugin, Basic", ALL),
        ("plugin, cpanel token", &[Cpanel]),
        ("link, API", ALL),
        ("link, page", ALL),
        ("possessed login", &[Cpanel]),
        ("possessed session, API", &[Cpanel]),
        ("possessed session, page", &[Cpanel]),
        ("possessed Basic", &[Cpanel]),
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
    let server = with_plugin().await;
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
        let (prover, carrier) = match cell.carrier.strip_prefix("possessed ") {
            Some(carrier) => ("root", carrier),
            None => (user, cell.carrier),
        };
        if prover != user {
            // another one than the prover's
            set_password(&server, user, OWN).await;
        }
        prepare(&server, cell, prover, pass, &address).await;
        let client = server.client(cell.service).from(&address);
        let asker =
            Asker { server: &server, client, service: cell.service, user, pass, prover, factor: false };
        let answer = match carrier {
            "login" => asker.log_in(None).await,
            "session, API" => asker.session(None).await.get(function(cell.service)).send().await,
            "session, page" => asker.session(None).await.get(page(cell.service)).send().await,
            "Basic" => asker.basic().send().await,
            "plugin, session" => asker.session(None).await.get(PLUGIN).send().await,
            "plugin, Basic" => asker.plugin().send().await,
            "plugin, cpanel token" => asker.client.get(PLUGIN).header("Authorization", &cpanel).send().await,
            "link, API" => asker.link().await.get(function(cell.service)).send().await,
            "link, page" => asker.link().await.get(page(cell.service)).send().await,
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
    let subject = set_password(server, user, pass).await;
    if cell.who == "an old password" {
        server.pass(Duration::from_secs(90 * 86_400));
    }
    if cell.who == "a verified address" {
        server.verify_address(subject, address).await;
    }
    for policy in ["PasswordStrength", "PasswordAge", "SourceIPCheck"] {
        let value = if policy == cell.policy { "1" } else { "0" };
        server.set(&format!("SecurityPolicy::{policy}"), value).await;
    }
    server.set("SecurityPolicy::xml-api", cell.xml_api).await;
}

async fn set_password(server: &TestServer, user: &str, pass: &str) -> Subject {
    let scheme = if user.contains('@') { Scheme::Service } else { Scheme::Panel };
    let hash = server.environment().hasher.hash(pass.to_owned().into(), scheme).await.unwrap();
    let subject = subject(server, user).await;
    assert!(server.store().set_password(subject, &hash, ChangedBy::Another).await.unwrap());
    subject
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
