//! Pages: plain HTML that works without JavaScript.

pub mod challenge;
mod layout;
pub mod login;
mod start;
mod token;

use http::{Method, StatusCode};
use portreeve_types::Service;

use crate::app::App;
use crate::gate::{Denied, Wanted, admit};
use crate::hint::Hint;
use crate::login::destination::Destination;
use crate::reply::Reply;
use crate::request::Request;

/// Answers everything that is neither an API call nor a login.
pub async fn answer(app: &App, request: Request) -> Reply {
    let caller = match admit(app, &request, Wanted::Page).await {
        Ok(caller) => caller,
        Err(denied) => return refused(app, &request, denied).await,
    };
    let reply = match (is_start_page(&request), request.method == Method::POST) {
        (true, false) => start::page(&request, &caller),
        (true, true) => layout::message(StatusCode::METHOD_NOT_ALLOWED, "This page takes no data."),
        (false, _) => layout::message(StatusCode::NOT_FOUND, "There is no such page."),
    };
    reply.by(Some(caller.name().to_owned()))
}

/// Pages of ours whose GET changes nothing: the only ones that may get their security token put in by themselves.
fn is_start_page(request: &Request) -> bool {
    let own = match request.service() {
        Service::Cpanel => "/frontend/portreeve/index.html",
        Service::Whm => "/",
        Service::Webmail => "/webmail/portreeve/index.html",
    };
    request.path == "/" || request.path == own
}

/// Refuses a page: the login page for strangers, the token page for somebody with a good cookie.
pub async fn refused(app: &App, request: &Request, denied: Denied) -> Reply {
    let destination = Destination::of(Some(&request.path));
    match denied {
        Denied::Malformed(malformed) => Reply::text(StatusCode::BAD_REQUEST, malformed.text()).closing(),
        Denied::Unavailable(why) => unavailable(&why),
        Denied::SecurityToken { session, .. } if is_start_page(request) && request.is_navigation() => {
            let place = format!("{}{}", session.security_token.prefix(), request.path);
            Reply::redirect(StatusCode::TEMPORARY_REDIRECT, &place).by(Some(session.login.to_string()))
        }
        Denied::SecurityToken { missing, session } => {
            token::page(missing, &destination).by(Some(session.login.to_string()))
        }
        Denied::Place { caller, hint } => {
            layout::message(StatusCode::FORBIDDEN, "Permission denied").with_hint(hint).by(Some(caller))
        }
        Denied::SessionWithoutCode { session } => challenge::within_session(app, request, &session).await,
        Denied::NotForPages => login::page(request, &destination, Some("no_session"))
            .with_hint(Some(Hint::PAGES_NEED_A_SESSION))
            .closing(),
        Denied::NoCredential { .. } if request.path == "/" => login::page(request, &destination, None),
        Denied::NoCredential { .. } => login::page(request, &destination, Some("no_session")),
        Denied::SessionExpired => login::page(request, &destination, Some("expired_session")),
        _ if request.path == "/" => login::page(request, &destination, Some("welcome_back")),
        _ => login::page(request, &destination, Some("invalid_session")),
    }
}

/// Our records failed.
pub fn unavailable(why: &str) -> Reply {
    tracing::error!(why, "a page cannot be answered");
    layout::message(StatusCode::SERVICE_UNAVAILABLE, "The records are unavailable right now.")
        .with_retry_after(Some(5))
}
