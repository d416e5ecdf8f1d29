//! Recovery codes: taken wherever a code is, once each, and counted like codes.

use portreeve_testkit::{Call, Response, Session, TestServer};
use tokio::task::JoinSet;

use crate::support::*;

const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const STATE: &str = "/execute/TwoFactorAuth/get_user_configuration";
const REMOVE: &str = "/execute/TwoFactorAuth/remove_user_configuration";
const RENEW: &str = "/execute/TwoFactorAuth/generate_recovery_codes";

fn codes_in(answer: &Response) -> Vec<String> {
    let codes = answer.json()["data"]["recovery_codes"].as_array().expect("recovery codes").clone();
    codes.iter().map(|code| code.as_str().expect("a text").to_owned()).collect()
}

/// Gives `plain` a second factor and answers its recovery codes.
async fn enrol(server: &TestServer) -> Vec<String> {
    let session = server.session(Cpanel, "plain").await;
    let fields = [("secret", SECRET), ("tfa_token", &server.code_of(SECRET, 0))];
    let answer = session.post("/execute/TwoFactorAuth/set_user_configuration").form(&fields).send().await;
    assert_eq!(answer.json()["data"]["tfa_configured"], 1, "{answer:?}");
    codes_in(&answer)
}

fn basic(server: &TestServer, path: &str, code: &str) -> Call {
    server.client(Cpanel).get(path).basic("plain", "plainpass").code(code)
}

async fn left(server: &TestServer) -> u64 {
    server.pass_seconds(30);
    let state = basic(server, STATE, &server.code_of(SECRET, 0)).send().await;
    state.json()["data"]["recovery_codes_left"].as_u64().expect("a number")
}

#[tokio::test]
async fn ten_codes_are_shown_once_and_each_is_taken_once_wherever_a_code_is() {
    on_each_database(async |server: TestServer| {
        let codes = enrol(&server).await;
        assert_eq!(codes.len(), 10);
        assert_eq!(left(&server).await, 10);
        let client = server.client(Cpanel);
        // a login's first step, typed as people type
        let typed = codes[0].to_lowercase().replace('-', " ");
        assert_logged_in(&log_in_with(&client, "plain", "plainpass", &typed).await);
        assert_login_refused(&log_in_with(&client, "plain", "plainpass", &codes[0]).await, "tfa_invalid");
        // its second step
        let first = log_in(&client, "plain", "plainpass").await;
        let cookie = first.cookie("cpanelpending").expect("a pending cookie").to_owned();
        let second = client.post("/login/?login_only=1").form(&[("tfa_token", &codes[1])]);
        let answer = second.cookie("cpanelpending", &cookie).send().await;
        assert_logged_in(&answer);
        // the session counts as one with a code
        let session = Session::from_answer(client.clone(), Cpanel, &answer).expect("a session");
        let state = session.get(STATE).send().await;
        assert_eq!(state.json()["data"]["recovery_codes_left"], 8, "{state:?}");
        // a request's header, once
        assert_listed(&basic(&server, LIST_POPS, &codes[2]).send().await);
        let again = basic(&server, LIST_POPS, &codes[2]).send().await;
        assert_eq!((again.status, again.reason.as_str()), (401, "Security code invalid"), "{again:?}");
        // a wrong password uses none up
        let wrong = client.get(LIST_POPS).basic("plain", "wrong").code(&codes[3]).send().await;
        assert_access_denied(&wrong);
        assert_eq!(left(&server).await, 7);
        // and a change of the factor itself
        let removed = basic(&server, REMOVE, &codes[3]).send().await;
        assert_eq!(removed.json()["data"]["tfa_removed"], 1, "{removed:?}");
        assert_logged_in(&log_in(&client, "plain", "plainpass").await);
    })
    .await;
}

#[tokio::test]
async fn codes_end_with_their_enrolment() {
    let server = TestServer::start().await;
    let old = enrol(&server).await;
    assert_eq!(basic(&server, REMOVE, &old[0]).send().await.json()["data"]["tfa_removed"], 1);
    let new = enrol(&server).await;
    let refused = basic(&server, LIST_POPS, &old[1]).send().await;
    assert_eq!(refused.reason, "Security code invalid", "{refused:?}");
    assert_listed(&basic(&server, LIST_POPS, &new[0]).send().await);
}

#[tokio::test]
async fn new_codes_need_a_code_and_end_the_old_ones() {
    let server = TestServer::start().await;
    let old = enrol(&server).await;
    // with the policies off a password alone is let in, and gets none all the same
    server.set("SecurityPolicy::xml-api", "0").await;
    let alone = server.client(Cpanel).get(RENEW).basic("plain", "plainpass").send().await;
    let refused = "Failed to generate recovery codes: log in with a security code first.";
    assert_eq!(alone.json()["errors"][0], refused, "{alone:?}");
    server.set("SecurityPolicy::TwoFactorAuth", "0").await;
    let unasked = basic(&server, RENEW, &server.code_of(SECRET, 0)).send().await;
    assert_eq!(unasked.json()["errors"][0], refused, "{unasked:?}");
    server.set("SecurityPolicy::TwoFactorAuth", "1").await;
    let new = codes_in(&basic(&server, RENEW, &server.code_of(SECRET, 0)).send().await);
    assert_eq!(new.len(), 10);
    let client = server.client(Cpanel);
    assert_login_refused(&log_in_with(&client, "plain", "plainpass", &old[0]).await, "tfa_invalid");
    assert_logged_in(&log_in_with(&client, "plain", "plainpass", &new[0]).await);
}

#[tokio::test]
async fn who_has_few_left_is_told() {
    let server = TestServer::start().await;
    let codes = enrol(&server).await;
    for code in &codes[..6] {
        let answer = basic(&server, LIST_POPS, code).send().await;
        assert_listed(&answer);
        assert_eq!(answer.header("X-Portreeve-Hint"), None, "{answer:?}");
    }
    let few = basic(&server, LIST_POPS, &codes[6]).send().await;
    assert_listed(&few);
    assert_eq!(
        few.header("X-Portreeve-Hint"),
        Some("recovery codes left: 3; make new ones (troubleshooting.md#recovery-codes)"),
        "{few:?}"
    );
    let login = log_in_with(&server.client(Cpanel), "plain", "plainpass", &codes[7]).await;
    assert_logged_in(&login);
    assert_eq!(
        login.header("X-Portreeve-Hint"),
        Some("recovery codes left: 2; make new ones (troubleshooting.md#recovery-codes)"),
        "{login:?}"
    );
}

#[tokio::test]
async fn guesses_at_recovery_codes_and_at_one_time_codes_share_their_count() {
    let server = TestServer::start().await;
    let codes = enrol(&server).await;
    let mut evaluated = 0;
    for number in 0..12 {
        let guess = if number % 2 == 0 { "AAAA-BBBB-CCCC-2222" } else { "not a code" };
        let answer = basic(&server, LIST_POPS, guess).send().await;
        evaluated += usize::from(answer.reason == "Security code invalid");
    }
    assert_eq!(evaluated, 5, "five wrong ones are free");
    // neither kind is evaluated now, and the right one is not used up
    for code in [&codes[0], &server.code_of(SECRET, 0)] {
        let waiting = basic(&server, LIST_POPS, code).send().await;
        assert_access_denied(&waiting);
        assert!(waiting.retry_after().is_some(), "{waiting:?}");
    }
    server.pass_seconds(60);
    assert_listed(&basic(&server, LIST_POPS, &codes[0]).send().await);
}

#[tokio::test]
async fn a_recovery_code_is_no_credential_in_any_other_place() {
    let server = TestServer::start().await;
    let code = enrol(&server).await.remove(0);
    let bare = code.replace('-', "");
    for authorization in [format!("cpanel plain:{code}"), format!("cpanel plain:{bare}{bare}")] {
        let answer = server.client(Cpanel).get(LIST_POPS).header("Authorization", &authorization);
        assert_access_denied(&answer.send().await);
    }
    for name in ["cpsession", "cpanelpending"] {
        assert_access_denied(&server.client(Cpanel).get(LIST_POPS).cookie(name, &bare).send().await);
    }
    assert_access_denied(&server.client(Cpanel).get(LIST_POPS).basic("plain", &code).send().await);
    assert_listed(&basic(&server, LIST_POPS, &code).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_clients_with_one_recovery_code_open_exactly_one_session() {
    on_each_database(async |server: TestServer| {
        let code = enrol(&server).await.remove(0);
        let mut clients = JoinSet::new();
        for _ in 0..64 {
            let (client, code) = (server.client(Cpanel), code.clone());
            clients.spawn(async move {
                // the hashing pool says so when it is full: such a try was never evaluated
                loop {
                    let answer = log_in_with(&client, "plain", "plainpass", &code).await;
                    if answer.status != 503 {
                        return answer;
                    }
                }
            });
        }
        let answers = clients.join_all().await;
        let (opened, refused): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.cookie("cpsession").is_some());
        assert_eq!(opened.len(), 1, "{opened:?}");
        assert_logged_in(opened[0]);
        for answer in refused {
            assert_eq!(answer.status, 401, "{answer:?}");
            assert!(!answer.shows_a_security_token(), "{answer:?}");
        }
    })
    .await;
}
