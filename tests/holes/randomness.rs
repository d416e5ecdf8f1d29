//! Randomness: nothing that lets somebody in follows from anything, and no two installations share a secret.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use crate::support::*;

/// A session's cookie without its name, and its security token.
async fn opened(server: &TestServer) -> (String, String) {
    let session = server.session(Cpanel, "plain").await;
    let (_, secret) = session.value.split_once("%3a").expect("a name in front");
    (secret.to_owned(), session.token.clone())
}

#[tokio::test]
async fn cve_2019_20494_no_session_follows_from_another() {
    // both clocks stand at the same moment, and the same user logs in
    let (one, other) = (TestServer::start().await, TestServer::start().await);
    let (mut cookies, mut tokens, mut digits) =
        (BTreeSet::new(), BTreeSet::new(), HashMap::<char, usize>::new());
    for server in [&one, &other] {
        for _ in 0..100 {
            let (cookie, token) = opened(server).await;
            let (_, secret) = cookie.split_once("%2c").expect("two halves");
            assert_eq!(secret.len(), 32, "{secret}");
            for digit in secret.chars() {
                *digits.entry(digit).or_default() += 1;
            }
            assert!(cookies.insert(cookie) && tokens.insert(token), "the same twice");
        }
    }
    // 6,400 digits of sixteen kinds: 400 of each, and 20 more or less in two cases of three
    assert_eq!(digits.len(), 16);
    let expected = 6400.0 / 16.0;
    let chi_squared: f64 = digits.values().map(|count| (*count as f64 - expected).powi(2) / expected).sum();
    // 15 degrees of freedom: beyond 57 with a probability of one in a million
    assert!(chi_squared < 57.0, "{chi_squared}: {digits:?}");
}

#[tokio::test]
async fn cwp_0_9_8_1120_a_link_does_not_follow_from_the_time_and_the_user() {
    let (one, other) = (TestServer::start().await, TestServer::start().await);
    let mut seen = BTreeSet::new();
    for server in [&one, &other] {
        let root = server.session(Whm, "root").await;
        for _ in 0..20 {
            let fields = [("user", "plain"), ("service", "cpaneld")];
            let made = root.post("/json-api/create_user_session?api.version=1").form(&fields).send().await;
            let value = made.json()["data"]["session"].as_str().expect("a link").to_owned();
            let parts: Vec<&str> = value.split([':', ',']).collect();
            assert_eq!((parts[0], parts[1].len(), parts[3].len()), ("plain", 16, 32), "{value}");
            assert!(seen.insert(parts[1].to_owned()) && seen.insert(parts[3].to_owned()), "the same twice");
            let opened = server.client(Cpanel).post("/login/?login_only=1").form(&[("session", &value)]);
            assert_opened(&opened.send().await);
        }
        let waiting = pending(&server.client(Cpanel), Cpanel, "cptest", "blahblah").await;
        assert!(seen.insert(waiting), "the same twice");
    }
}

/// A file of an installation.
fn file(server: &TestServer, name: &str) -> String {
    let path = Path::new(&server.description().data_dir).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Two fresh installations have a file each, and not the same.
async fn differs(name: &str) {
    let (one, other) = (TestServer::start().await, TestServer::start().await);
    let (one, other) = (file(&one, name), file(&other, name));
    assert!(one.len() > 32 && other.len() > 32, "{name} is short");
    let lines: BTreeSet<&str> = one.lines().filter(|line| !line.starts_with("-----")).collect();
    let shared: Vec<&str> = other.lines().filter(|line| line.len() > 20 && lines.contains(line)).collect();
    // how a key of this kind begins says only what kind it is
    assert!(shared.is_empty(), "{name} has the same lines twice: {shared:?}");
    assert_ne!(one, other);
}

#[tokio::test]
async fn cve_2026_67614_no_two_installations_have_a_key_in_common() {
    differs("keys/keyring").await;
}

#[tokio::test]
async fn cve_2020_26101_the_key_of_the_servers_certificate_is_its_own() {
    differs("tls/server.key").await;
}

#[tokio::test]
async fn cve_2020_26102_the_access_hash_is_an_installations_own() {
    differs("accesshash").await;
}

#[tokio::test]
async fn cve_2020_26104_what_an_installation_signs_with_is_its_own() {
    differs("keys/ca.key").await;
    // so what another one gave out opens nothing
    let (one, other) = (TestServer::start().await, TestServer::start().await);
    let (session, elsewhere) = (one.session(Cpanel, "plain").await, other.client(Cpanel));
    let call = elsewhere.get(&format!("{}{LIST_POPS}", session.token));
    assert_refused(&call.cookie(session.name, &session.value).send().await);
    assert!(session.lives().await);
}
