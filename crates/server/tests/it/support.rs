//! What many tests say.

use portreeve_testkit::{Client, Login, Response, TestServer};
pub use portreeve_types::Service::{Cpanel, Webmail, Whm};
use serde_json::json;

/// The call that stands for any UAPI function.
pub const LIST_POPS: &str = "/execute/Email/list_pops";

/// The call that stands for any WHM function.
pub const VERSION: &str = "/json-api/version?api.version=1";

/// The reseller's token.
pub const ASDER_TOKEN: &str = "UWU28DCA23NKY76CN17MDPKM3O7EFQY8";

/// Runs a test on a server with SQLite and on one with PostgreSQL.
pub async fn on_each_database(test: impl AsyncFn(TestServer)) {
    eprintln!("on SQLite");
    test(TestServer::start().await).await;
    eprintln!("on PostgreSQL");
    test(TestServer::builder().on_postgres().start().await).await;
}

/// A `login_only` login of an account without a second factor, or without giving the code.
pub async fn log_in(client: &Client, user: &str, pass: &str) -> Response {
    client.login(Login { user, pass, code: None }).send().await
}

/// A `login_only` login with a code.
pub async fn log_in_with(client: &Client, user: &str, pass: &str, code: &str) -> Response {
    client.login(Login { user, pass, code: Some(code) }).send().await
}

/// Asserts a UAPI call that succeeded.
#[track_caller]
pub fn assert_listed(answer: &Response) {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["status"], 1, "{answer:?}");
    assert!(answer.json()["data"].is_array(), "{answer:?}");
}

/// Asserts the refusal of `/execute` that says nothing but no.
#[track_caller]
pub fn assert_access_denied(answer: &Response) {
    assert_eq!(answer.status, 401, "{answer:?}");
    assert_eq!(answer.json()["status"], 0, "{answer:?}");
    assert_eq!(answer.json()["errors"][0], "Access denied", "{answer:?}");
    assert!(!answer.shows_a_security_token(), "{answer:?}");
}

/// Asserts the refusal of `/json-api` that says nothing but no.
#[track_caller]
pub fn assert_json_access_denied(answer: &Response) {
    assert_eq!(answer.status, 403, "{answer:?}");
    // `apiversion` and `result` are texts: deployed clients compare them so
    let envelope = json!({ "cpanelresult": {
        "apiversion": "2",
        "error": "Access denied",
        "data": { "reason": "Access denied", "result": "0" },
        "type": "text",
    } });
    assert_eq!(answer.json(), envelope);
}

/// Asserts a `login_only` refusal with this message.
#[track_caller]
pub fn assert_login_refused(answer: &Response, message: &str) {
    assert_eq!(answer.status, 401, "{answer:?}");
    assert_eq!(answer.json(), json!({ "status": 0, "message": message }), "{answer:?}");
    assert!(!answer.shows_a_security_token(), "{answer:?}");
    assert_eq!(answer.header("Location"), None, "{answer:?}");
    for service in [Cpanel, Whm, Webmail] {
        assert_eq!(answer.cookie(service.session_cookie()), None, "{answer:?}");
    }
}

/// Asserts a `login_only` success: JSON, `Location` and the cookie.
#[track_caller]
pub fn assert_logged_in(answer: &Response) {
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    assert_eq!(json["status"], 1, "{answer:?}");
    let token = json["security_token"].as_str().expect("a security token");
    let digits = token.strip_prefix("/cpsess").expect("a security token");
    assert!(digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{token}");
    let location = answer.header("Location").expect("a Location");
    assert_eq!(json["redirect"], location, "{answer:?}");
    assert!(location.starts_with(&format!("{token}/")), "{location}");
}
