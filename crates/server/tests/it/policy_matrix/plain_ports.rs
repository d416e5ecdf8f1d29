//! The plain ports, asked from this machine: `requiressl` decides about pages.

use portreeve_testkit::TestServer;
use portreeve_types::Service;

use super::carriers::{Asker, address, function, page};
use super::table::PLAIN_PORTS;
use crate::support::*;

#[tokio::test]
async fn every_cell_of_the_plain_ports_holds() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let made = session.get("/execute/Tokens/create_full_access?name=matrix").send().await;
    let cpanel = format!("cpanel plain:{}", made.json()["data"]["token"].as_str().expect("a token"));
    let whm = format!("whm asder:{ASDER_TOKEN}");
    let hash = format!("WHM root:{}", server.account("root").access_hash.clone().expect("an access hash"));
    let mut asked = 0;
    for row in PLAIN_PORTS.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [carrier, ports, values, status, says] = columns[..] else { panic!("{row:?}") };
        for port in ports.split(' ') {
            for value in values.split(' ') {
                server.set("requiressl", value).await;
                let (service, user, pass) = who(port);
                let client = server.plain_client(service).from(&address(asked));
                let asker =
                    Asker { server: &server, client, service, user, pass, prover: user, factor: false };
                let answer = match carrier {
                    "login" => asker.log_in(None).await,
                    "session, API" => asker.session(None).await.get(function(service)).send().await,
                    "session, page" => asker.session(None).await.get(page(service)).send().await,
                    "Basic" => asker.basic().send().await,
                    "whm token" => asker.authorized(&whm).send().await,
                    "cpanel token" => asker.authorized(&cpanel).send().await,
                    "access hash" => asker.authorized(&hash).send().await,
                    other => panic!("nobody knows the carrier {other}"),
                };
                let holds = answer.status.to_string() == status && answer.whole().contains(says);
                assert!(holds, "{row} at {port} with {value}\n{answer:?}");
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 4 * 3 * 2 + 3 * 2, "four carriers on three ports, three on one");
}

fn who(port: &str) -> (Service, &'static str, &'static str) {
    match port {
        "2082" => (Cpanel, "plain", "plainpass"),
        "2086" => (Whm, "root", "sandbox"),
        "2095" => (Webmail, "user@plain.example", "mailpass"),
        other => panic!("{other} is no plain port"),
    }
}
