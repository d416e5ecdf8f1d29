//! The change of a password that is too weak or too old.

use http::StatusCode;
use maud::html;
use portreeve_wire::Params;

use super::{action, filled, settled};
use crate::app::App;
use crate::dispatch;
use crate::gate::{Caller, Demand, Denied};
use crate::pages::layout;
use crate::pages::view::{Nothing, params, uapi};
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
    let Some(mut form) = filled_in else { return Ok(page(request, caller, StatusCode::OK, None)) };
    let names = ["oldpass", "newpass", "newpass2"];
    let [old, new, again] = names.map(|name| filled(&mut form, name));
    if new != again {
        let notice = "The new password was not the same twice.";
        return Ok(page(request, caller, StatusCode::BAD_REQUEST, Some(notice)));
    }
    // by the function that scripts call, so that there is one way only
    let function = uapi!("UserManager", "change_password");
    let given = params([("oldpass", old.as_str()), ("newpass", new.as_str())]);
    Ok(match dispatch::page::call::<Nothing>(app, caller, request.service(), function, given).await {
        Ok(_) => settled(request, caller),
        Err(error) => page(request, caller, StatusCode::BAD_REQUEST, Some(&error)),
    })
}

fn page(request: &Request, caller: &Caller, status: StatusCode, notice: Option<&str>) -> Reply {
    layout::page(
        status,
        "Change your password",
        html! {
            p { "The password of " strong { (caller.name()) } " is too weak or too old. Choose another one to go on." }
            @if let Some(notice) = notice {
                p id="password_message" role="alert" { (notice) }
            }
            form id="password_form" action=(action(request, caller, Demand::StrongPassword)) method="post" target="_top" {
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
