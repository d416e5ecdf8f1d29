//! `/json-api/cpanel` and `/json-api/uapi_cpanel`: cPanel's functions through WHM, on an account that the caller
//! owns; and `cpanel` on cPanel's own ports, on the caller's account.

use http::StatusCode;
use portreeve_api::Ctx;
use portreeve_functions::uapi_function;
use portreeve_types::{Acl, Service, Services, UserName};
use portreeve_wire::{Answer, Params, api1_unknown, api2_error, uapi_wrapped, whm_on_behalf_refused, whm1};

use super::run::{Outcome, run};
use super::uapi::unknown;
use crate::app::{App, Ports};
use crate::gate::Caller;
use crate::hint::Hint;
use crate::refusal::{Surface, wrong_place};
use crate::reply::Reply;

/// The function that a call names, and the account it names.
struct Call {
    user: Option<String>,
    module: String,
    function: String,
    version: String,
}

/// Two prefixed names of one setting that differ.
struct Conflict {
    name: &'static str,
}

/// The function is known, but not for this port or this kind of caller.
struct WrongPlace(Option<Hint>);

/// The names of one setting under every prefix that clients use.
const PREFIXES: [&str; 2] = ["cpanel_jsonapi_", "cpanel."];

/// `cpanel`: the version in the parameters decides the envelope; without one it is API 2.
pub(super) async fn cpanel(app: &App, caller: &Caller, service: Service, mut params: Params) -> Reply {
    let call = match read(&mut params) {
        Ok(call) => call,
        Err(conflict) => return conflict.reply(),
    };
    let Some(cx) = context(app, caller, service, call.user.as_deref()).await else {
        return Reply::json(StatusCode::OK, whm_on_behalf_refused());
    };
    let body = match call.version.as_str() {
        "3" => match answer(&app.settings.ports, cx, service, &call, params).await {
            Ok(answer) => uapi_wrapped(&call.module, &call.function, &answer),
            Err(place) => return place.reply(),
        },
        "1" => api1_unknown(&call.module, &call.function),
        _ => {
            let error = format!("Could not find function '{}' in module '{}'", call.function, call.module);
            api2_error(&call.module, &call.function, &error)
        }
    };
    Reply::json(StatusCode::OK, body)
}

/// `uapi_cpanel`: UAPI within WHM API 1's envelope.
pub(super) async fn uapi_cpanel(app: &App, caller: &Caller, mut params: Params) -> Reply {
    let call = match read(&mut params) {
        Ok(call) => call,
        Err(conflict) => return conflict.reply(),
    };
    let Some(cx) = context(app, caller, Service::Whm, call.user.as_deref()).await else {
        return Reply::json(StatusCode::OK, whm_on_behalf_refused());
    };
    match answer(&app.settings.ports, cx, Service::Whm, &call, params).await {
        Ok(answer) => {
            let data = serde_json::json!({ "uapi": answer.to_uapi() });
            Reply::json(StatusCode::OK, whm1("uapi_cpanel", &Answer::success(&data, "OK".to_owned())))
        }
        Err(place) => place.reply(),
    }
}

/// Takes the call's own parameters out; what is left are the function's arguments.
///
/// `user` names the account only when no prefixed name does: otherwise it is the function's own argument. Two
/// prefixed names that differ are refused, since two programs could each believe another one.
fn read(params: &mut Params) -> Result<Call, Conflict> {
    let user = one_of(params, "user")?;
    let module = one_of(params, "module")?;
    let function = match one_of(params, "func")? {
        Some(function) => Some(function),
        None => one_of(params, "function")?,
    };
    let version = one_of(params, "apiversion")?;
    Ok(Call {
        user: user.or_else(|| params.take("user")),
        module: module.unwrap_or_default(),
        function: function.unwrap_or_default(),
        version: version.unwrap_or_else(|| "2".to_owned()),
    })
}

fn one_of(params: &mut Params, name: &'static str) -> Result<Option<String>, Conflict> {
    let mut found: Option<String> = None;
    for value in PREFIXES.iter().filter_map(|prefix| params.take(&format!("{prefix}{name}"))) {
        match &found {
            Some(other) if *other != value => return Err(Conflict { name }),
            _ => found = Some(value),
        }
    }
    Ok(found)
}

/// The account that is acted on: none unless the caller may act on it, whatever the reason.
async fn context(app: &App, caller: &Caller, service: Service, user: Option<&str>) -> Option<Ctx> {
    let own = super::own(app, caller);
    if service != Service::Whm {
        // A caller of its own ports may name itself, and nobody else.
        return user.is_none_or(|user| user == caller.name()).then_some(own);
    }
    let user: UserName = user?.parse().ok()?;
    if !own.actor.acls.grants(Acl::CpanelApi) {
        return None;
    }
    let account = app.environment.store.account(&user).await.ok()??;
    caller.on_account(&app.environment, account)
}

async fn answer(
    ports: &Ports,
    cx: Ctx,
    service: Service,
    call: &Call,
    params: Params,
) -> Result<Answer, WrongPlace> {
    let Some(entry) = uapi_function(&call.module, &call.function) else {
        return Ok(unknown(&call.module, &call.function));
    };
    // On behalf of an account means as the account would on its own port.
    let on = if service == Service::Whm { Services::CPANEL } else { service.into() };
    if !entry.services.contains_any(on) {
        return Err(WrongPlace(Some(Hint::wrong_port(ports, entry.services))));
    }
    match run(entry, cx, params).await {
        Outcome::Answer(answer) => Ok(answer),
        Outcome::WrongCaller => Err(WrongPlace(None)),
    }
}

impl Conflict {
    fn reply(&self) -> Reply {
        let name = self.name;
        let line =
            format!("The parameters cpanel_jsonapi_{name} and cpanel.{name} differ; send one of them.");
        Reply::text(StatusCode::BAD_REQUEST, &line)
    }
}

impl WrongPlace {
    fn reply(self) -> Reply {
        wrong_place(Surface::Json, StatusCode::FORBIDDEN, "Permission denied", self.0)
    }
}
