//! Bookmarks: addresses that stay good, and pages that are kept open.

mod ends;
mod going;
mod keeping;

use portreeve_testkit::{Call, Client, Response, Session, TestServer};
use portreeve_types::Service;

/// The page that the tests keep open.
const KEPT: &str = "/go/api-tokens";

/// A call as a browser makes it when its reader opens a bookmark.
fn opened(call: Call) -> Call {
    call.header("Sec-Fetch-Site", "none")
        .header("Sec-Fetch-Mode", "navigate")
        .header("Sec-Fetch-Dest", "document")
}

/// What keeps a page open: a cookie's name and value.
struct Kept {
    name: String,
    value: String,
    attributes: String,
}

impl Kept {
    fn with(&self, call: Call) -> Call {
        call.cookie(&self.name, &self.value)
    }

    /// The answer to an address with this cookie alone.
    async fn open(&self, client: &Client, path: &str) -> Response {
        self.with(opened(client.get(path))).send().await
    }

    /// Whether the page is still shown.
    async fn lives(&self, client: &Client, path: &str) -> bool {
        let answer = self.open(client, path).await;
        assert!(answer.status == 200 || answer.text().contains("login_form"), "{answer:?}");
        answer.status == 200
    }
}

async fn ask_to_keep(session: &Session, fields: &[(&str, &str)]) -> Response {
    let fields = [&[("action", "keep")], fields].concat();
    session.post("/bookmarks").form(&fields).send().await
}

/// The cookie that an answer keeps a page open with.
fn kept_by(answer: &Response) -> Option<Kept> {
    let mut set = answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Set-Cookie"));
    let (_, field) = set.find(|(_, value)| value.contains("kept_"))?;
    let (pair, attributes) = field.split_once("; ")?;
    let (name, value) = pair.split_once('=')?;
    Some(Kept { name: name.to_owned(), value: value.to_owned(), attributes: attributes.to_owned() })
}

/// Keeps the page of the user's tokens open, by a session of its own.
async fn keep(server: &TestServer, service: Service, user: &str, name: &str) -> Kept {
    let session = server.session(service, user).await;
    let answer = ask_to_keep(&session, &[("name", name)]).await;
    let kept = kept_by(&answer).unwrap_or_else(|| panic!("nothing is kept: {answer:?}"));
    assert_eq!(session.get("/logout/").send().await.status, 200);
    kept
}
