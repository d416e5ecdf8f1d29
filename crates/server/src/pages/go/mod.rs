//! `/go/NAME`: addresses of pages that stay good, for a browser's bookmarks. They hold no security token, and lead to
//! the page under the token of whatever session there is; without one, to the login and then on.
//!
//! The path comes from a list (`bookmark`), never from the request. A GET of what is on the list changes nothing: that
//! is why another site may send a reader there, as it may to any of these pages.

pub(super) mod bookmark;
mod registered;

use http::{Method, StatusCode};
use maud::html;

use super::layout;
use super::view::View;
use crate::app::App;
use crate::cgi;
use crate::gate::{Caller, Denied, Wanted, admit, admit_kept};
use crate::reply::Reply;
use crate::request::Request;
use bookmark::{Bookmark, Place};

/// Leads a reader from a bookmark to its page, or shows the page that is kept open.
pub(super) async fn answer(app: &App, request: Request, name: &str) -> Reply {
    if request.method != Method::GET && request.method != Method::HEAD {
        return layout::message(StatusCode::METHOD_NOT_ALLOWED, "A bookmark is for going there.");
    }
    match admit(app, &request, Wanted::Page).await {
        Ok(caller) => {
            let reader = caller.log_name().clone();
            lead(app, &request, name, &caller.prefix(), true).await.by(Some(reader))
        }
        Err(Denied::SecurityToken { session, .. }) => {
            let (prefix, reader) = (session.security_token.prefix(), session.login.to_string());
            lead(app, &request, name, &prefix, request.is_navigation()).await.by(Some(reader))
        }
        Err(denied) if denied.is_without_session() => match admit_kept(app, &request, name).await {
            Ok(Some(caller)) => show(app, request, &caller, name).await,
            Ok(None) => super::refused(&request, denied),
            Err(unavailable) => super::refused(&request, unavailable),
        },
        Err(denied) => super::refused(&request, denied),
    }
}

/// The page's own address for a session. At once where the request is known to be the reader's own; else by a link,
/// which no other site can follow in the reader's place.
async fn lead(app: &App, request: &Request, name: &str, prefix: &str, at_once: bool) -> Reply {
    let Some(bookmark) = bookmark::find(app, request.service(), name).await else { return no_bookmark() };
    let address = bookmark.for_session(prefix, &request.query);
    if at_once {
        return Reply::redirect(StatusCode::FOUND, &address);
    }
    layout::page(
        StatusCode::OK,
        &bookmark.title,
        html! { p { a id="go_on" href=(address) { "Go on to “" (bookmark.title) "”" } } },
    )
}

/// Shows a page that is kept open: to be read, without a security token, a menu or a form.
async fn show(app: &App, mut request: Request, caller: &Caller, name: &str) -> Reply {
    let service = request.service();
    let reply = match bookmark::find(app, service, name).await {
        Some(Bookmark { place: Place::Own(page), .. }) if page.may_be_kept() => {
            super::show(View { app, caller, service, page }, &mut request).await
        }
        Some(Bookmark { place: Place::Plugin(address), .. }) => {
            cgi::show(app, request, caller, address).await
        }
        _ => no_bookmark(),
    };
    reply.by(Some(caller.log_name().clone()))
}

fn no_bookmark() -> Reply {
    layout::message(StatusCode::NOT_FOUND, "There is no such bookmark.")
}
