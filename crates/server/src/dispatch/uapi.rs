//! `/execute/MODULE/FUNCTION`.

use http::StatusCode;
use portreeve_functions::{has_uapi_module, uapi_function};
use portreeve_types::Service;
use portreeve_wire::{Answer, Params, uapi};

use super::run::{Outcome, run};
use crate::app::App;
use crate::gate::Caller;
use crate::hint::Hint;
use crate::refusal::{Surface, wrong_place};
use crate::reply::Reply;

pub(super) async fn answer(
    app: &App,
    caller: &Caller,
    service: Service,
    module: &str,
    function: &str,
    params: Params,
) -> Reply {
    let denied = |hint| wrong_place(Surface::Uapi, StatusCode::FORBIDDEN, "Permission denied", hint);
    match uapi_function(module, function) {
        Some(entry) if !entry.services.contains(service) => {
            denied(Some(Hint::wrong_port(&app.environment.ports, entry.services)))
        }
        Some(entry) => match run(entry, super::own(app, caller), params).await {
            // clients take `messages` of a success for the function's own words
            Outcome::Answer(answer) if answer.succeeded() => said(&answer),
            Outcome::Answer(answer) => said(&super::with_hint(answer, caller)),
            Outcome::WrongCaller => denied(None),
        },
        None if service == Service::Whm => {
            wrong_place(Surface::Uapi, StatusCode::NOT_FOUND, "Function not found", None)
        }
        None => said(&unknown(module, function)),
    }
}

fn said(answer: &Answer) -> Reply {
    Reply::api(StatusCode::OK, Surface::Uapi.format(), uapi(answer))
}

/// What the original says of a function or a module that it does not have.
pub(super) fn unknown(module: &str, function: &str) -> Answer {
    Answer::failure(if has_uapi_module(module) {
        format!("The system could not find the function “{function}” in the module “{module}”.")
    } else {
        format!("Failed to load module “{module}”: there is no such module.")
    })
}
