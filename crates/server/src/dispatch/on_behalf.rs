//! `cpanel` and `uapi_cpanel` below `/json-api` and `/xml-api`: cPanel's functions through WHM, on an account that the
//! caller owns; and `cpanel` on cPanel's own ports, on the caller's account.

use http::StatusCode;
use portreeve_api::{Ctx, Entry};
use portreeve_types::{Acl, Ports, Service, Services, UserName};
use portreeve_wire::{Answer, Envelope, Params, on_behalf_refused, whm1};

use super::run::{Outcome, run};
use super::version::Version;
use crate::app::App;
use crate::gate::Caller;
use crate::hint::Hint;
use crate::refusal::{Surface, wrong_place};
use crate::reply::Reply;

/// The function that a call names, and the account it names.
struct Call {
    user: Option<String>,
    module: String,
    function: String,
    version: Version,
}

/// Two prefixed names of one setting that differ.
struct Conflict {
    one: String,
    other: String,
}

/// The function is known, but not for this port or this kind of caller.
struct WrongPlace(Option<Hint>);

/// The names of one setting under every prefix that clients use.
const PREFIXES: [&str; 3] = ["cpanel_jsonapi_", "cpanel_xmlapi_", "cpanel."];

/// `cpanel`: the version in the parameters decides the envelope; without one it is API 2.
pub(super) async fn cpanel(
    app: &App,
    caller: &Caller,
    service: Service,
    surface: Surface,
    mut params: Params,
) -> Reply {
    let call = match read(&mut params) {
        Ok(call) => call,
        Err(conflict) => return conflict.reply(),
    };
    let (module, function) = (call.module.as_str(), call.function.as_str());
    let Some(cx) = context(app, caller, service, call.user.as_deref()).await else {
        return said(surface, on_behalf_refused());
    };
    let Some(entry) = call.version.find(module, function) else {
        return said(surface, call.version.unknown(module, function));
    };
    match answer(&app.environment.ports, cx, service, entry, params).await {
        Ok(answer) => said(surface, call.version.envelope(module, function, &answer)),
        Err(place) => place.reply(surface),
    }
}

/// `uapi_cpanel`: UAPI within WHM API 1's envelope.
pub(super) async fn uapi_cpanel(app: &App, caller: &Caller, surface: Surface, mut params: Params) -> Reply {
    let call = match read(&mut params) {
        Ok(call) => call,
        Err(conflict) => return conflict.reply(),
    };
    let Some(cx) = context(app, caller, Service::Whm, call.user.as_deref()).await else {
        return said(surface, on_behalf_refused());
    };
    let answer = match Version::Uapi.find(&call.module, &call.function) {
        Some(entry) => answer(&app.environment.ports, cx, Service::Whm, entry, params).await,
        None => Ok(super::uapi::unknown(&call.module, &call.function)),
    };
    match answer {
        Ok(answer) => {
            let data = serde_json::json!({ "uapi": answer.to_uapi() });
            said(surface, whm1("uapi_cpanel", &Answer::success(&data, "OK".to_owned())))
        }
        Err(place) => place.reply(surface),
    }
}

fn said(surface: Surface, envelope: Envelope) -> Reply {
    Reply::api(StatusCode::OK, surface.format(), envelope)
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
        version: Version::of(version.as_deref()),
    })
}

fn one_of(params: &mut Params, name: &str) -> Result<Option<String>, Conflict> {
    let mut found: Option<(String, String)> = None;
    for one in PREFIXES.map(|prefix| format!("{prefix}{name}")) {
        match (params.take(&one), &found) {
            (Some(value), Some((other, earlier))) if value != *earlier => {
                return Err(Conflict { one: other.clone(), other: one });
            }
            (Some(value), None) => found = Some((one, value)),
            _ => {}
        }
    }
    Ok(found.map(|(_, value)| value))
}

/// The account that is acted on: none unless the caller may act on it, whatever the reason.
async fn context(app: &App, caller: &Caller, service: Service, user: Option<&str>) -> Option<Ctx> {
    let own = super::own(app, caller);
    if service != Service::Whm {
        // A caller of its own ports may name itself or nobody.
        let user = user.unwrap_or_default();
        return (user.is_empty() || user == caller.name()).then_some(own);
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
    entry: &'static Entry,
    params: Params,
) -> Result<Answer, WrongPlace> {
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
        let Conflict { one, other } = self;
        let line = format!("The parameters {one} and {other} differ; send one of them.");
        Reply::text(StatusCode::BAD_REQUEST, &line)
    }
}

impl WrongPlace {
    fn reply(self, surface: Surface) -> Reply {
        wrong_place(surface, StatusCode::FORBIDDEN, "Permission denied", self.0)
    }
}
