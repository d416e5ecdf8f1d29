//! The login page.

use http::StatusCode;
use maud::{Markup, html};
use portreeve_types::Service;

use super::destination::Destination;
use super::layout;
use crate::reply::Reply;
use crate::request::Request;

/// The login page; with what there is to say, if anything.
pub fn page(request: &Request, destination: &Destination, notice: Option<Notice>) -> Reply {
    let (title, user) = match request.service() {
        Service::Cpanel => ("Log in to your account", "Username"),
        Service::Whm => ("Log in to server administration", "Username"),
        Service::Webmail => ("Log in to your mailbox", "Email address"),
    };
    let status = match notice {
        None | Some(Notice::LoggedOut) => StatusCode::OK,
        Some(_) => StatusCode::UNAUTHORIZED,
    };
    layout::page(
        status,
        title,
        html! {
            @if let Some(notice) = notice {
                p id="login_message" role="alert" { (notice.sentence()) }
            }
            (form(user, destination))
            (destination.other_tab())
        },
    )
}

/// The form itself, with where it leads.
pub(super) fn form(user_label: &str, destination: &Destination) -> Markup {
    html! {
        form id="login_form" action="/login/" method="post" target="_top" {
            (destination.field())
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

/// Something to say on the login page. Its code is what `login_only` answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A wrong user or password, or too many of them.
    InvalidLogin,
    /// No user name was sent.
    NoUsername,
    /// A cookie that is no session's (any more), or a second step without a first.
    InvalidSession,
    /// A session that lasted or rested too long.
    ExpiredSession,
    /// A session's cookie from another address.
    ChangedAddress,
    /// A temporary session on a plain port.
    PreventedTransfer,
    /// A page that needs a session, without one.
    NoSession,
    /// The session was ended as asked.
    LoggedOut,
}

impl Notice {
    /// The code for `login_only`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Notice::InvalidLogin => "invalid_login",
            Notice::NoUsername => "no_username",
            Notice::InvalidSession => "invalid_session",
            Notice::ExpiredSession => "expired_session",
            Notice::ChangedAddress => "changed_ip",
            Notice::PreventedTransfer => "prevented_xfer",
            Notice::NoSession => "no_session",
            Notice::LoggedOut => "logged_out",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Notice::InvalidLogin => "The login is invalid.",
            Notice::NoUsername => "You must specify a username to log in.",
            Notice::InvalidSession => "Your session is over. Please log in again.",
            Notice::ExpiredSession => "Your session has expired. Please log in again.",
            Notice::ChangedAddress => "Your address is another one than before. Please log in again.",
            Notice::PreventedTransfer => {
                "A session is handed over on the secure port only. Please log in to go on."
            }
            Notice::NoSession => "Please log in to see this page.",
            Notice::LoggedOut => "You have logged out.",
        }
    }
}
