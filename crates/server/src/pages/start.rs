//! The first page after a login.

use http::StatusCode;
use maud::html;
use portreeve_types::Service;

use super::layout;
use crate::gate::Caller;
use crate::reply::Reply;
use crate::request::Request;

/// Who is logged in where, and the way out.
pub(super) fn page(request: &Request, caller: &Caller) -> Reply {
    let title = match request.service() {
        Service::Cpanel => "Your account",
        Service::Whm => "Server administration",
        Service::Webmail => "Your mailbox",
    };
    let prefix = caller.session().map(|session| session.security_token.prefix()).unwrap_or_default();
    layout::page(
        StatusCode::OK,
        title,
        html! {
            p { "You are logged in as " strong id="logged_in_as" { (caller.name()) } "." }
            p { a href=(format!("{prefix}/logout/")) { "Log out" } }
        },
    )
}
