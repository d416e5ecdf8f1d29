//! What a login is answered with when it is right.

use portreeve_testkit::{Session, TestServer};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn a_form_is_answered_with_301_whose_first_segment_is_the_security_token() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    for path in ["/login", "/login/"] {
        let answer = client.post(path).form(&[("user", "plain"), ("pass", "plainpass")]).send().await;
        assert_eq!(answer.status, 301, "{answer:?}");
        let session = Session::from_answer(client.clone(), Cpanel, &answer).expect("a session");
        assert!(session.token.starts_with("/cpsess") && session.lives().await, "{answer:?}");
        assert_eq!(answer.header("Cache-Control"), Some("no-cache, no-store, must-revalidate, private"));
        assert_eq!(answer.header("Pragma"), Some("no-cache"));
    }
}

#[tokio::test]
async fn login_only_counts_in_the_query_and_in_the_body() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let fields = [("user", "plain"), ("pass", "plainpass")];
    assert_logged_in(&client.post("/login?login_only=1").form(&fields).send().await);
    let fields = [fields[0], fields[1], ("login_only", "1")];
    assert_logged_in(&client.post("/login").form(&fields).send().await);
    let fields = [fields[0], fields[1], ("login_only", "0")];
    assert_eq!(client.post("/login").form(&fields).send().await.status, 301);
}

#[tokio::test]
async fn get_with_the_same_fields_logs_in_too() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let query = "?user=plain&pass=plainpass";
    assert_eq!(client.get(&format!("/login/{query}")).send().await.status, 301);
    assert_logged_in(&client.get(&format!("/login{query}&login_only=1")).send().await);
}

#[tokio::test]
async fn get_without_fields_shows_the_login_page() {
    let server = TestServer::start().await;
    let page = server.client(Cpanel).get("/login").send().await;
    assert_eq!(page.status, 200);
    for part in ["<html", "id=\"login_form\"", "action=\"/login/\"", "name=\"user\"", "name=\"pass\""] {
        assert!(page.text().contains(part), "{part}: {page:?}");
    }
    assert!(!page.shows_a_security_token());
}

#[tokio::test]
async fn goto_uri_leads_to_pages_of_this_server_only() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let fields = [("user", "plain"), ("pass", "plainpass")];
    let own = client.post("/login?goto_uri=%2Ffrontend%2Fx.html%3Fy%3D1").form(&fields).send().await;
    let location = own.header("Location").expect("a Location");
    assert!(location.ends_with("/frontend/x.html?y=1"), "{location}");
    for elsewhere in [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "/a\r\nSet-Cookie: x=1",
        // what a login must not do by the way
        "/execute/Email/delete_pop?email=user@plain.example",
        "/x/../execute/Email/delete_pop?email=user@plain.example",
        "/json-api/cpanel?cpanel_jsonapi_func=delpop",
    ] {
        let answer =
            client.post("/login").form(&[fields[0], fields[1], ("goto_uri", elsewhere)]).send().await;
        let location = answer.header("Location").expect("a Location");
        assert!(location.contains("/frontend/portreeve/index.html?post_login="), "{location}");
        assert_eq!(answer.set_cookie("x"), None);
    }
}

#[tokio::test]
async fn a_code_in_the_same_request_makes_one_step() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    assert_login_refused(&log_in(&client, "cptest", "blahblah").await, "tfa_required");
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &server.code("cptest")).await);
}

#[tokio::test]
async fn the_code_of_the_step_before_and_after_is_right_and_others_are_not() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    for (steps, right) in [(-2, false), (-1, true), (1, true), (2, false)] {
        let code = server.code_in("cptest", steps);
        let answer = log_in_with(&client, "cptest", "blahblah", &code).await;
        if right { assert_logged_in(&answer) } else { assert_login_refused(&answer, "tfa_invalid") }
    }
}

#[tokio::test]
async fn a_code_may_have_lost_its_leading_zeros() {
    let server = TestServer::start().await;
    // the next step whose code begins with a zero
    let steps = (1..).find(|steps| server.code_in("cptest", *steps).starts_with('0')).expect("a step");
    server.pass_seconds(steps.unsigned_abs() * 30);
    let code = server.code("cptest");
    let short = code.trim_start_matches('0');
    assert!(code.starts_with('0') && short.len() < 6, "{code}");
    let client = server.client(Cpanel);
    assert_login_refused(
        &log_in_with(&client, "cptest", "blahblah", &format!("1{short}")).await,
        "tfa_invalid",
    );
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", short).await);
}

#[tokio::test]
async fn the_answer_is_compact_json_with_three_members() {
    let server = TestServer::start().await;
    let answer = log_in(&server.client(Whm), "root", "sandbox").await;
    assert_logged_in(&answer);
    let json = answer.json();
    let members: Vec<&String> = json.as_object().expect("an object").keys().collect();
    assert_eq!(members.len(), 3, "{json}");
    assert_eq!(
        json,
        json!({"status": 1, "redirect": json["redirect"], "security_token": json["security_token"]})
    );
    assert!(answer.text().starts_with('{') && !answer.text().contains(": "), "{answer:?}");
    assert!(!answer.text().contains(' '), "{answer:?}");
}
