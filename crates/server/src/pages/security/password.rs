//! The change of a password that is too weak or too old.

use http::StatusCode;
use maud::html;
use portreeve_api::ApiError;
use portreeve_functions::uapi_function;
use portreeve_wire::Params;

use super::{action, filled, settled};
use crate::app::App;
use crate::gate::{Caller, Demand, Denied};
use crate::pages::layout;
use crate::reply::Reply;
use crate::request::Request;

pub(super) async fn answer(
    app: &App,
    request: &Request,
    caller: &Caller,
    filled_in: Option<Params>,
) -> Result<Reply, Denied> {
    if caller.actor().possessor.is_some() {
        let text = format!(
            "You act as {} with the password of {name}, which is too weak or too old. Log in as {name} and change it.",
            caller.name(),
            name = caller.prover_name()
        );
        return Ok(layout::message(StatusCode::FORBIDDEN, &text));
    }
    let Some(mut params) = filled_in else { return Ok(page(caller, StatusCode::OK, None)) };
    let names = ["oldpass", "newpass", "newpass2"];
    let [old, new, again] = names.map(|name| filled(&mut params, name));
    if new != again {
        let notice = "The new password was not the same twice.";
        return Ok(page(caller, StatusCode::BAD_REQUEST, Some(notice)));
    }
    match change(app, caller, old, new).await {
        Ok(()) => Ok(settled(request, caller)),
        Err(error) => {
            if let Some(why) = error.internal() {
                tracing::error!(why, "a password could not be changed");
            }
            Ok(page(caller, StatusCode::BAD_REQUEST, Some(&error.public())))
        }
    }
}

/// Changes it by the function that scripts call, so that there is one way only.
async fn change(app: &App, caller: &Caller, old: String, new: String) -> Result<(), ApiError> {
    let function = uapi_function("UserManager", "change_password").ok_or(ApiError::WrongCaller)?;
    let mut params = Params::default();
    params.push("oldpass", old);
    params.push("newpass", new);
    function.call(&caller.on_own_account(&app.environment), &params).await.map(drop)
}

fn page(caller: &Caller, status: StatusCode, notice: Option<&str>) -> Reply {
    layout::page(
        status,
        "Change your password",
        html! {
            p { "The password of " strong { (caller.name()) } " is too weak or too old. Choose another one to go on." }
            @if let Some(notice) = notice {
                p id="password_message" role="alert" { (notice) }
            }
            form id="password_form" action=(action(caller, Demand::StrongPassword)) method="post" target="_top" {
                p {
                    label for="oldpass" { "Old password" }
                    " "
                    input id="oldpass" name="oldpass" type="password" autocomplete="current-password" required autofocus;
                }
                p {
                    label for="newpass" { "New password" }
                    " "
                    input id="newpass" name="newpass" type="password" autocomplete="new-password" minlength="8" required;
                }
                p {
                    label for="newpass2" { "New password, again" }
                    " "
                    input id="newpass2" name="newpass2" type="password" autocomplete="new-password" minlength="8"
                        required;
                }
                p { button id="password_submit" type="submit" { "Change password" } }
            }
        },
    )
}
