//! The pages that stand before all others while a policy demands something: plain forms, answered by a form with what
//! was wrong, or by the page that the reader was going to.

mod address;
mod password;

use http::{Method, StatusCode};
use portreeve_api::Assurance;
use portreeve_wire::Params;

use super::layout;
use crate::app::App;
use crate::dispatch::unreadable;
use crate::gate::{Caller, Demand, Denied, Wanted, admit};
use crate::pages::Destination;
use crate::pages::list::Page;
use crate::reply::Reply;
use crate::request::{LARGEST_FORM, Request};
use crate::words::BUSY;

/// The demand that is settled at a path, if there is one.
pub(super) fn demand_at(path: &str) -> Option<Demand> {
    [Demand::VerifiedAddress, Demand::StrongPassword].into_iter().find(|demand| demand.path() == path)
}

/// Shows the form of a demand, or reads what was filled in.
pub(super) async fn answer(app: &App, mut request: Request, demand: Demand) -> Reply {
    let caller = match admit(app, &request, Wanted::Settling).await {
        Ok(caller) => caller,
        Err(denied) => return super::refused(&request, denied),
    };
    if caller.actor().assurance == Assurance::Link {
        // nothing is demanded of it, and what is settled here is its maker's
        return layout::message(
            StatusCode::FORBIDDEN,
            "You came through a link, which settles nothing here.",
        )
        .by(Some(caller.log_name().clone()));
    }
    if demand == Demand::VerifiedAddress && caller.unmet() != Some(demand) {
        // whoever has an open session must not choose, while nobody is asked, what is asked later
        return settled(&request, &caller).by(Some(caller.log_name().clone()));
    }
    let filled_in = match (request.method == Method::POST, request.params(LARGEST_FORM).await) {
        (true, Ok(params)) => Some(params),
        (true, Err(error)) => return unreadable(&error),
        (false, _) => None,
    };
    let reply = match demand {
        Demand::VerifiedAddress => address::answer(app, &request, &caller, filled_in).await,
        _ => password::answer(app, &request, &caller, filled_in).await,
    };
    let reply = reply.unwrap_or_else(|denied| match denied {
        Denied::Throttled { retry_after } => {
            layout::message(StatusCode::FORBIDDEN, "There were too many wrong tries; try again later.")
                .with_retry_after(Some(retry_after))
        }
        Denied::Busy => layout::message(StatusCode::SERVICE_UNAVAILABLE, BUSY).with_retry_after(Some(2)),
        other => super::refused(&request, other),
    });
    reply.by(Some(caller.log_name().clone()))
}

/// Where a settled demand leads: on to the bookmark that was opened, or to the first page.
fn settled(request: &Request, caller: &Caller) -> Reply {
    let destination = destination(request);
    let path = destination.bookmark().unwrap_or_else(|| Page::Start.path(request.service()));
    Reply::redirect(StatusCode::SEE_OTHER, &format!("{}{path}", caller.prefix()))
}

/// Where a form is sent: to the page that it stands on, with the session's security token.
fn action(request: &Request, caller: &Caller, demand: Demand) -> String {
    format!("{}{}{}", caller.prefix(), demand.path(), destination(request).query())
}

/// Where the reader was going when the demand came between.
fn destination(request: &Request) -> Destination {
    let mut params = Params::default();
    match params.add_urlencoded(request.query.as_bytes()) {
        Ok(()) => Destination::of(params.get("goto_uri")),
        Err(_) => Destination::default(),
    }
}

/// A field that was filled in.
fn filled(params: &mut Params, name: &str) -> String {
    params.take(name).unwrap_or_default()
}
