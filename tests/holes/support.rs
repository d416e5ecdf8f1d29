//! What many tests say.

pub use portreeve_testkit::{Call, Client, Login, Response, SAID_BY_PROXIES, Session, TestServer};
use portreeve_types::Subject;
pub use portreeve_types::{Service, Service::Cpanel, Service::Webmail, Service::Whm};

/// The call that stands for any UAPI function.
pub const LIST_POPS: &str = "/execute/Email/list_pops";

/// The call that stands for any WHM function.
pub const VERSION: &str = "/json-api/version?api.version=1";

/// The call that shows what a caller of WHM may see.
pub const LIST_ACCOUNTS: &str = "/json-api/listaccts?api.version=1";

/// The reseller's token.
pub const WHM_TOKEN: &str = "whm asder:UWU28DCA23NKY76CN17MDPKM3O7EFQY8";

/// A password that every rule allows.
pub const STRONG: &str = "correct horse battery staple";

/// A `login_only` login without a code.
pub async fn log_in(client: &Client, user: &str, pass: &str) -> Response {
    client.login(Login { user, pass, code: None }).send().await
}

/// A `login_only` login with a code.
pub async fn log_in_with(client: &Client, user: &str, pass: &str, code: &str) -> Response {
    client.login(Login { user, pass, code: Some(code) }).send().await
}

/// The cookie of a login whose password was right and whose code is still missing.
pub async fn pending(client: &Client, service: Service, user: &str, pass: &str) -> String {
    let answer = log_in(client, user, pass).await;
    answer.cookie(service.pending_cookie()).expect("a pending cookie").to_owned()
}

/// Asserts a refusal that opens nothing and leads nowhere.
#[track_caller]
pub fn assert_refused(answer: &Response) {
    assert!((400..500).contains(&answer.status), "{answer:?}");
    assert_opens_nothing(answer);
}

/// Asserts that an answer opens no session and tells no security token.
#[track_caller]
pub fn assert_opens_nothing(answer: &Response) {
    assert!(!answer.shows_a_security_token(), "{answer:?}");
    for service in Service::ALL {
        assert_eq!(answer.cookie(service.session_cookie()), None, "{answer:?}");
    }
}

/// Asserts a `login_only` login that opened a session.
#[track_caller]
pub fn assert_opened(answer: &Response) {
    assert_eq!((answer.status, answer.json()["status"].as_i64()), (200, Some(1)), "{answer:?}");
}

/// Asserts a UAPI call that did what it was asked.
#[track_caller]
pub fn assert_done(answer: &Response) {
    assert_eq!((answer.status, answer.json()["status"].as_i64()), (200, Some(1)), "{answer:?}");
}

/// Whether a WHM call did what it was asked.
pub fn is_done(answer: &Response) -> bool {
    answer.status == 200 && answer.json()["metadata"]["result"] == 1
}

/// The number of an account.
pub async fn subject_of(server: &TestServer, user: &str) -> Subject {
    let account = server.store().account(&user.parse().unwrap()).await.unwrap().expect("an account");
    Subject::Account(account.id)
}
