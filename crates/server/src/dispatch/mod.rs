//! What is asked: the surface and the function behind an address, called with its arguments.

mod on_behalf;
pub(crate) mod page;
mod run;
mod uapi;
mod version;
mod whm;

use http::StatusCode;
use portreeve_types::Service;
use portreeve_wire::Answer;

use crate::app::App;
use crate::gate::{Caller, Denied, Wanted, admit};
use crate::hint::Hint;
use crate::refusal::{self, Surface};
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
    /// `/json-api/FUNCTION`, `/xml-api/FUNCTION`.
    Whm {
        /// Which of the two.
        surface: Surface,
        /// The function.
        function: &'a str,
    },
}

impl Api<'_> {
    /// The API call that a path means, if it means one.
    #[must_use]
    pub fn of(path: &str) -> Option<Api<'_>> {
        if let Some(rest) = path.strip_prefix("/execute/") {
            let (module, function) = rest.split_once('/').unwrap_or((rest, ""));
            return Some(Api::Uapi { module, function: function.trim_end_matches('/') });
        }
        [("/json-api/", Surface::Json), ("/xml-api/", Surface::Xml)].into_iter().find_map(
            |(prefix, surface)| {
                let function = path.strip_prefix(prefix)?.trim_end_matches('/');
                Some(Api::Whm { surface, function })
            },
        )
    }

    fn surface(&self) -> Surface {
        match self {
            Api::Uapi { .. } => Surface::Uapi,
            Api::Whm { surface, .. } => *surface,
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
    // the token was dropped: it belongs to sessions (docs/troubleshooting.md#no-token-needed)
    let needless = request.security_token.is_some() && caller.session().is_none();
    let caller = if needless { caller.or_hint(Hint::NO_TOKEN_NEEDED) } else { caller };
    let params = match request.params(LARGEST_BODY).await {
        Ok(params) => params,
        Err(error) => return unreadable(&error).to(&caller),
    };
    let reply = match api {
        Api::Uapi { module, function } => uapi::answer(app, &caller, service, module, function, params).await,
        Api::Whm { surface, function: "cpanel" } => {
            Box::pin(on_behalf::cpanel(app, &caller, service, surface, params)).await
        }
        Api::Whm { surface, function: "uapi_cpanel" } if service == Service::Whm => {
            Box::pin(on_behalf::uapi_cpanel(app, &caller, surface, params)).await
        }
        Api::Whm { surface, function } => whm::answer(app, &caller, service, surface, function, params).await,
    };
    reply.or_hint(caller.hint()).to(&caller)
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

/// The answer with what the caller should know beside it, where scripts print it.
fn with_hint(answer: Answer, caller: &Caller) -> Answer {
    answer.with_message(caller.hint().map(|hint| hint.text().to_owned()))
}

/// A caller's own context.
fn own(app: &App, caller: &Caller) -> portreeve_api::Ctx {
    caller.on_own_account(&app.environment)
}
