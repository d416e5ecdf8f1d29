//! Whose address, whose certificate, whose name: what a request says of itself counts for nothing, and what it says
//! through a trusted proxy neither.

use crate::support::*;

/// Somebody who comes from one address and claims another.
type Way = fn(&TestServer, Service, from: &str, claimed: &str) -> Client;

/// By itself, or by a proxy that is believed: the only one that may say where its clients come from.
const WAYS: [Way; 2] = [directly, behind_a_proxy];

fn directly(server: &TestServer, service: Service, from: &str, claimed: &str) -> Client {
    addresses(claimed)
        .fold(server.client(service).from(from), |client, (name, value)| client.always(name, &value))
}

/// A proxy adds what it sees to what its client wrote: the claim is the first hop, and the truth the last.
fn behind_a_proxy(server: &TestServer, service: Service, from: &str, claimed: &str) -> Client {
    let proxy = server.proxy_on_socket(service, true);
    let client = proxy.always("X-Forwarded-For", &format!("{claimed}, {from}"));
    let others = addresses(claimed).filter(|(name, _)| *name != "X-Forwarded-For");
    others.fold(client, |client, (name, value)| client.always(name, &value))
}

/// The fields in which proxies name an address, with this one.
fn addresses(claimed: &str) -> impl Iterator<Item = (&'static str, String)> {
    let of_addresses = SAID_BY_PROXIES.into_iter().filter(|(_, value)| value.contains("203.0.113.99"));
    of_addresses.map(move |(name, value)| (name, value.replace("203.0.113.99", claimed)))
}

async fn start() -> TestServer {
    TestServer::builder().behind_proxies().start().await
}

const HERE: &str = "127.0.0.1";

#[tokio::test]
async fn cve_2026_113507_a_claimed_address_gives_no_further_tries_at_a_password() {
    for way in WAYS {
        let server = start().await;
        let try_ = async |from: &str, claimed: &str, pass: &str| {
            log_in(&way(&server, Cpanel, from, claimed), "plain", pass).await
        };
        for number in 1..=5 {
            let answer = try_(HERE, &format!("192.0.2.{number}"), "wrong").await;
            assert_eq!((answer.status, answer.retry_after()), (401, None), "{answer:?}");
        }
        for claimed in ["192.0.2.99", "127.0.0.77", "::1"] {
            let answer = try_(HERE, claimed, "plainpass").await;
            assert_refused(&answer);
            assert!(answer.retry_after().is_some(), "{claimed}: {answer:?}");
        }
        // who really comes from elsewhere is free, whatever is claimed
        assert_opened(&try_("127.0.0.77", HERE, "plainpass").await);
    }
}

#[tokio::test]
async fn cve_2026_63439_a_claimed_address_gives_no_further_tries_at_a_code() {
    for way in WAYS {
        let server = start().await;
        let known = "127.0.0.77";
        let call = async |from: &str, claimed: &str, code: String| {
            let call = way(&server, Cpanel, from, claimed).get(LIST_POPS).basic("cptest", "blahblah");
            call.code(&code).send().await
        };
        // an address from which the owner has logged in before
        let client = way(&server, Cpanel, known, known);
        assert_opened(&log_in_with(&client, "cptest", "blahblah", &server.code("cptest")).await);
        server.pass_seconds(30);
        for _ in 0..5 {
            let answer = call(HERE, "192.0.2.1", server.wrong_code("cptest")).await;
            assert_eq!((answer.status, answer.retry_after()), (401, None), "{answer:?}");
        }
        for claimed in ["192.0.2.99", known] {
            let answer = call(HERE, claimed, server.code("cptest")).await;
            assert_refused(&answer);
            assert!(answer.retry_after().is_some(), "{claimed}: {answer:?}");
        }
        // its owner is let in there, whatever is claimed
        assert_done(&call(known, "192.0.2.99", server.code("cptest")).await);
    }
}

/// A server that lets `plain` in from one network only.
async fn from_one_network() -> TestServer {
    let server = start().await;
    server.set("SecurityPolicy::SourceIPCheck", "1").await;
    server.verify_address(subject_of(&server, "plain").await, "127.3.4.*").await;
    server
}

#[tokio::test]
async fn sub2api_6112_a_claimed_address_is_on_no_list_of_allowed_ones() {
    let server = from_one_network().await;
    // a token has a list of its own
    let root = server.session(Whm, "root").await;
    server.verify_address(subject_of(&server, "root").await, HERE).await;
    let fields = [("token_name", "limited"), ("whitelist_ip", "127.3.4.0/24")];
    let made = root.post("/json-api/api_token_create?api.version=1").form(&fields).send().await;
    let token = format!("whm root:{}", made.json()["data"]["token"].as_str().expect("a token"));
    for way in WAYS {
        let (inside, outside) = (("127.3.4.5", "127.9.9.9"), ("127.9.9.9", "127.3.4.5"));
        let call = async |(from, claimed): (&str, &str)| {
            way(&server, Cpanel, from, claimed).get(LIST_POPS).basic("plain", "plainpass").send().await
        };
        assert_refused(&call(outside).await);
        assert_done(&call(inside).await);
        let call = async |(from, claimed): (&str, &str)| {
            way(&server, Whm, from, claimed).get(VERSION).header("Authorization", &token).send().await
        };
        assert_refused(&call(outside).await);
        assert!(is_done(&call(inside).await));
    }
}

#[tokio::test]
async fn cve_2024_47070_an_address_that_cannot_be_read_opens_nothing() {
    let server = from_one_network().await;
    for way in WAYS {
        for claim in ["", "x", "127.3.4.5, x", "999.1.1.1", "[::1", "127.3.4.5:80", ",,,"] {
            let call = async |from: &str| {
                way(&server, Cpanel, from, claim).get(LIST_POPS).basic("plain", "plainpass").send().await
            };
            assert_refused(&call("127.9.9.9").await);
            assert_done(&call("127.3.4.5").await);
        }
    }
    // a proxy that is believed and names nobody lets nobody in
    for nobody in ["", "x", "127.3.4.5,", "127.3.4.5:80", "999.1.1.1"] {
        let proxy = server.proxy_on_socket(Cpanel, true).always("X-Forwarded-For", nobody);
        assert_refused(&proxy.get(LIST_POPS).basic("plain", "plainpass").send().await);
    }
    // a policy's value that cannot be read is no weaker policy
    server.set("SecurityPolicy::SourceIPCheck", "0").await;
    let client = server.client(Cpanel);
    let session = server.session_of(client.from("127.3.4.5"), Cpanel, "plain").await;
    server.set("cookieipvalidation", "nonsense").await;
    let moved = client.from("127.9.9.9").get(&format!("{}{LIST_POPS}", session.token));
    assert_refused(&session.with_cookie(moved).send().await);
    assert!(session.lives().await);
}

#[tokio::test]
async fn cve_2026_104080_nobody_is_trusted_for_coming_from_this_machine() {
    let server = start().await;
    for service in Service::ALL {
        let plain = addresses(HERE)
            .fold(server.plain_client(service), |client, (name, value)| client.always(name, &value));
        for client in [
            directly(&server, service, HERE, HERE),
            plain,
            behind_a_proxy(&server, service, "203.0.113.7", HERE),
            // whom a proxy names so is none of its programs either
            behind_a_proxy(&server, service, HERE, HERE),
        ] {
            for path in [LIST_POPS, VERSION, LIST_ACCOUNTS, "/execute/Tokens/list", "/xml-api/listaccts"] {
                assert_refused(&client.get(path).send().await);
                let ticket = format!("ticket {}", "0".repeat(64));
                assert_refused(&client.get(path).header("Authorization", &ticket).send().await);
            }
        }
    }
    // the kernel's word is taken on the socket, and nobody's over the network or through a proxy
    let peer = |client: Client| client.get(LIST_ACCOUNTS).header("Authorization", "peer root").send();
    assert_refused(&peer(server.client(Whm)).await);
    assert_refused(&peer(behind_a_proxy(&server, Whm, HERE, HERE)).await);
    assert!(is_done(&peer(server.socket_client()).await));
}

#[tokio::test]
async fn cve_2026_56020_a_header_field_names_nobody() {
    let server = start().await;
    let proxy = server.proxy_on_socket(Whm, true).always("X-Forwarded-For", HERE);
    for (name, value) in SAID_BY_PROXIES {
        for client in [server.client(Whm), proxy.clone()] {
            for path in [LIST_ACCOUNTS, "/scripts2/listaccts"] {
                assert_refused(&client.get(path).header(name, value).send().await);
            }
        }
        // beside a credential of one's own it gives no other's rights
        for client in [server.client(Whm), proxy.clone()] {
            let listed = client.get(LIST_ACCOUNTS).header("Authorization", WHM_TOKEN).header(name, value);
            let listed = listed.send().await;
            assert!(!listed.text().contains("cptest"), "{name}: {listed:?}");
            // the proxy has said it already
            let is_twice = name == "X-Forwarded-For" && listed.status == 400;
            assert!(is_done(&listed) || is_twice, "{name}: {listed:?}");
        }
    }
    let root = server.client(Whm).get(LIST_ACCOUNTS).basic("root", "sandbox").send().await;
    assert!(is_done(&root) && root.text().contains("cptest"), "{root:?}");
}
