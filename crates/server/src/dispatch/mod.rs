//! What is asked: the surface and the function behind an address, called with its arguments.

mod on_behalf;
mod run;
mod uapi;
mod whm;

use http::StatusCode;
use portreeve_types::Service;

use crate::app::App;
use crate::gate::{Caller, Denied, Wanted, admit};
use crate::hint::Hint;
use crate::refusal::{self, Surface, wrong_place};
use crate::reply::Reply;
use crate::request::{FormError, Request};

/// The most that a call's parameters may take in its body.
const LARGEST_BODY: usize = 1 << 20;

/// An API address, taken apart.
pub enum Api<'a> {
    /// `/execute/MODULE/FUNCTION`.
    Uapi {
        /// The module.
        module: &'a str,
        /// The function.
        function: &'a str,
    },
    /// `/json-api/FUNCTION`.
    Json {
        /// The function.
        function: &'a str,
    },
    /// `/xml-api/FUNCTION`: refused like the others, and answered by none yet.
    Xml,
}

impl Api<'_> {
    /// The API call that a path means, if it means one.
    #[must_use]
    pub fn of(path: &str) -> Option<Api<'_>> {
        if let Some(rest) = path.strip_prefix("/execute/") {
            let (module, function) = rest.split_once('/').unwrap_or((rest, ""));
            return Some(Api::Uapi { module, function: function.trim_end_matches('/') });
        }
        if path.starts_with("/xml-api/") {
            return Some(Api::Xml);
        }
        path.strip_prefix("/json-api/").map(|rest| Api::Json { function: rest.trim_end_matches('/') })
    }

    fn surface(&self) -> Surface {
        match self {
            Api::Uapi { .. } => Surface::Uapi,
            Api::Json { .. } => Surface::Json,
            Api::Xml => Surface::Xml,
        }
    }
}

/// Answers an API call.
pub async fn answer(app: &App, mut request: Request, api: Api<'_>) -> Reply {
    let caller = match admit(app, &request, Wanted::Api).await {
        Ok(caller) => caller,
        Err(denied) => return refusal::api(api.surface(), denied),
    };
    let service = request.service();
    let params = match request.params(LARGEST_BODY).await {
        Ok(params) => params,
        Err(error) => return unreadable(&error).by(Some(caller.name().to_owned())),
    };
    let reply = match api {
        Api::Xml => {
            wrong_place(Surface::Xml, StatusCode::NOT_FOUND, "Function not found", Some(Hint::USE_JSON))
        }
        Api::Uapi { module, function } => uapi::answer(app, &caller, service, module, function, params).await,
        Api::Json { function: "cpanel" } => on_behalf::cpanel(app, &caller, service, params).await,
        Api::Json { function: "uapi_cpanel" } if service == Service::Whm => {
            on_behalf::uapi_cpanel(app, &caller, params).await
        }
        Api::Json { function } => whm::answer(app, &caller, service, function, params).await,
    };
    reply.or_hint(caller.hint()).by(Some(caller.name().to_owned()))
}

/// Refuses an API call before anybody is asked who they are.
pub fn refuse(api: &Api<'_>, denied: Denied) -> Reply {
    refusal::api(api.surface(), denied)
}

/// A body that cannot be read as parameters.
pub(crate) fn unreadable(error: &FormError) -> Reply {
    let status = match error {
        FormError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        FormError::Params(_) | FormError::Multipart(_) | FormError::Broken => StatusCode::BAD_REQUEST,
    };
    Reply::text(status, &format!("The request cannot be read: {error}."))
}

/// A caller's own context.
fn own(app: &App, caller: &Caller) -> portreeve_api::Ctx {
    caller.on_own_account(&app.environment)
}
