//! `/json-api/FUNCTION`, `/xml-api/FUNCTION`: WHM API 1, and the shapes that came before it.

use http::StatusCode;
use portreeve_api::Name;
use portreeve_functions::{ON_BEHALF, whm_function};
use portreeve_types::{Service, Services};
use portreeve_wire::{Answer, Envelope, Params, V0, whm0, whm0_unknown, whm1};

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
    surface: Surface,
    function: &str,
    params: Params,
) -> Reply {
    let denied = |hint| wrong_place(surface, StatusCode::FORBIDDEN, "Permission denied", hint);
    let entry = match whm_function(function) {
        Some(entry) if !entry.services.contains(service) => {
            return denied(Some(Hint::wrong_port(&app.environment.ports, entry.services)));
        }
        Some(entry) => entry,
        None if service == Service::Whm => {
            return Reply::api(StatusCode::OK, surface.format(), unknown(&params, function));
        }
        None if ON_BEHALF.contains(&function) => {
            return denied(Some(Hint::wrong_port(&app.environment.ports, Services::WHM)));
        }
        None => return wrong_place(surface, StatusCode::NOT_FOUND, "Function not found", None),
    };
    let is_version_1 = is_version_1(&params);
    if matches!(entry.name, Name::Whm { v0: V0::Absent, .. }) && !is_version_1 {
        return Reply::api(StatusCode::OK, surface.format(), unknown(&params, function));
    }
    match run(entry, super::own(app, caller), params).await {
        Outcome::WrongCaller => denied(None),
        Outcome::Answer(answer) => {
            let answer = super::with_hint(answer, caller);
            let envelope = match entry.name {
                Name::Whm { v0, .. } if !is_version_1 || v0 == V0::Always => whm0(v0, function, &answer),
                _ => whm1(function, &answer),
            };
            Reply::api(StatusCode::OK, surface.format(), envelope)
        }
    }
}

/// `api.version` is 1, or 2, which is answered as 1; without it the older shapes are wanted.
pub(super) fn is_version_1(params: &Params) -> bool {
    matches!(params.get("api.version"), Some("1" | "2"))
}

fn unknown(params: &Params, function: &str) -> Envelope {
    if is_version_1(params) {
        let reason = format!("Unknown app (“{function}”) requested for this version (1) of the API.");
        whm1(function, &Answer::failure(reason))
    } else {
        whm0_unknown(function)
    }
}
