//! Pages: plain HTML that works without JavaScript.

pub mod challenge;
mod layout;
pub mod login;
mod security;
mod session_script;
mod start;
mod token;

use http::{Method, StatusCode};

pub use layout::message;

use crate::app::App;
use crate::gate::{Denied, Wanted, admit};
use crate::hint::Hint;
use crate::login::destination::Destination;
use crate::login::transfer;
use crate::pages::login::Notice;
use crate::refusal::demanded;
use crate::reply::Reply;
use crate::request::Request;
use crate::words::UNAVAILABLE;

/// Answers everything that is neither an API call nor a login.
pub async fn answer(app: &App, request: Request) -> Reply {
    if let Some(demand) = security::demand_at(&request.path) {
        return security::answer(app, request, demand).await;
    }
    let caller = match admit(app, &request, Wanted::Page).await {
        Ok(caller) => caller,
        Err(denied) => return refused(&request, denied),
    };
    if request.path == session_script::PATH {
        return session_script::answer(app, &caller).await.by(Some(caller.name().to_owned()));
    }
    if let Some(reply) = transfer(app, &request, &caller).await {
        return reply.by(Some(caller.log_name().to_owned()));
    }
    let reply = match (request.is_safe_page(), request.method == Method::POST) {
        (true, false) => start::page(app, &request, &caller).await,
        (true, true) => layout::message(StatusCode::METHOD_NOT_ALLOWED, "This page takes no data."),
        (false, _) => layout::message(StatusCode::NOT_FOUND, "There is no such page."),
    };
    reply.by(Some(caller.log_name().to_owned()))
}

/// Refuses a page: the login page for strangers, the token page for somebody with a good cookie.
pub fn refused(request: &Request, denied: Denied) -> Reply {
    let destination = Destination::of(Some(&request.path));
    match denied {
        Denied::Malformed(malformed) => Reply::text(StatusCode::BAD_REQUEST, malformed.text()).closing(),
        Denied::Unavailable(why) => unavailable(&why),
        Denied::SecurityToken { session, .. } if request.opens_safe_page() => {
            let place = format!("{}{}", session.security_token.prefix(), request.path);
            Reply::redirect(StatusCode::TEMPORARY_REDIRECT, &place).by(Some(session.login.to_string()))
        }
        Denied::SecurityToken { missing, session } => {
            token::page(missing, &destination).by(Some(session.login.to_string()))
        }
        Denied::Place { caller, hint } => {
            layout::message(StatusCode::FORBIDDEN, "Permission denied").with_hint(hint).by(Some(caller))
        }
        Denied::SessionWithoutCode { session } => challenge::within_session(&session),
        Denied::Demanded { demand, caller, session: Some(session) } => {
            let place = format!("{}{}", session.security_token.prefix(), demand.path());
            Reply::redirect(StatusCode::SEE_OTHER, &place).by(Some(caller))
        }
        Denied::Demanded { demand, caller, session: None } => {
            layout::message(StatusCode::FORBIDDEN, demanded(demand)).by(Some(caller))
        }
        Denied::NotForPages => login::page(request, &destination, Some(Notice::NoSession))
            .with_hint(Some(Hint::PAGES_NEED_A_SESSION))
            .closing(),
        Denied::NoCredential { .. } if request.path == "/" => login::page(request, &destination, None),
        Denied::NoCredential { .. } => login::page(request, &destination, Some(Notice::NoSession)),
        Denied::AddressChanged => login::page(request, &destination, Some(Notice::ChangedAddress)),
        Denied::SessionExpired => login::page(request, &destination, Some(Notice::ExpiredSession)),
        _ if request.path == "/" => login::page(request, &destination, None),
        _ => login::page(request, &destination, Some(Notice::InvalidSession)),
    }
}

/// Our records failed.
pub fn unavailable(why: &str) -> Reply {
    tracing::error!(why, "a page cannot be answered");
    layout::message(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE).with_retry_after(Some(5))
}
