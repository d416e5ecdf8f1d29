//! Pages: plain HTML that works without JavaScript.

mod api_tokens;
mod bookmarks;
pub mod challenge;
mod demands;
mod destination;
mod go;
mod layout;
pub mod list;
pub mod login;
mod moment;
mod qr_code;
mod security_policies;
mod session_script;
mod sessions;
mod start;
mod token;
mod two_factor;
mod view;

use http::{Method, StatusCode};

pub use destination::Destination;
pub use layout::message;

use list::Page;
use view::View;

use crate::app::App;
use crate::dispatch::unreadable;
use crate::gate::{Denied, Wanted, admit};
use crate::hint::Hint;
use crate::login::transfer;
use crate::pages::login::Notice;
use crate::refusal::demanded;
use crate::reply::Reply;
use crate::request::{LARGEST_FORM, Request};
use crate::words::UNAVAILABLE;

/// Whether a path is the address of a bookmark.
#[must_use]
pub fn is_bookmark(path: &str) -> bool {
    go::bookmark::is_address(path)
}

/// Answers everything that is neither an API call nor a login.
pub async fn answer(app: &App, mut request: Request) -> Reply {
    if let Some(demand) = demands::demand_at(&request.path) {
        return demands::answer(app, request, demand).await;
    }
    if let Some(name) = go::bookmark::name_in(&request.path) {
        let name = name.to_owned();
        return go::answer(app, request, &name).await;
    }
    let caller = match admit(app, &request, Wanted::Page).await {
        Ok(caller) => caller,
        Err(denied) => return refused(&request, denied),
    };
    if request.path == session_script::PATH {
        return session_script::answer(app, &caller).await.by(Some(caller.log_name().clone()));
    }
    if let Some(reply) = transfer(app, &request, &caller).await {
        return reply.by(Some(caller.log_name().clone()));
    }
    let service = request.service();
    let reply = match Page::at(service, &request.path) {
        Some(page) => show(View { app, caller: &caller, service, page }, &mut request).await,
        None => layout::message(StatusCode::NOT_FOUND, "There is no such page."),
    };
    reply.by(Some(caller.log_name().clone()))
}

/// Shows a page; with a form that came with the request, after doing what it asks for.
async fn show(view: View<'_>, request: &mut Request) -> Reply {
    let form = match request.method {
        Method::POST => match request.params(LARGEST_FORM).await {
            Ok(form) => Some(form),
            Err(error) => return unreadable(&error),
        },
        _ => None,
    };
    match (view.page, form) {
        (Page::Start, None) => start::page(&view).await,
        (Page::Start, Some(_)) => layout::message(StatusCode::METHOD_NOT_ALLOWED, "This page takes no data."),
        (Page::TwoFactor, form) => two_factor::answer(&view, form).await,
        (Page::ApiTokens, form) => api_tokens::answer(&view, form).await,
        (Page::SecurityPolicies, form) => security_policies::answer(&view, form).await,
        (Page::Sessions, form) => sessions::answer(&view, form).await,
        (Page::Bookmarks, form) => bookmarks::answer(&view, request, form).await,
    }
}

/// Refuses a page: the login page for strangers, the token page for somebody with a good cookie.
pub fn refused(request: &Request, denied: Denied) -> Reply {
    let destination = Destination::of(Some(&request.place()));
    match denied {
        Denied::Malformed(malformed) => Reply::text(StatusCode::BAD_REQUEST, malformed.text()).closing(),
        Denied::Unavailable(why) => unavailable(&why),
        Denied::SecurityToken { session, caller, .. } if request.opens_safe_page() => {
            let place = format!("{}{}", session.security_token.prefix(), request.path);
            Reply::redirect(StatusCode::TEMPORARY_REDIRECT, &place).by(Some(caller))
        }
        Denied::SecurityToken { missing, caller, .. } => token::page(missing, &destination).by(Some(caller)),
        Denied::Place { caller, hint } => {
            layout::message(StatusCode::FORBIDDEN, "Permission denied").with_hint(hint).by(Some(caller))
        }
        Denied::SessionWithoutCode { caller } => challenge::within_session(caller, &destination),
        Denied::Demanded { demand, caller, session: Some(session) } => {
            let prefix = session.security_token.prefix();
            let place = format!("{prefix}{}{}", demand.path(), destination.query());
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
