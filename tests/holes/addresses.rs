//! Whose address, whose certificate, whose name: what a request says of itself counts for nothing.

use crate::support::*;

/// The fields in which proxies name a client's address.
const CLAIMS: [&str; 9] = [
    "X-Forwarded-For",
    "X-Real-IP",
    "Client-IP",
    "X-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "X-Cluster-Client-IP",
    "X-Originating-IP",
    "X-Remote-Addr",
];

/// A call that claims to come from this address.
fn claiming(call: Call, address: &str) -> Call {
    let call = call.header("Forwarded", &format!("for={address}"));
    CLAIMS.iter().fold(call, |call, name| call.header(name, address))
}

fn login_of_plain(client: &Client, pass: &str) -> Call {
    client.login(Login { user: "plain", pass, code: None })
}

#[tokio::test]
async fn cve_2026_113507_a_claimed_address_gives_no_further_tries_at_a_password() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    for number in 1..=5 {
        let answer = claiming(login_of_plain(&client, "wrong"), &format!("192.0.2.{number}")).send().await;
        assert_eq!((answer.status, answer.retry_after()), (401, None), "{answer:?}");
    }
    for address in ["192.0.2.99", "127.0.0.77", "::1"] {
        let answer = claiming(login_of_plain(&client, "plainpass"), address).send().await;
        assert_refused(&answer);
        assert!(answer.retry_after().is_some(), "{address}: {answer:?}");
    }
    // who really comes from elsewhere is free, whatever is claimed
    let elsewhere = client.from("127.0.0.77");
    assert_opened(&claiming(login_of_plain(&elsewhere, "plainpass"), "127.0.0.1").send().await);
}

#[tokio::test]
async fn cve_2026_63439_a_claimed_address_gives_no_further_tries_at_a_code() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let call = |code: &str| client.get(LIST_POPS).basic("cptest", "blahblah").code(code);
    for number in 1..=5 {
        let wrong = server.wrong_code("cptest");
        let answer = claiming(call(&wrong), &format!("192.0.2.{number}")).send().await;
        assert_eq!((answer.status, answer.retry_after()), (401, None), "{answer:?}");
    }
    let answer = claiming(call(&server.code("cptest")), "192.0.2.99").send().await;
    assert_refused(&answer);
    assert!(answer.retry_after().is_some(), "{answer:?}");
    server.pass_seconds(60);
    assert_done(&claiming(call(&server.code("cptest")), "192.0.2.99").send().await);
}

/// A server that lets `plain` in from one network only.
async fn from_one_network() -> TestServer {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::SourceIPCheck", "1").await;
    server.verify_address(subject_of(&server, "plain").await, "127.3.4.*").await;
    server
}

#[tokio::test]
async fn sub2api_6112_a_claimed_address_is_on_no_list_of_allowed_ones() {
    let server = from_one_network().await;
    let client = server.client(Cpanel);
    let call = |from: &str| client.from(from).get(LIST_POPS).basic("plain", "plainpass");
    assert_refused(&claiming(call("127.9.9.9"), "127.3.4.5").send().await);
    assert_done(&claiming(call("127.3.4.5"), "127.9.9.9").send().await);
    // nor is a token's, which has a list of its own
    let root = server.session(Whm, "root").await;
    server.verify_address(subject_of(&server, "root").await, "127.0.0.1").await;
    let fields = [("token_name", "limited"), ("whitelist_ip", "127.3.4.0/24")];
    let made = root.post("/json-api/api_token_create?api.version=1").form(&fields).send().await;
    let token = format!("whm root:{}", made.json()["data"]["token"].as_str().expect("a token"));
    let call = |from: &str| server.client(Whm).from(from).get(VERSION).header("Authorization", &token);
    assert_refused(&claiming(call("127.9.9.9"), "127.3.4.5").send().await);
    assert!(is_done(&claiming(call("127.3.4.5"), "127.9.9.9").send().await));
}

#[tokio::test]
async fn cve_2024_47070_an_address_that_cannot_be_read_opens_nothing() {
    let server = from_one_network().await;
    let client = server.client(Cpanel);
    for claim in ["", "x", "127.3.4.5, x", "999.1.1.1", "[::1", "127.3.4.5:80", ",,,"] {
        let call = |from: &str| claiming(client.from(from).get(LIST_POPS).basic("plain", "plainpass"), claim);
        assert_refused(&call("127.9.9.9").send().await);
        assert_done(&call("127.3.4.5").send().await);
    }
    // a policy's value that cannot be read is no weaker policy
    server.set("SecurityPolicy::SourceIPCheck", "0").await;
    let session = server.session_of(client.from("127.3.4.5"), Cpanel, "plain").await;
    server.set("cookieipvalidation", "nonsense").await;
    let moved = client.from("127.9.9.9").get(&format!("{}{LIST_POPS}", session.token));
    assert_refused(&session.with_cookie(moved).send().await);
    assert!(session.lives().await);
}

#[tokio::test]
async fn cve_2026_104080_nobody_is_trusted_for_coming_from_this_machine() {
    let server = TestServer::start().await;
    for service in Service::ALL {
        for client in [server.client(service), server.plain_client(service)] {
            for path in [LIST_POPS, VERSION, LIST_ACCOUNTS, "/execute/Tokens/list", "/xml-api/listaccts"] {
                assert_refused(&claiming(client.get(path), "127.0.0.1").send().await);
                let ticket = claiming(client.get(path), "127.0.0.1")
                    .header("Authorization", &format!("ticket {}", "0".repeat(64)));
                assert_refused(&ticket.send().await);
            }
        }
    }
    // the kernel's word is taken on the socket, and nobody's over the network
    let peer = |client: Client| client.get(LIST_ACCOUNTS).header("Authorization", "peer root");
    assert_refused(&peer(server.client(Whm)).send().await);
    assert!(is_done(&peer(server.socket_client()).send().await));
}

/// What servers in front of others say of whom they have let in.
const IDENTITIES: [(&str, &str); 14] = [
    ("SSL-Client-DN", "/CN=root"),
    ("X-SSL-Client-DN", "/CN=root"),
    ("X-SSL-Client-S-DN", "CN=root"),
    ("X-SSL-Client-CN", "root"),
    ("X-SSL-Client-Verify", "SUCCESS"),
    ("SSL_CLIENT_S_DN", "CN=root"),
    ("X-Client-Cert", "root"),
    ("Remote-User", "root"),
    ("REMOTE_USER", "root"),
    ("X-Remote-User", "root"),
    ("X-Forwarded-User", "root"),
    ("X-Authenticated-User", "root"),
    ("X-WEBAUTH-USER", "root"),
    ("X-Original-URL", "/json-api/version"),
];

#[tokio::test]
async fn cve_2026_56020_a_header_field_names_nobody() {
    let server = TestServer::start().await;
    let client = server.client(Whm);
    for (name, value) in IDENTITIES {
        for path in [LIST_ACCOUNTS, "/scripts2/listaccts"] {
            assert_refused(&client.get(path).header(name, value).send().await);
        }
        // beside a credential of one's own it gives no other's rights
        let listed = client.get(LIST_ACCOUNTS).header("Authorization", WHM_TOKEN).header(name, value);
        let listed = listed.send().await;
        assert!(is_done(&listed) && !listed.text().contains("cptest"), "{name}: {listed:?}");
    }
    let root = client.get(LIST_ACCOUNTS).basic("root", "sandbox").send().await;
    assert!(is_done(&root) && root.text().contains("cptest"), "{root:?}");
}
