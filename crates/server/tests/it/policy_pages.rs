//! The pages that stand before all others while a policy demands something.

use portreeve_testkit::{Login, Response, Session, TestServer};
use portreeve_types::Subject;

use crate::support::*;

const START: &str = "/frontend/portreeve/index.html";
const PASSWORD: &str = "/security/password";
const ADDRESS: &str = "/security/address";
const STRONG: &str = "correct horse battery staple";

async fn change(session: &Session, old: &str, new: &str, again: &str) -> Response {
    session.post(PASSWORD).form(&[("oldpass", old), ("newpass", new), ("newpass2", again)]).send().await
}

#[tokio::test]
async fn a_weak_password_is_changed_before_anything_else_and_the_other_sessions_end() {
    on_each_database(async |server| {
        let other = server.session(Cpanel, "plain").await;
        let session = server.session(Cpanel, "plain").await;
        server.set("SecurityPolicy::PasswordStrength", "1").await;
        let page = session.get(START).send().await;
        assert_eq!(page.status, 303, "{page:?}");
        assert_eq!(page.header("Location"), Some(format!("{}{PASSWORD}", session.token).as_str()));
        let form = session.get(PASSWORD).send().await;
        assert_eq!(form.status, 200, "{form:?}");
        assert!(form.text().contains(&format!("action=\"{}{PASSWORD}\"", session.token)), "{form:?}");
        for (old, new, again, says) in [
            ("plainpass", STRONG, "something else", "not the same twice"),
            ("wrong", STRONG, STRONG, "The old password is wrong."),
            ("plainpass", "password1", "password1", "The password is too weak: its strength is "),
            ("plainpass", "short", "short", "a password has 8 to 255 characters"),
        ] {
            let answer = change(&session, old, new, again).await;
            assert_eq!(answer.status, 400, "{answer:?}");
            assert!(answer.text().contains(says), "{answer:?}");
            assert_eq!(session.get(START).send().await.status, 303);
        }
        let changed = change(&session, "plainpass", STRONG, STRONG).await;
        assert_eq!(changed.status, 303, "{changed:?}");
        assert_eq!(session.get(START).send().await.status, 200);
        assert!(session.lives().await);
        assert!(!other.lives().await);
        let client = server.client(Cpanel);
        assert_login_refused(&log_in(&client, "plain", "plainpass").await, "invalid_login");
        assert_logged_in(&log_in(&client, "plain", STRONG).await);
    })
    .await;
}

#[tokio::test]
async fn the_change_of_a_password_wants_the_sessions_security_token() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let fields = [("oldpass", "plainpass"), ("newpass", STRONG), ("newpass2", STRONG)];
    let refused = session.with_cookie(session.client.post(PASSWORD).form(&fields)).send().await;
    assert_eq!(refused.status, 401, "{refused:?}");
    assert_logged_in(&log_in(&server.client(Cpanel), "plain", "plainpass").await);
    let basic = server.client(Cpanel).post(PASSWORD).basic("plain", "plainpass").form(&fields).send().await;
    assert_eq!(basic.status, 401, "a header credential is for no page: {basic:?}");
}

#[tokio::test]
async fn guesses_at_the_old_password_are_throttled_like_logins() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for _ in 0..5 {
        assert!(change(&session, "wrong", STRONG, STRONG).await.text().contains("is wrong"));
    }
    let right = change(&session, "plainpass", STRONG, STRONG).await;
    assert!(right.text().contains("Too many wrong passwords of this account"), "{right:?}");
}

#[tokio::test]
async fn an_old_password_is_changed_on_the_mailboxes_port_too() {
    let server = TestServer::start().await;
    server.pass_seconds(90 * 86_400);
    server.set("SecurityPolicy::PasswordAge", "1").await;
    let user = "user@plain.example";
    let session = server.session(Webmail, user).await;
    assert_eq!(session.get(LIST_POPS).send().await.reason, "Password too old: log in and change it");
    let same = change(&session, "mailpass", "mailpass", "mailpass").await;
    assert_eq!(same.status, 400, "{same:?}");
    assert_eq!(change(&session, "mailpass", STRONG, STRONG).await.status, 303);
    assert_listed(&session.get(LIST_POPS).send().await);
    assert_logged_in(&log_in(&server.client(Webmail), user, STRONG).await);
}

#[tokio::test]
async fn whoever_has_whm_changes_a_demanded_password_there() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::PasswordStrength", "1").await;
    let session = server.session(Whm, "root").await;
    assert_eq!(session.get("/").send().await.status, 303);
    assert_eq!(change(&session, "sandbox", STRONG, STRONG).await.status, 303);
    assert_eq!(session.get("/").send().await.status, 200);
    assert_logged_in(&log_in(&server.client(Whm), "root", STRONG).await);
}

#[tokio::test]
async fn a_bookmark_is_gone_on_to_once_what_is_demanded_is_settled() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::PasswordStrength", "1").await;
    let session = server.session(Cpanel, "plain").await;
    let bookmark = "/go/api-tokens?site=one";
    let demanded = session.get(bookmark).send().await;
    let goto = format!("{}{PASSWORD}?goto_uri=%2Fgo%2Fapi%2Dtokens%3Fsite%3Done", session.token);
    assert_eq!((demanded.status, demanded.header("Location")), (303, Some(goto.as_str())), "{demanded:?}");
    let form = session.with_cookie(session.client.get(&goto)).send().await;
    assert!(form.text().contains(&format!("action=\"{goto}\"")), "{form:?}");
    let fields = [("oldpass", "plainpass"), ("newpass", STRONG), ("newpass2", STRONG)];
    let changed = session.with_cookie(session.client.post(&goto)).form(&fields).send().await;
    let place = format!("{}{bookmark}", session.token);
    assert_eq!((changed.status, changed.header("Location")), (303, Some(place.as_str())), "{changed:?}");
}

#[tokio::test]
async fn a_demanded_page_goes_on_to_bookmarks_and_nowhere_else() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::PasswordStrength", "1").await;
    let session = server.session(Cpanel, "plain").await;
    for goto in ["//evil.example", "/3rdparty/x.cgi?delete=1", "https://evil.example/go/x", "/go/", "%ff"] {
        let form = session.get(&format!("{PASSWORD}?goto_uri={goto}")).send().await;
        assert!(form.text().contains(&format!("action=\"{}{PASSWORD}\"", session.token)), "{goto}: {form:?}");
    }
}

#[tokio::test]
async fn one_can_log_out_whatever_is_demanded() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::PasswordStrength", "1").await;
    let session = server.session(Cpanel, "plain").await;
    let answer = session.get("/logout/").send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    server.set("SecurityPolicy::PasswordStrength", "0").await;
    assert!(!session.lives().await);
}

const CHOICE: [(&str, &str); 8] = [
    ("question1", "0"),
    ("answer1", "Bad Ischl"),
    ("question2", "2"),
    ("answer2", "Rex"),
    ("question3", "5"),
    ("answer3", "the sea"),
    ("question4", "7"),
    ("answer4", "Nobody"),
];

const ANSWERS: [(&str, &str); 4] =
    [("answer1", "bad  ischl"), ("answer2", "REX"), ("answer3", "The Sea"), ("answer4", "nobody ")];

#[tokio::test]
async fn the_first_login_chooses_questions_and_the_next_address_answers_them() {
    on_each_database(async |server| {
        server.set("SecurityPolicy::SourceIPCheck", "1").await;
        let home = server.session(Cpanel, "plain").await;
        assert_eq!(home.get(START).send().await.status, 303);
        assert!(home.get(ADDRESS).send().await.text().contains("name=\"question4\""));
        let twice = CHOICE.map(|(name, value)| (name, if name == "question2" { "0" } else { value }));
        let refused = home.post(ADDRESS).form(&twice).send().await;
        assert!(refused.text().contains("Choose four different questions."), "{refused:?}");
        let chosen = home.post(ADDRESS).form(&CHOICE).send().await;
        assert_eq!(chosen.status, 303, "{chosen:?}");
        assert_eq!(home.get(START).send().await.status, 200);

        let elsewhere = server.client(Cpanel).from("127.9.9.9");
        let away = server.session_of(elsewhere.clone(), Cpanel, "plain").await;
        let asked = away.get(ADDRESS).send().await;
        assert!(!asked.text().contains("name=\"question1\""), "{asked:?}");
        assert!(asked.text().contains("What was the name of your first pet?"), "{asked:?}");
        let wrong = ANSWERS.map(|(name, value)| (name, if name == "answer3" { "the hills" } else { value }));
        let refused = away.post(ADDRESS).form(&wrong).send().await;
        assert!(refused.text().contains("The answers are not the right ones."), "{refused:?}");
        let basic = elsewhere.get(LIST_POPS).basic("plain", "plainpass");
        assert_eq!(basic.clone().send().await.reason, "Address not verified: log in from it once");
        assert_eq!(away.post(ADDRESS).form(&ANSWERS).send().await.status, 303);
        assert_eq!(away.get(START).send().await.status, 200);
        assert_listed(&basic.send().await);
    })
    .await;
}

#[tokio::test]
async fn wrong_answers_are_guesses() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::SourceIPCheck", "1").await;
    let home = server.session(Cpanel, "plain").await;
    assert_eq!(home.post(ADDRESS).form(&CHOICE).send().await.status, 303);
    let away = server.session_of(server.client(Cpanel).from("127.9.9.9"), Cpanel, "plain").await;
    let wrong = ANSWERS.map(|(name, _)| (name, "a guess"));
    for _ in 0..5 {
        assert_eq!(away.post(ADDRESS).form(&wrong).send().await.status, 400);
    }
    let throttled = away.post(ADDRESS).form(&ANSWERS).send().await;
    assert_eq!(throttled.status, 403, "{throttled:?}");
    assert!(throttled.retry_after().is_some(), "{throttled:?}");
    server.pass_seconds(60);
    assert_eq!(away.post(ADDRESS).form(&ANSWERS).send().await.status, 303);
}

#[tokio::test]
async fn the_code_comes_before_every_other_demand() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::TwoFactorAuth", "0").await;
    server.set("SecurityPolicy::PasswordStrength", "1").await;
    // in its own second, the session would be taken for the one in which the factor was set up
    server.pass_seconds(1);
    let client = server.client(Cpanel);
    let answer = client.login(Login { user: "cptest", pass: "blahblah", code: None }).send().await;
    let session = Session::from_answer(client, Cpanel, &answer).expect("a session");
    assert!(session.get(PASSWORD).send().await.text().contains("password_form"));
    server.set("SecurityPolicy::TwoFactorAuth", "1").await;
    for answer in [session.get(PASSWORD).send().await, change(&session, "blahblah", STRONG, STRONG).await] {
        assert!(answer.text().contains("tfa_login_form"), "{answer:?}");
    }
    assert_login_refused(
        &log_in_with(&server.client(Cpanel), "cptest", STRONG, &server.code("cptest")).await,
        "invalid_login",
    );
}

#[tokio::test]
async fn a_verified_network_stands_for_its_addresses() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::SourceIPCheck", "1").await;
    let plain = server.store().account(&"plain".parse().unwrap()).await.unwrap().unwrap();
    server.verify_address(Subject::Account(plain.id), "127.3.4.*").await;
    let basic = |from: &str| server.client(Cpanel).from(from).get(LIST_POPS).basic("plain", "plainpass");
    assert_listed(&basic("127.3.4.200").send().await);
    assert_eq!(basic("127.3.5.200").send().await.status, 401);
}

#[tokio::test]
async fn a_password_that_calls_without_its_code_is_noted_in_the_log() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let noted = async |call: portreeve_testkit::Call| {
        let answer = call.send().await;
        assert_listed(&answer);
        let line: serde_json::Value = serde_json::from_str(&server.line(answer.request_id()).await).unwrap();
        line["without_code"].as_bool().expect("a truth value")
    };
    let basic = || client.get(LIST_POPS).basic("cptest", "blahblah");
    assert!(!noted(basic().code(&server.code("cptest"))).await);
    server.set("SecurityPolicy::xml-api", "0").await;
    assert!(noted(basic()).await);
    assert!(!noted(basic().code(&server.code("cptest"))).await);
    assert!(!noted(client.get(LIST_POPS).basic("plain", "plainpass")).await);
}

#[tokio::test]
async fn nobody_chooses_questions_that_are_not_demanded() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let start = format!("{}{START}", session.token);
    let plain = server.store().account(&"plain".parse().unwrap()).await.unwrap().unwrap();
    for answer in [session.get(ADDRESS).send().await, session.post(ADDRESS).form(&CHOICE).send().await] {
        assert_eq!((answer.status, answer.header("Location")), (303, Some(start.as_str())), "{answer:?}");
    }
    let chosen = async || server.store().security_questions(Subject::Account(plain.id)).await.unwrap();
    assert!(chosen().await.is_none());
    // nor from an address that is verified already
    server.set("SecurityPolicy::SourceIPCheck", "1").await;
    server.verify_address(Subject::Account(plain.id), "127.0.0.1").await;
    assert_eq!(session.post(ADDRESS).form(&CHOICE).send().await.header("Location"), Some(start.as_str()));
    assert!(chosen().await.is_none());
}

#[tokio::test]
async fn a_password_from_whoever_owns_the_account_makes_the_next_login_choose_anew() {
    on_each_database(async |server| {
        server.set("SecurityPolicy::SourceIPCheck", "1").await;
        // somebody who had the password chose first
        let planter = server.session_of(server.client(Cpanel).from("127.9.9.9"), Cpanel, "plain").await;
        assert_eq!(planter.post(ADDRESS).form(&CHOICE).send().await.status, 303);
        let client = server.client(Whm);
        let fields = [("user", "plain"), ("password", STRONG)];
        let root = server.store().account(&"root".parse().unwrap()).await.unwrap().unwrap();
        server.verify_address(Subject::Account(root.id), "127.0.0.1").await;
        let reset =
            client.post("/json-api/passwd?api.version=1").basic("root", "sandbox").form(&fields).send().await;
        assert_eq!(reset.json()["metadata"]["result"], 1, "{reset:?}");
        assert!(!planter.lives().await);
        let client = server.client(Cpanel);
        let answer = client.login(Login { user: "plain", pass: STRONG, code: None }).send().await;
        let owner = Session::from_answer(client, Cpanel, &answer).unwrap();
        assert!(owner.get(ADDRESS).send().await.text().contains("name=\"question4\""));
        let client = server.client(Cpanel).from("127.9.9.9");
        let answer = client.login(Login { user: "plain", pass: STRONG, code: None }).send().await;
        let elsewhere = Session::from_answer(client, Cpanel, &answer).unwrap();
        assert_eq!(elsewhere.get(START).send().await.status, 303);
    })
    .await;
}
