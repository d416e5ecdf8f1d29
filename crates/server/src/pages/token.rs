//! The page for somebody with a good cookie whose address lacks the session's security token: a link on another
//! site, an old bookmark, a script that forgot it.

use http::StatusCode;
use maud::html;

use super::destination::Destination;
use super::{layout, login};
use crate::reply::Reply;

/// Asks for the password again and goes on to the page that was asked for, under a fresh security token.
pub(super) fn page(missing: bool, destination: &Destination) -> Reply {
    let sentence = if missing {
        "The security token is missing from your request."
    } else {
        "The security token in your request is invalid."
    };
    layout::page(
        StatusCode::UNAUTHORIZED,
        "Security token",
        html! {
            p id="login_message" role="alert" { (sentence) " Log in again to go on to the page that you asked for." }
            (login::form("Username", destination))
        },
    )
}
