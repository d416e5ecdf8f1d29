//! Who may change a second factor, and what its codes do to the counters.

use portreeve_testkit::{Call, TestServer};

use crate::support::*;

const REMOVE: &str = "/execute/TwoFactorAuth/remove_user_configuration";
const ON_BEHALF: &str = "/json-api/uapi_cpanel?api.version=1&cpanel.user=asder\
    &cpanel.module=TwoFactorAuth&cpanel.function=remove_user_configuration";

async fn first_error(call: Call) -> String {
    let answer = call.send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    let errors = if json["errors"].is_array() { &json["errors"] } else { &json["data"]["uapi"]["errors"] };
    errors[0].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_api_token_cannot_take_a_second_factor_away_and_a_code_can() {
    let server = TestServer::start().await;
    let whm = server.client(Whm);
    let token = format!("whm asder:{ASDER_TOKEN}");
    let refused = first_error(whm.get(ON_BEHALF).header("Authorization", &token)).await;
    assert_eq!(refused, "Failed to remove user configuration: an API token cannot change a second factor.");
    let cpanel = server.client(Cpanel);
    let basic = || cpanel.get(LIST_POPS).basic("asder", "blah1");
    assert_eq!(basic().send().await.status, 401, "the factor is still asked for");
    let removed = cpanel.get(REMOVE).basic("asder", "blah1").code(&server.code("asder"));
    assert_eq!(first_error(removed).await, "");
    assert_listed(&basic().send().await);
}

#[tokio::test]
async fn a_session_from_before_the_factor_cannot_take_it_away_even_where_it_may_call() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::xml-api", "0").await;
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let session = server.session(Cpanel, "plain").await;
    let enrolled = session
        .post("/execute/TwoFactorAuth/set_user_configuration")
        .form(&[("secret", secret), ("tfa_token", &server.code_of(secret, 0))])
        .send()
        .await;
    assert_eq!(enrolled.json()["data"]["tfa_configured"], 1, "{enrolled:?}");
    let refused = first_error(session.get(REMOVE)).await;
    assert_eq!(refused, "Failed to remove user configuration: log in with a security code first.");
    let basic = server.client(Cpanel).get(REMOVE).basic("plain", "plainpass");
    assert_eq!(first_error(basic.clone()).await, refused, "a password alone is no more");
    assert_eq!(first_error(basic.code(&server.code_of(secret, 0))).await, "");
}

#[tokio::test]
async fn of_two_enrolments_at_once_one_counts_and_the_other_is_told() {
    let server = TestServer::start().await;
    for _ in 0..5 {
        let sessions = [server.session(Cpanel, "plain").await, server.session(Cpanel, "plain").await];
        let secrets = ["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"];
        let enrol = |at: usize| {
            let code = server.code_of(secrets[at], 0);
            let call = sessions[at].post("/execute/TwoFactorAuth/set_user_configuration");
            call.form(&[("secret", secrets[at]), ("tfa_token", &code)]).send()
        };
        let (first, second) = tokio::join!(enrol(0), enrol(1));
        // the other is refused by the function, by its ended session, or with the page that asks for a code
        let done = [&first, &second].map(|answer| answer.text().contains("\"tfa_configured\":1"));
        assert!(done[0] != done[1], "{first:?} {second:?}");
        let secret = secrets[usize::from(done[1])];
        let basic = server.client(Cpanel).get(REMOVE).basic("plain", "plainpass");
        assert_eq!(
            first_error(basic.code(&server.code_of(secret, 0))).await,
            "",
            "the winner's secret counts"
        );
    }
}

#[tokio::test]
async fn a_code_that_was_used_already_makes_no_wrong_one_forgotten() {
    let server = TestServer::start().await;
    let code = server.code("cptest");
    let first = server.client(Cpanel).get(LIST_POPS).basic("cptest", "blahblah").code(&code);
    assert_listed(&first.send().await);
    // elsewhere the code is used up; sent between wrong ones it must not open further guesses
    let guesser = server.client(Cpanel).from("127.5.5.5");
    let (wrong, mut evaluated) = (server.wrong_code("cptest"), 0);
    for try_number in 0..20 {
        let sent = if try_number % 5 == 4 { &code } else { &wrong };
        let answer = guesser.get(LIST_POPS).basic("cptest", "blahblah").code(sent).send().await;
        evaluated += usize::from(answer.reason == "Security code invalid");
    }
    assert_eq!(evaluated, 5, "five wrong codes are free");
}

#[tokio::test]
async fn two_codes_in_one_request_are_refused() {
    let server = TestServer::start().await;
    let code = server.code("cptest");
    let call = server.client(Cpanel).get(LIST_POPS).basic("cptest", "blahblah").code(&code);
    let doubled = call.clone().code(&server.wrong_code("cptest")).send().await;
    assert_eq!(doubled.status, 400, "{doubled:?}");
    assert_listed(&call.send().await);
}
