//! The page that asks for the second factor. Clients know it by its form's id, `tfa_login_form`, and by its
//! status, 200.

use std::sync::Arc;

use http::StatusCode;
use maud::html;
use portreeve_store::Session;

use super::layout;
use crate::app::App;
use crate::gate::{CodeProblem, Denied, Proof};
use crate::login::{cookie, steps};
use crate::reply::Reply;
use crate::request::Request;

/// The page; with what was wrong with the code before, if there was one.
pub fn page(problem: Option<CodeProblem>) -> Reply {
    let notice = match problem {
        Some(CodeProblem::Invalid) => Some("The security code is invalid.".to_owned()),
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
                p {
                    label for="tfa_token" { "Security code" }
                    " "
                    input id="tfa_token" name="tfa_token" type="text" inputmode="numeric" autocomplete="one-time-code"
                        maxlength="6" required autofocus aria-describedby="tfa_help";
                }
                p id="tfa_help" { "The six digits that your authenticator shows now." }
                p { button id="tfa_submit" type="submit" { "Continue" } }
            }
        },
    )
}

/// The page for a session that was opened before its user had a second factor: its code opens a new session.
pub async fn within_session(app: &App, request: &Request, session: &Arc<Session>) -> Reply {
    match pending_for(app, request, session).await {
        Ok(Some(cookie)) => page(None).with_cookie(&cookie).by(Some(session.login.to_string())),
        Ok(None) => page(None),
        Err(Denied::Unavailable(why)) => super::unavailable(&why),
        Err(_) => super::unavailable("a session's owner could not be read"),
    }
}

async fn pending_for(app: &App, request: &Request, session: &Session) -> Result<Option<String>, Denied> {
    let store = &app.environment.store;
    let Some(account) = store.account_by_id(session.account).await? else { return Ok(None) };
    let mailbox = match session.subject {
        portreeve_types::Subject::Mailbox(id) => store.mailbox_by_id(id).await?,
        portreeve_types::Subject::Account(_) => None,
    };
    let value = steps::wait_for_code(app, request, &Proof::of(account, mailbox), None).await?;
    Ok(Some(cookie::pending(request, &value)))
}
