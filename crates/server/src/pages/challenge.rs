//! The page that asks for the second factor. Clients know it by its form's id, `tfa_login_form`, and by its
//! status, 200.

use http::StatusCode;
use maud::html;

use super::destination::Destination;
use super::layout;
use crate::gate::CodeProblem;
use crate::reply::Reply;

/// The page; with what was wrong with the code before, if there was one. It carries where its own tab wanted to go:
/// several tabs may wait for a code at once.
pub fn page(problem: Option<CodeProblem>, destination: &Destination) -> Reply {
    let notice = match problem {
        Some(CodeProblem::Invalid) => Some("The security code is invalid.".to_owned()),
        Some(CodeProblem::Late { seconds }) => Some(format!(
            "The security code is invalid. The clock of your authenticator is about {seconds} seconds slow."
        )),
        Some(CodeProblem::Reused { next_in }) => {
            Some(format!("The security code was already used. The next one comes in {next_in} seconds."))
        }
        Some(CodeProblem::Missing) | None => None,
    };
    layout::page(
        StatusCode::OK,
        "Enter your security code",
        html! {
            @if let Some(notice) = notice {
                p id="tfa_message" role="alert" { (notice) }
            }
            form id="tfa_login_form" action="/login/" method="post" target="_top" {
                (destination.field())
                p {
                    label for="tfa_token" { "Security code" }
                    " "
                    input id="tfa_token" name="tfa_token" type="text" autocomplete="one-time-code"
                        maxlength="24" required autofocus aria-describedby="tfa_help";
                }
                p id="tfa_help" { "The six digits that your authenticator shows now, or one of your recovery codes." }
                p { button id="tfa_submit" type="submit" { "Continue" } }
            }
            (destination.other_tab())
        },
    )
}

/// The page for a session that was opened before its user had a second factor: its code opens a new session.
pub fn within_session(caller: String, destination: &Destination) -> Reply {
    page(None, destination).by(Some(caller))
}
