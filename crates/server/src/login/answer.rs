//! What a login is answered with: a redirect or a page for browsers, JSON for `login_only`.

use http::StatusCode;
use portreeve_crypt::{SecretString, random};
use portreeve_store::OpenedSession;
use serde_json::json;

use super::cookie;
use super::outcome::LoginOutcome;
use crate::app::App;
use crate::gate::{CodeProblem, Denied, Proof};
use crate::hint::Hint;
use crate::pages::Destination;
use crate::pages::list::Page;
use crate::pages::{self, login::Notice};
use crate::reply::Reply;
use crate::request::Request;
use crate::words::{BUSY, UNAVAILABLE};

/// How the answer is wanted.
pub(super) struct Form {
    /// JSON instead of pages.
    pub(super) json: bool,
    /// Where a success leads.
    pub(super) destination: Destination,
}

/// Why a login was refused.
pub(super) enum Refused {
    /// The gate's reasons.
    Denied(Denied),
    /// No user name was sent.
    NoUser,
    /// Proven, but this service is not for such callers.
    Place {
        /// Who was proven.
        caller: String,
        /// Where the caller belongs.
        hint: Hint,
    },
    /// The password is proven, the code is not.
    Code {
        /// What is wrong with it.
        problem: CodeProblem,
        /// Who was proven.
        caller: String,
        /// The cookie that a second step needs, if it is new.
        pending: Option<SecretString>,
    },
    /// A second step without a first one, or too late, or too often.
    NoPending,
    /// A temporary session that is none (any more), or is for another service or address.
    NoTemporarySession,
    /// A temporary session on a plain port.
    PlainTransfer,
}

/// A session is open: `Location` names its first page in both forms, since clients read it in both.
pub(super) fn success(
    app: &App,
    request: &Request,
    form: &Form,
    proof: &Proof,
    opened: &OpenedSession,
) -> Reply {
    app.metrics.logins.add(LoginOutcome::Opened);
    let prefix = opened.security_token.prefix();
    let location = match form.destination.path() {
        Some(path) => format!("{prefix}{path}"),
        None => format!("{prefix}{}?post_login={}", Page::Start.path(request.service()), post_login(app)),
    };
    let reply = if form.json {
        let body = json!({ "status": 1, "redirect": location, "security_token": prefix });
        Reply::json(StatusCode::OK, body.to_string().into_bytes()).with_location(&location)
    } else {
        Reply::redirect(StatusCode::MOVED_PERMANENTLY, &location)
    };
    reply
        .with_cookie(&cookie::session(request, &opened.cookie))
        .with_cookie(&cookie::end_pending(request))
        .by(Some(proof.log_name()))
        .uncached()
}

/// Fourteen digits that keep a browser from showing an older copy of the page.
fn post_login(app: &App) -> u64 {
    random::id(&*app.environment.entropy).unsigned_abs() % 100_000_000_000_000
}

impl Refused {
    /// The answer: 401 and JSON with a code of the original's kind, or the page that lets a person try again.
    pub(super) fn reply(self, request: &Request, form: &Form) -> Reply {
        match self {
            Refused::NoUser => failed(request, form, Notice::NoUsername, None),
            Refused::NoPending => {
                failed(request, form, Notice::InvalidSession, None).with_cookie(&cookie::end_pending(request))
            }
            Refused::NoTemporarySession => failed(request, form, Notice::InvalidSession, None),
            Refused::PlainTransfer => failed(request, form, Notice::PreventedTransfer, None),
            Refused::Place { caller, hint } => wrong_place(form, hint).by(Some(caller)),
            Refused::Denied(Denied::Throttled { retry_after }) => {
                failed(request, form, Notice::InvalidLogin, Some(retry_after))
            }
            Refused::Denied(Denied::Malformed(malformed)) => {
                Reply::text(StatusCode::BAD_REQUEST, malformed.text()).closing()
            }
            Refused::Denied(Denied::Busy) => {
                Reply::text(StatusCode::SERVICE_UNAVAILABLE, BUSY).with_retry_after(Some(2)).closing()
            }
            Refused::Denied(Denied::Unavailable(why)) => {
                tracing::error!(why, "a login cannot be answered");
                Reply::text(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE).with_retry_after(Some(5)).closing()
            }
            Refused::Denied(_) => failed(request, form, Notice::InvalidLogin, None),
            Refused::Code { problem, caller, pending } => {
                let reply = code_wanted(form, problem).by(Some(caller)).uncached();
                match pending {
                    Some(value) => reply.with_cookie(&cookie::pending(request, &value)),
                    None => reply,
                }
            }
        }
    }
}

fn failed(request: &Request, form: &Form, notice: Notice, retry_after: Option<u64>) -> Reply {
    let reply = if form.json {
        Reply::json(
            StatusCode::UNAUTHORIZED,
            json!({ "status": 0, "message": notice.code() }).to_string().into_bytes(),
        )
    } else {
        pages::login::page(request, &form.destination, Some(notice))
    };
    reply.with_retry_after(retry_after).uncached().closing()
}

/// The login is right, and its place is another port.
fn wrong_place(form: &Form, hint: Hint) -> Reply {
    let reply = if form.json {
        let body = json!({ "status": 0, "message": "permission_denied" });
        Reply::json(StatusCode::FORBIDDEN, body.to_string().into_bytes())
    } else {
        pages::message(StatusCode::FORBIDDEN, "Permission denied")
    };
    reply
        .with_reason(format!("Permission denied: {}", hint.text()))
        .with_hint(Some(hint))
        .uncached()
        .closing()
}

fn code_wanted(form: &Form, problem: CodeProblem) -> Reply {
    if !form.json {
        return pages::challenge::page(Some(problem), &form.destination);
    }
    let invalid = "Security code invalid";
    let (message, reason, retry_after, hint) = match problem {
        CodeProblem::Missing => ("tfa_required", "Security code required".to_owned(), None, None),
        CodeProblem::Invalid => ("tfa_invalid", invalid.to_owned(), None, None),
        CodeProblem::Late { seconds } => {
            let hint = Hint::clock_slow(seconds);
            ("tfa_invalid", format!("{invalid}: {}", hint.text()), None, Some(hint))
        }
        CodeProblem::Reused { next_in } => {
            let hint = Hint::code_used(next_in);
            ("tfa_reused", hint.text().to_owned(), Some(next_in), Some(hint))
        }
    };
    Reply::json(StatusCode::UNAUTHORIZED, json!({ "status": 0, "message": message }).to_string().into_bytes())
        .with_reason(reason)
        .with_retry_after(retry_after)
        .with_hint(hint)
}
