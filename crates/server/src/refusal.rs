//! The one table of refusals: what each surface says to somebody who was not let in.
//!
//! | | `/execute` | `/json-api`, `/xml-api` | pages |
//! |---|---|---|---|
//! | no or bad credential, dead session | 401, UAPI envelope | 403, `cpanelresult` | login page: 200 at `/`, else 401 |
//! | good cookie, security token missing or wrong | 401, envelope | 401, `cpanelresult` | 307 to a safe page, else 401 page |
//! | proven, wrong port or role | 403 | 403 | 403 page |
//! | a policy demands something else first | 401, naming it | 403, naming it | the page that settles it |
//! | throttled | as a bad credential, with Retry-After | the same | the same |

use std::borrow::Cow;

use http::StatusCode;
use portreeve_wire::{Answer, Format, access_denied, uapi};

use crate::gate::{CodeProblem, Demand, Denied, TokenProblem};
use crate::hint::Hint;
use crate::pages;
use crate::pages::Destination;
use crate::reply::Reply;
use crate::words::{BUSY, UNAVAILABLE};

/// Which envelope an address speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// `/execute`.
    Uapi,
    /// `/json-api`.
    Json,
    /// `/xml-api`.
    Xml,
}

impl Surface {
    /// How it writes its answers.
    #[must_use]
    pub fn format(self) -> Format {
        match self {
            Surface::Uapi | Surface::Json => Format::Json,
            Surface::Xml => Format::Xml,
        }
    }
}

/// What was refused, in the words that every surface shares.
struct Words {
    /// For the envelope's error, a sentence or the original's two words.
    error: Cow<'static, str>,
    /// For the status line, ASCII.
    reason: Option<Cow<'static, str>>,
    /// For scripts.
    hint: Option<Hint>,
    /// For the log alone.
    noted: Option<Hint>,
    /// Who was proven, for the log.
    caller: Option<String>,
    retry_after: Option<u64>,
}

impl Words {
    fn plain(error: &'static str) -> Words {
        Words { error: error.into(), reason: None, hint: None, noted: None, caller: None, retry_after: None }
    }
}

/// Refuses an API call.
pub fn api(surface: Surface, denied: Denied) -> Reply {
    let denied = match denied {
        Denied::Malformed(malformed) => {
            return Reply::text(StatusCode::BAD_REQUEST, malformed.text()).closing();
        }
        Denied::Busy => return busy(surface),
        Denied::Unavailable(why) => return unavailable(surface, &why),
        Denied::SessionWithoutCode { caller } => {
            return pages::challenge::within_session(caller, &Destination::default());
        }
        Denied::Place { caller, hint } => {
            return wrong_place(surface, StatusCode::FORBIDDEN, "Permission denied", hint).by(Some(caller));
        }
        other => other,
    };
    let about_token = matches!(denied, Denied::SecurityToken { .. });
    let status = match (&denied, surface) {
        (Denied::PlainPort, _) => StatusCode::FORBIDDEN,
        (Denied::SecurityToken { .. }, _) | (_, Surface::Uapi) => StatusCode::UNAUTHORIZED,
        (_, Surface::Json | Surface::Xml) => StatusCode::FORBIDDEN,
    };
    let words = words(denied);
    let fallback = match surface {
        Surface::Json | Surface::Xml if !about_token => Some("Forbidden Access denied".into()),
        _ => None,
    };
    let answer = reply(surface, status, &words.error, words.hint.as_ref())
        .with_retry_after(words.retry_after)
        .with_hint(words.hint)
        .noting(words.noted)
        .by(words.caller)
        .closing();
    match words.reason.or(fallback) {
        Some(reason) => answer.with_reason(reason),
        None => answer,
    }
}

/// A proven caller in the wrong place, or a function that no port has. The words stand first, the hint after.
pub fn wrong_place(surface: Surface, status: StatusCode, words: &'static str, hint: Option<Hint>) -> Reply {
    let reason = match &hint {
        Some(hint) => format!("{words}: {}", hint.text()),
        None => words.to_owned(),
    };
    reply(surface, status, &reason, None).with_reason(reason).with_hint(hint)
}

/// The reason phrase for credentials on a plain port, which takes none from where they come.
pub const NEEDS_TLS: &str = "Credentials need TLS: use the TLS port";

fn words(denied: Denied) -> Words {
    match denied {
        Denied::NoCredential { security_token: true } => Words {
            hint: Some(Hint::COOKIE_MISSING),
            reason: Some("Access denied: security token present, session cookie missing".into()),
            ..Words::plain("Access denied")
        },
        Denied::Throttled { retry_after } => {
            Words { retry_after: Some(retry_after), ..Words::plain("Access denied") }
        }
        Denied::SessionExpired => Words::plain("Your session has expired. Please log in again."),
        Denied::SecurityToken { missing, caller, .. } => Words {
            caller: Some(caller),
            reason: Some(if missing { "Security token missing" } else { "Security token invalid" }.into()),
            hint: Some(if missing { Hint::TOKEN_MISSING } else { Hint::TOKEN_WRONG }),
            ..Words::plain(if missing {
                "The security token is missing from your request."
            } else {
                "The security token in your request is invalid."
            })
        },
        Denied::Token { problem, caller } => Words {
            noted: Some(match problem {
                TokenProblem::Expired => Hint::TOKEN_EXPIRED,
                TokenProblem::Address => Hint::TOKEN_ADDRESS,
                TokenProblem::NotOnTls => Hint::TOKEN_NOT_ON_TLS,
                TokenProblem::NoFactor => Hint::TOKEN_WITHOUT_FACTOR,
            }),
            caller: Some(caller),
            ..Words::plain("Access denied")
        },
        Denied::Code { problem, caller } => code_words(problem, caller),
        Denied::Demanded { demand, caller, .. } => demand_words(demand, caller),
        Denied::PlainPort => Words {
            hint: Some(Hint::USE_TLS),
            reason: Some(NEEDS_TLS.into()),
            ..Words::plain("Access denied")
        },
        Denied::AccessHashDisabled => Words {
            hint: Some(Hint::NO_ACCESS_HASH),
            reason: Some("Access hash disabled; create an API token".into()),
            ..Words::plain("Access denied")
        },
        _ => Words::plain("Access denied"),
    }
}

fn code_words(problem: CodeProblem, caller: String) -> Words {
    let caller = Some(caller);
    match problem {
        CodeProblem::Missing => Words {
            reason: Some("Security code required: send X-CPANEL-OTP".into()),
            hint: Some(Hint::SEND_CODE),
            caller,
            ..Words::plain("A security code is required: send it in the header X-CPANEL-OTP.")
        },
        CodeProblem::Invalid => Words {
            reason: Some("Security code invalid".into()),
            caller,
            ..Words::plain("The security code is invalid.")
        },
        CodeProblem::Late { seconds } => {
            let hint = Hint::clock_slow(seconds);
            Words {
                reason: Some(format!("Security code invalid: {}", hint.text()).into()),
                hint: Some(hint),
                caller,
                ..Words::plain("The security code is invalid.")
            }
        }
        CodeProblem::Reused { next_in } => Words {
            error: format!("The security code was already used; the next comes in {next_in} seconds.").into(),
            reason: Some(format!("Security code already used, next in {next_in} s").into()),
            caller,
            hint: Some(Hint::code_used(next_in)),
            noted: None,
            retry_after: Some(next_in),
        },
    }
}

fn demand_words(demand: Demand, caller: String) -> Words {
    let reason = match demand {
        Demand::Code => return code_words(CodeProblem::Missing, caller),
        Demand::VerifiedAddress => "Address not verified: log in from it once",
        Demand::StrongPassword => "Password too weak: log in and change it",
        Demand::FreshPassword => "Password too old: log in and change it",
    };
    Words { reason: Some(reason.into()), caller: Some(caller), ..Words::plain(demanded(demand)) }
}

/// What somebody is told who does not meet a demand and cannot be led to where it is settled.
pub(crate) fn demanded(demand: Demand) -> &'static str {
    match demand {
        Demand::Code => "A security code is needed.",
        Demand::VerifiedAddress => {
            "Your address is not verified: log in from it once and answer the security questions."
        }
        Demand::StrongPassword => "Your password is too weak: log in and change it.",
        Demand::FreshPassword => "Your password is too old: log in and change it.",
    }
}

fn busy(surface: Surface) -> Reply {
    reply(surface, StatusCode::SERVICE_UNAVAILABLE, BUSY, None).with_retry_after(Some(2)).closing()
}

fn unavailable(surface: Surface, why: &str) -> Reply {
    tracing::error!(why, "nobody can be let in");
    reply(surface, StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, None).with_retry_after(Some(5)).closing()
}

fn reply(surface: Surface, status: StatusCode, error: &str, hint: Option<&Hint>) -> Reply {
    let envelope = match surface {
        Surface::Uapi => uapi(&Answer::failure(error).with_message(hint.map(|hint| hint.text().to_owned()))),
        Surface::Json | Surface::Xml => access_denied(error),
    };
    Reply::api(status, surface.format(), envelope)
}
