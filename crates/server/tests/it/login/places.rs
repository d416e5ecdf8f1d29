//! Who may log in where.

use portreeve_testkit::{Response, TestServer};
use portreeve_types::Service;
use serde_json::json;

use crate::support::*;

/// Told with a hint, since the password is proven; no session, no pending login.
#[track_caller]
fn assert_wrong_place(answer: &Response) {
    assert_eq!(answer.status, 403, "{answer:?}");
    assert_eq!(answer.json(), json!({ "status": 0, "message": "permission_denied" }), "{answer:?}");
    assert!(answer.reason.starts_with("Permission denied: right credential, wrong port"), "{answer:?}");
    assert!(!answer.shows_a_security_token() && answer.set_cookie("cpsession").is_none(), "{answer:?}");
}

/// A user, the password, and whether each service is for the user.
type Row = (&'static str, &'static str, [(Service, bool); 3]);

#[tokio::test]
async fn each_kind_of_user_logs_in_at_its_own_services_only() {
    let server = TestServer::start().await;
    let table: [Row; 4] = [
        ("root", "sandbox", [(Cpanel, false), (Whm, true), (Webmail, false)]),
        ("asder", "blah1", [(Cpanel, true), (Whm, true), (Webmail, true)]),
        ("plain", "plainpass", [(Cpanel, true), (Whm, false), (Webmail, true)]),
        ("user@plain.example", "mailpass", [(Cpanel, false), (Whm, false), (Webmail, true)]),
    ];
    for (user, pass, services) in table {
        for (service, fits) in services {
            let client = server.client(service);
            let answer = if user == "asder" {
                log_in_with(&client, user, pass, &server.code(user)).await
            } else {
                log_in(&client, user, pass).await
            };
            eprintln!("{user} at {service}");
            if fits { assert_logged_in(&answer) } else { assert_wrong_place(&answer) }
        }
    }
}

#[tokio::test]
async fn the_wrong_place_is_told_before_a_code_is_asked_for_and_takes_none() {
    let server = TestServer::start().await;
    let code = server.code("cptest");
    let whm = log_in_with(&server.client(Whm), "cptest", "blahblah", &code).await;
    assert_wrong_place(&whm);
    assert_eq!(whm.set_cookie("whmpending"), None);
    assert_logged_in(&log_in_with(&server.client(Cpanel), "cptest", "blahblah", &code).await);
}

#[tokio::test]
async fn a_session_is_good_for_its_own_service_only() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "asder").await;
    assert!(session.lives().await);
    let path = format!("{}{LIST_POPS}", session.token);
    for (service, name) in [(Webmail, "webmailsession"), (Webmail, "cpsession"), (Whm, "whostmgrsession")] {
        let answer = server.client(service).get(&path).cookie(name, &session.value).send().await;
        assert_eq!(answer.status, 401, "{answer:?}");
    }
    assert!(session.lives().await);
}
