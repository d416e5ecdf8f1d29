//! The session's cookie.

use portreeve_testkit::TestServer;

use crate::support::*;

#[tokio::test]
async fn the_cookie_is_kept_from_scripts_other_sites_and_plain_ports() {
    let server = TestServer::start().await;
    for (service, user, pass, name) in [
        (Cpanel, "plain", "plainpass", "cpsession"),
        (Whm, "root", "sandbox", "whostmgrsession"),
        (Webmail, "user@plain.example", "mailpass", "webmailsession"),
    ] {
        let answer = log_in(&server.client(service), user, pass).await;
        let cookie = answer.set_cookie(name).expect("a session cookie");
        let (value, attributes) = cookie.split_once("; ").expect("attributes");
        assert_eq!(attributes, "HttpOnly; Path=/; SameSite=Lax; Secure");
        let (_, value) = value.split_once('=').expect("a value");
        let encoded_user = user.replace('@', "%40");
        assert!(value.starts_with(&format!("{encoded_user}%3a")) && value.contains("%2c"), "{value}");
        assert!(value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"%._-".contains(&byte)), "{value}");
    }
}

#[tokio::test]
async fn a_cookie_of_a_plain_port_is_not_marked_secure() {
    let server = TestServer::start().await;
    let answer = log_in(&server.plain_client(Cpanel), "plain", "plainpass").await;
    assert_logged_in(&answer);
    assert!(!answer.set_cookie("cpsession").expect("a cookie").contains("Secure"), "{answer:?}");
}

#[tokio::test]
async fn a_login_makes_a_new_session_whatever_cookie_comes_along() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let chosen = "plain%3aAAAAAAAAAAAAAAAA%2c00000000000000000000000000000000";
    for sent in [session.value.as_str(), chosen] {
        let call =
            session.client.post("/login?login_only=1").form(&[("user", "plain"), ("pass", "plainpass")]);
        let answer = call.cookie("cpsession", sent).send().await;
        assert_logged_in(&answer);
        assert_ne!(answer.cookie("cpsession"), Some(sent));
    }
    assert!(session.lives().await);
}

#[tokio::test]
async fn both_halves_of_the_cookie_are_required() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let value = session.value.as_str();
    let (before, secret) = value.split_once("%2c").expect("two halves");
    let mut flipped = secret.to_owned();
    let last = flipped.pop().expect("a secret");
    flipped.push(if last == 'a' { 'b' } else { 'a' });
    let path = format!("{}{LIST_POPS}", session.token);
    for wrong in [
        before.to_owned(),
        format!("{before}%2c"),
        format!("%2c{secret}"),
        secret.to_owned(),
        value[..value.len() - 1].to_owned(),
        format!("{value}0"),
        format!("{before}%2c{flipped}"),
        value.replacen("plain", "cptest", 1),
        value.replacen("plain", "", 1),
        String::new(),
    ] {
        let answer = session.client.get(&path).cookie("cpsession", &wrong).send().await;
        assert_access_denied(&answer);
    }
    // any case of the escapes is read
    let upper = value.replace("%3a", "%3A").replace("%2c", "%2C");
    assert_listed(&session.client.get(&path).cookie("cpsession", &upper).send().await);
    assert!(session.lives().await);
}

#[tokio::test]
async fn a_cookie_that_comes_twice_with_different_values_is_400() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let other = server.session(Cpanel, "plain").await;
    let doubled = session.get(LIST_POPS).cookie("cpsession", &other.value).send().await;
    assert_eq!(doubled.status, 400, "{doubled:?}");
    assert!(doubled.text().contains("same cookie twice"), "{doubled:?}");
    let two_fields =
        session.get(LIST_POPS).header("Cookie", &format!("cpsession={}", other.value)).send().await;
    assert_eq!(two_fields.status, 400, "{two_fields:?}");
    assert_listed(&session.get(LIST_POPS).cookie("cpsession", &session.value).send().await);
}

#[tokio::test]
async fn a_tls_session_is_refused_on_the_plain_port_and_the_other_way_round() {
    let server = TestServer::start().await;
    let (tls, plain) = (server.client(Cpanel), server.plain_client(Cpanel));
    for (own, other) in [(&tls, &plain), (&plain, &tls)] {
        let session = server.session_of(own.clone(), Cpanel, "plain").await;
        let path = format!("{}{LIST_POPS}", session.token);
        assert_access_denied(&other.get(&path).cookie("cpsession", &session.value).send().await);
        assert!(session.lives().await);
    }
}
