//! `Email::list_pops` by each carrier of a credential on each of the ports: the explicit table.

use portreeve_testkit::{Call, TestServer};
use portreeve_types::Service;

use crate::support::*;

/// What comes of a carrier on cPanel's, WHM's and Webmail's port.
type Row = (&'static str, [u16; 3]);

const TABLE: [Row; 12] = [
    ("nothing", [401, 401, 401]),
    ("session", [200, 403, 200]),
    ("Basic with a code", [200, 403, 200]),
    ("Basic of an account without a second factor", [200, 403, 200]),
    ("Basic of a mailbox", [403, 403, 200]),
    ("Basic of a mailbox with a code", [403, 403, 200]),
    ("session of a mailbox", [0, 0, 200]),
    ("Basic of root", [403, 403, 403]),
    ("cpanel token", [200, 403, 403]),
    ("whm token", [403, 403, 403]),
    ("access hash", [403, 403, 403]),
    ("peer over the network", [401, 401, 401]),
];

#[tokio::test]
async fn each_carrier_serves_on_its_own_ports() {
    let server = TestServer::start().await;
    let hash = server.account("root").access_hash.clone().expect("an access hash");
    let made =
        server.session(Cpanel, "plain").await.get("/execute/Tokens/create_full_access?name=x").send().await;
    let token = made.json()["data"]["token"].as_str().expect("a token").to_owned();
    for (carrier, expected) in TABLE {
        for (service, expected) in Service::ALL.into_iter().zip(expected) {
            if expected == 0 {
                continue;
            }
            let call = server.client(service).get(LIST_POPS);
            let call = match carrier {
                "nothing" => call,
                "session" => session_call(&server, service, "asder").await,
                "session of a mailbox" => session_call(&server, service, "user@plain.example").await,
                "Basic with a code" => call.basic("asder", "blah1").code(&server.code("asder")),
                "Basic of an account without a second factor" => call.basic("plain", "plainpass"),
                "Basic of a mailbox" => call.basic("user@plain.example", "mailpass"),
                "Basic of a mailbox with a code" => {
                    call.basic("tfa@plain.example", "mailpass").code(&server.code("tfa@plain.example"))
                }
                "Basic of root" => call.basic("root", "sandbox"),
                "cpanel token" => call.header("Authorization", &format!("cpanel plain:{token}")),
                "whm token" => call.header("Authorization", &format!("whm asder:{ASDER_TOKEN}")),
                "access hash" => call.header("Authorization", &format!("WHM root:{hash}")),
                "peer over the network" => call.header("Authorization", "peer plain"),
                other => unreachable!("{other}"),
            };
            let answer = call.send().await;
            assert_eq!(answer.status, expected, "{carrier} on {service}: {answer:?}");
            match expected {
                200 => assert_listed(&answer),
                403 => assert!(
                    answer.reason.starts_with("Permission denied"),
                    "{carrier} on {service}: {answer:?}"
                ),
                _ => assert_access_denied(&answer),
            }
            // each session of asder takes a code of its own step, and each service one of its own
            server.pass_seconds(30);
        }
    }
}

async fn session_call(server: &TestServer, service: Service, user: &str) -> Call {
    server.session(service, user).await.get(LIST_POPS)
}

#[tokio::test]
async fn a_mailboxs_user_sees_its_own_mailbox_only() {
    let server = TestServer::start().await;
    let own =
        server.client(Webmail).get(LIST_POPS).basic("user@plain.example", "mailpass").send().await.json();
    let emails = |json: &serde_json::Value| -> Vec<String> {
        json["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["email"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(emails(&own), ["user@plain.example"]);
    // the account's own user has its default mailbox on Webmail, and all of them in cPanel
    let default = server.client(Webmail).get(LIST_POPS).basic("plain", "plainpass").send().await.json();
    assert_eq!(emails(&default), ["plain"]);
    let all = server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass").send().await.json();
    let mut all = emails(&all);
    all.sort();
    assert_eq!(all, ["news@plain.example", "plain", "tfa@plain.example", "user@plain.example"]);
}

#[tokio::test]
async fn the_wrong_place_is_told_once_the_credential_is_proven_only() {
    let server = TestServer::start().await;
    for (service, path, user, pass) in [
        (Whm, VERSION, "plain", "plainpass"),
        (Cpanel, LIST_POPS, "root", "sandbox"),
        (Cpanel, LIST_POPS, "user@plain.example", "mailpass"),
        (Whm, VERSION, "user@plain.example", "mailpass"),
    ] {
        let call = server.client(service).get(path);
        let proven = call.clone().basic(user, pass).send().await;
        assert_eq!(proven.status, 403, "{proven:?}");
        assert!(proven.reason.starts_with("Permission denied"), "{proven:?}");
        assert!(proven.text().contains("Permission denied"), "{proven:?}");
        let unproven = call.basic(user, "wrong").send().await;
        assert!(!unproven.whole().contains("Permission denied"), "{unproven:?}");
        assert!(unproven.text().contains("Access denied"), "{unproven:?}");
    }
}
