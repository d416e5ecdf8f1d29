//! The second factor: guessed, skipped, used twice, asked for on the client's side, set up by somebody half let in.

use tokio::task::JoinSet;

use crate::support::*;

const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const ENROL: &str = "/execute/TwoFactorAuth/set_user_configuration";

/// The second step of a login, by the cookie of the first.
fn second_step(client: &Client, cookie: &str, code: &str) -> Call {
    client.post("/login/?login_only=1").form(&[("tfa_token", code)]).cookie("cpanelpending", cookie)
}

/// A WHM call with a password.
fn as_asder(server: &TestServer, path: &str) -> Call {
    server.client(Whm).get(path).basic("asder", "blah1")
}

#[tokio::test]
async fn cve_2020_29136_wrong_codes_are_counted_wherever_they_come_from() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    // an address from which the owner has logged in before
    assert_opened(&log_in_with(&client, "cptest", "blahblah", &server.code("cptest")).await);
    server.pass_seconds(30);
    let wrong = server.wrong_code("cptest");
    let mut evaluated = 0;
    for number in 0..40 {
        // another address, another session, and every carrier in turn
        let from = client.from(&format!("127.7.{number}.1"));
        let answer = match number % 3 {
            0 => log_in_with(&from, "cptest", "blahblah", &wrong).await,
            1 => from.get(LIST_POPS).basic("cptest", "blahblah").code(&wrong).send().await,
            _ => {
                let cookie = log_in(&from, "cptest", "blahblah").await;
                let cookie = cookie.cookie("cpanelpending").map(str::to_owned).unwrap_or_default();
                second_step(&from, &cookie, &wrong).send().await
            }
        };
        assert_refused(&answer);
        evaluated += usize::from(answer.retry_after().is_none());
    }
    assert!((1..=5).contains(&evaluated), "{evaluated} codes were evaluated");
    let unknown = client.from("127.7.200.1");
    assert_refused(&log_in_with(&unknown, "cptest", "blahblah", &server.code("cptest")).await);
    let header = unknown.get(LIST_POPS).basic("cptest", "blahblah").code(&server.code("cptest"));
    assert_refused(&header.send().await);
    // its owner is not locked out
    assert_opened(&log_in_with(&client, "cptest", "blahblah", &server.code("cptest")).await);
}

#[tokio::test]
async fn home_assistant_116224_the_api_asks_for_the_code_too() {
    let server = TestServer::start().await;
    let cpanel = server.client(Cpanel);
    for path in [LIST_POPS, "/json-api/cpanel?cpanel_jsonapi_module=Email&cpanel_jsonapi_func=listpops"] {
        let call = cpanel.get(path).basic("cptest", "blahblah");
        assert_refused(&call.clone().send().await);
        assert_refused(&call.clone().code("").send().await);
        assert_eq!(call.code(&server.code("cptest")).send().await.status, 200, "{path}");
    }
    for path in
        [VERSION, "/xml-api/version", "/json-api/cpanel?user=plain", "/json-api/uapi_cpanel?user=plain"]
    {
        assert_refused(&as_asder(&server, path).send().await);
        assert_eq!(as_asder(&server, path).code(&server.code("asder")).send().await.status, 200, "{path}");
    }
    let tfa = server.client(Webmail).get(LIST_POPS).basic("tfa@plain.example", "mailpass");
    assert_refused(&tfa.clone().send().await);
    assert_done(&tfa.code(&server.code("tfa@plain.example")).send().await);
    // nor does the owner's password pass by the owner's code
    let possessed = cpanel.get(LIST_POPS).basic("plain", "blah1");
    assert_refused(&possessed.clone().send().await);
    server.pass_seconds(30);
    assert_done(&possessed.code(&server.code("asder")).send().await);
}

#[tokio::test]
async fn ghsa_f9rx_7wf7_jr36_no_token_is_made_without_the_code() {
    let server = TestServer::start().await;
    let make = "/execute/Tokens/create_full_access?name=script";
    let session = server.session(Cpanel, "plain").await;
    let enrolled = session.post(ENROL).form(&[("secret", SECRET), ("tfa_token", &server.code_of(SECRET, 0))]);
    assert_done(&enrolled.send().await);
    server.pass_seconds(30);
    let basic = server.client(Cpanel).get(make).basic("plain", "plainpass");
    // a policy that lets calls pass without a code does not let them make what needs none ever after
    for policy in ["1", "0"] {
        server.set("SecurityPolicy::xml-api", policy).await;
        assert_not_made(&session.get(make).send().await);
        assert_not_made(&basic.clone().send().await);
    }
    let made = basic.code(&server.code_of(SECRET, 0)).send().await;
    assert_done(&made);
    assert!(made.json()["data"]["token"].is_string(), "{made:?}");
}

#[track_caller]
fn assert_not_made(answer: &Response) {
    let done =
        serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok_and(|json| json["status"] == 1);
    assert!(!done && !answer.text().contains("\"token\""), "{answer:?}");
}

/// Every way to give `cptest`'s password and a code of it.
async fn on_every_carrier(server: &TestServer, pass: &str, code: &str) -> Vec<Response> {
    let (cpanel, webmail) = (server.client(Cpanel), server.client(Webmail));
    let form = [("user", "cptest"), ("pass", pass), ("tfa_token", code)];
    vec![
        log_in_with(&cpanel, "cptest", pass, code).await,
        log_in_with(&webmail, "cptest", pass, code).await,
        cpanel.post("/login/").form(&form).send().await,
        cpanel.get(LIST_POPS).basic("cptest", pass).code(code).send().await,
        cpanel.get("/json-api/cpanel").basic("cptest", pass).code(code).send().await,
    ]
}

#[tokio::test]
async fn cve_2026_40177_a_right_code_makes_no_password_right() {
    let server = TestServer::start().await;
    let code = server.code("cptest");
    for answer in on_every_carrier(&server, "wrong", &code).await {
        assert_refused(&answer);
        assert_eq!(answer.retry_after(), None, "{answer:?}");
    }
    // or all of these would be refused for those
    server.pass_seconds(3600);
    for answer in on_every_carrier(&server, "blahblah", &server.wrong_code("cptest")).await {
        assert_opens_nothing(&answer);
        assert_ne!(answer.status, 301, "{answer:?}");
        assert_eq!(answer.retry_after(), None, "{answer:?}");
    }
    server.pass_seconds(3600);
    let code = server.code("cptest");
    let right = on_every_carrier(&server, "blahblah", &code).await;
    let statuses: Vec<u16> = right.iter().map(|answer| answer.status).collect();
    // the third gives the first's code for the same service again
    assert_eq!(statuses, [200, 200, 200, 200, 200], "{right:?}");
    assert!(right[0].cookie("cpsession").is_some() && right[1].cookie("webmailsession").is_some());
}

#[tokio::test]
async fn cve_2014_7828_an_empty_password_is_wrong_whatever_the_code() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "cptest").await;
    server.pass_seconds(30);
    let code = server.code("cptest");
    for answer in on_every_carrier(&server, "", &code).await {
        assert_refused(&answer);
    }
    // nor does a recovery code stand for the password
    let renewed = session.get("/execute/TwoFactorAuth/generate_recovery_codes").send().await;
    let recovery = renewed.json()["data"]["recovery_codes"][0].as_str().expect("a code").to_owned();
    server.pass_seconds(3600);
    for pass in ["", "wrong", &recovery] {
        assert_refused(&log_in_with(&server.client(Cpanel), "cptest", pass, &recovery).await);
    }
    server.pass_seconds(3600);
    assert_opened(&log_in_with(&server.client(Cpanel), "cptest", "blahblah", &recovery).await);
}

#[tokio::test]
async fn cve_2026_103655_a_code_opens_one_session() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let code = server.code("cptest");
    assert_opened(&log_in_with(&client, "cptest", "blahblah", &code).await);
    for _ in 0..2 {
        assert_refused(&log_in_with(&client, "cptest", "blahblah", &code).await);
        server.pass_seconds(25);
    }
    assert_opened(&log_in_with(&client, "cptest", "blahblah", &server.code("cptest")).await);
}

#[tokio::test]
async fn cve_2026_82470_a_code_is_used_up_for_the_second_step_too() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let (one, other) = (
        pending(&client, Cpanel, "cptest", "blahblah").await,
        pending(&client, Cpanel, "cptest", "blahblah").await,
    );
    let code = server.code("cptest");
    assert_opened(&second_step(&client, &one, &code).send().await);
    assert_refused(&second_step(&client, &other, &code).send().await);
    assert_refused(&second_step(&client, &one, &code).send().await);
    server.pass_seconds(30);
    assert_opened(&second_step(&client, &other, &server.code("cptest")).send().await);
}

#[tokio::test]
async fn cve_2026_104105_a_code_that_was_overheard_is_worth_nothing_elsewhere() {
    let server = TestServer::start().await;
    let (here, there) = (server.client(Cpanel), server.client(Cpanel).from("127.0.0.9"));
    let code = server.code("cptest");
    let call = |client: &Client| client.get(LIST_POPS).basic("cptest", "blahblah").code(&code);
    assert_done(&call(&here).send().await);
    assert_refused(&call(&there).send().await);
    // one that was seen in a header first opens no session, not even where it was seen
    for client in [&here, &there] {
        assert_refused(&log_in_with(client, "cptest", "blahblah", &code).await);
    }
    assert_refused(&log_in_with(&server.client(Webmail), "cptest", "blahblah", &code).await);
    server.pass_seconds(30);
    assert_opened(&log_in_with(&there, "cptest", "blahblah", &server.code("cptest")).await);
}

#[tokio::test]
async fn cve_2021_43177_a_code_within_the_drift_is_used_up_by_a_later_one() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    // all three are in the window
    let (before, now, after) =
        (server.code_in("cptest", -1), server.code("cptest"), server.code_in("cptest", 1));
    assert_opened(&log_in_with(&client, "cptest", "blahblah", &now).await);
    for code in [&before, &now] {
        assert_refused(&log_in_with(&client, "cptest", "blahblah", code).await);
    }
    assert_opened(&log_in_with(&client, "cptest", "blahblah", &after).await);
    server.pass_seconds(30);
    for code in [&now, &after] {
        assert_refused(&log_in_with(&client, "cptest", "blahblah", code).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cve_2026_107276_of_many_that_give_one_code_at_once_one_is_let_in() {
    let server = TestServer::start().await;
    for _ in 0..3 {
        let code = server.code("cptest");
        let mut clients = JoinSet::new();
        for _ in 0..24 {
            let (client, code) = (server.client(Cpanel), code.clone());
            clients.spawn(async move { log_in_with(&client, "cptest", "blahblah", &code).await });
        }
        let answers = clients.join_all().await;
        let opened = answers.iter().filter(|answer| answer.cookie("cpsession").is_some()).count();
        assert_eq!(opened, 1, "{answers:?}");
        server.pass_seconds(30);
    }
}

#[tokio::test]
async fn cve_2021_30120_what_the_client_says_of_its_second_factor_counts_for_nothing() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let fields = [("user", "cptest"), ("pass", "blahblah")];
    for claim in [
        ("MFARequired", "0"),
        ("tfa_required", "0"),
        ("tfa_verified", "1"),
        ("tfa_login", "1"),
        ("successful_internal_auth", "1"),
        ("two_factor", "false"),
        ("tfa_token", ""),
    ] {
        let (name, value) = claim;
        for call in [
            client.post("/login/?login_only=1").form(&[&fields[..], &[claim]].concat()),
            client.post(&format!("/login/?login_only=1&{name}={value}")).form(&fields),
            client.get(LIST_POPS).basic("cptest", "blahblah").header(name, value).cookie(name, value),
        ] {
            let answer = call.send().await;
            assert_refused(&answer);
            assert_eq!(answer.retry_after(), None, "{claim:?}: {answer:?}");
        }
    }
    let code = server.code("cptest");
    let with_code = [&fields[..], &[("MFARequired", "1"), ("tfa_token", &code)]].concat();
    assert_opened(&client.post("/login/?login_only=1").form(&with_code).send().await);
}

#[tokio::test]
async fn cve_2026_111949_whoever_is_half_let_in_sets_up_no_second_factor() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let cookie = pending(&client, Cpanel, "cptest", "blahblah").await;
    let code = server.code_of(SECRET, 0);
    let fields = [("secret", SECRET), ("tfa_token", code.as_str()), ("action", "configure")];
    for path in [
        ENROL,
        "/execute/TwoFactorAuth/generate_user_configuration",
        "/execute/TwoFactorAuth/remove_user_configuration",
        "/execute/Tokens/create_full_access",
        "/security/two-factor",
        LIST_POPS,
        "/",
        "/go/api-tokens",
    ] {
        for name in ["cpanelpending", "cpsession"] {
            let answer = client.post(path).form(&fields).cookie(name, &cookie).send().await;
            assert_opens_nothing(&answer);
            // a stranger at the front door is shown it
            let is_login_page = answer.text().contains("login_form");
            assert!(answer.status >= 400 || is_login_page, "{path}: {answer:?}");
        }
    }
    // its own secret is still the one that is asked for
    assert_opened(&second_step(&client, &cookie, &server.code("cptest")).send().await);
}
