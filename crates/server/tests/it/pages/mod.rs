//! The pages: what they show, what their forms do, and that nothing but a session's own form does it.

mod api_tokens;
mod security_policies;
mod sessions;
mod several_tabs;
mod two_factor;

use portreeve_testkit::{Response, Session};

/// What stands in the element of this id, as the page has it.
#[track_caller]
fn element(page: &Response, id: &str) -> String {
    let text = page.text();
    let after = text.split_once(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}: {page:?}")).1;
    let content = after.split_once('>').expect("the end of the tag").1;
    content.split_once("</").expect("the end of the element").0.to_owned()
}

/// Whether the page has an element of this id.
fn has(page: &Response, id: &str) -> bool {
    page.text().contains(&format!("id=\"{id}\""))
}

/// Sends a form of a page.
async fn send(session: &Session, path: &str, action: &str, fields: &[(&str, &str)]) -> Response {
    let fields = [&[("action", action)], fields].concat();
    session.post(path).form(&fields).send().await
}
