//! What all pages share.

use http::StatusCode;
use maud::{DOCTYPE, Markup, html};

use crate::reply::Reply;

/// A whole page.
pub(super) fn page(status: StatusCode, title: &str, content: Markup) -> Reply {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " - Portreeve" }
            }
            body {
                main {
                    h1 { (title) }
                    (content)
                }
            }
        }
    };
    Reply::html(status, markup.into_string())
}

/// A page with one sentence on it.
pub fn message(status: StatusCode, sentence: &str) -> Reply {
    page(status, status.canonical_reason().unwrap_or("Answer"), html! { p { (sentence) } })
}
