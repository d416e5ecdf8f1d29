//! The login page.

use http::StatusCode;
use maud::{Markup, html};
use portreeve_types::Service;

use super::layout;
use crate::login::destination::Destination;
use crate::reply::Reply;
use crate::request::Request;

/// The login page; with the code of what went wrong, if anything did.
pub fn page(request: &Request, destination: &Destination, message: Option<&'static str>) -> Reply {
    let (title, user) = match request.service() {
        Service::Cpanel => ("Log in to your account", "Username"),
        Service::Whm => ("Log in to server administration", "Username"),
        Service::Webmail => ("Log in to your mailbox", "Email address"),
    };
    let status = match message {
        None | Some("logged_out" | "welcome_back") => StatusCode::OK,
        Some(_) => StatusCode::UNAUTHORIZED,
    };
    layout::page(
        status,
        title,
        html! {
            @if let Some(sentence) = message.and_then(sentence) {
                p id="login_message" role="alert" { (sentence) }
            }
            (form(user, destination))
        },
    )
}

/// The form itself, with where it leads.
pub(super) fn form(user_label: &str, destination: &Destination) -> Markup {
    html! {
        form id="login_form" action="/login/" method="post" target="_top" {
            @if let Some(path) = destination.path() {
                input type="hidden" name="goto_uri" value=(path);
            }
            p {
                label for="user" { (user_label) }
                " "
                input id="user" name="user" type="text" autocomplete="username" autocapitalize="none" required autofocus;
            }
            p {
                label for="pass" { "Password" }
                " "
                input id="pass" name="pass" type="password" autocomplete="current-password" required;
            }
            p { button id="login_submit" name="login" type="submit" { "Log in" } }
        }
    }
}

/// The sentences behind the codes that `login_only` answers with.
fn sentence(code: &str) -> Option<&'static str> {
    Some(match code {
        "invalid_login" => "The login is invalid.",
        "no_username" => "You must specify a username to log in.",
        "invalid_session" => "Your session is over. Please log in again.",
        "expired_session" => "Your session has expired. Please log in again.",
        "no_session" => "Please log in to see this page.",
        "logged_out" => "You have logged out.",
        _ => return None,
    })
}
