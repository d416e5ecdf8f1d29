//! From an address to whoever answers it. Everything that may be had without a credential is named here.

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};

use crate::app::App;
use crate::cgi::{self, Address};
use crate::dispatch::{self, Api};
use crate::gate::Denied;
use crate::hint::Hint;
use crate::refusal;
use crate::reply::Reply;
use crate::request::Request;
use crate::words::UNAVAILABLE;
use crate::{login, pages};

/// Answers a request.
pub async fn answer(app: &App, request: Request) -> Reply {
    let path = request.path.clone();
    if names_a_variable(&path) {
        return Reply::text(StatusCode::BAD_REQUEST, VARIABLE_IN_ADDRESS)
            .with_hint(Some(Hint::VARIABLE_IN_ADDRESS))
            .closing();
    }
    let api = Api::of(&path);
    if let Some(reply) = keep_to_tls(app, &request, api.as_ref()).await {
        return reply;
    }
    if api.is_none() && request.is_local() {
        return Reply::text(StatusCode::NOT_FOUND, "The API socket serves API calls only.");
    }
    // What is not a call has a place on the heap: all of it would be moved with every call otherwise.
    match (api, path.as_str()) {
        (Some(api), _) => dispatch::answer(app, request, api).await,
        (None, "/login" | "/login/") => Box::pin(login::answer(app, request)).await,
        (None, "/logout" | "/logout/") => Box::pin(login::logout(app, request)).await,
        (None, path) => match Address::of(request.service(), path) {
            Some(address) => Box::pin(cgi::answer(app, request, address)).await,
            None => Box::pin(pages::answer(app, request)).await,
        },
    }
}

/// Said to whoever calls an address that a program put together wrongly. It needs no credential: it is about the
/// address alone.
const VARIABLE_IN_ADDRESS: &str =
    "The address holds the name of the variable cp_security_token where its value belongs.";

/// Whether the first segment is what remains of `$ENV{'cp_security_token'}` in a language that does not know it.
fn names_a_variable(path: &str) -> bool {
    path.split('/').nth(1).is_some_and(|first| first.contains("cp_security_token"))
}

/// On a plain port pages move to TLS, and credentials are taken from this machine and the trusted networks only.
async fn keep_to_tls(app: &App, request: &Request, api: Option<&Api<'_>>) -> Option<Reply> {
    if request.connection.tls {
        return None;
    }
    match app.environment.store.policies().await {
        Ok(policies) if !policies.requiressl => return None,
        Ok(_) => {}
        Err(error) => {
            tracing::error!(why = %error, "the policies cannot be read");
            return Some(Reply::text(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE));
        }
    }
    if !app.settings.trusts(request.connection.peer) && (api.is_some() || carries_credential(request)) {
        return Some(match api {
            Some(api) => dispatch::refuse(api, Denied::PlainPort),
            None => Reply::text(StatusCode::FORBIDDEN, "Credentials travel over TLS only: use the TLS port.")
                .with_reason(refusal::NEEDS_TLS)
                .with_hint(Some(Hint::USE_TLS))
                .closing(),
        });
    }
    let is_page = api.is_none() && !is_login(request);
    is_page.then(|| to_tls(app, request))
}

/// Whether the request logs somebody in or out, rather than showing the login page.
fn is_login(request: &Request) -> bool {
    match request.path.as_str() {
        "/login" | "/login/" => request.method == Method::POST || !request.query.is_empty(),
        "/logout" | "/logout/" => true,
        _ => false,
    }
}

fn carries_credential(request: &Request) -> bool {
    is_login(request)
        || request.headers.contains_key(AUTHORIZATION)
        || !matches!(request.cookie(request.service().session_cookie()), Ok(None))
}

/// The same page on the TLS port; never with the security token, which belongs to a session on this port.
fn to_tls(app: &App, request: &Request) -> Reply {
    let name = request.host_name();
    let is_read = request.method == Method::GET || request.method == Method::HEAD;
    if !is_read || name.is_empty() {
        return Reply::text(StatusCode::FORBIDDEN, "Pages are served on the TLS port only.");
    }
    let port = app.environment.ports.number(request.service(), true);
    Reply::redirect(StatusCode::MOVED_PERMANENTLY, &format!("https://{name}:{port}{}", request.place()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room<'a, F: Future>(_: impl Fn(&'a App, Request) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_call_takes_little_room_to_be_moved() {
        let room = room(answer);
        assert!(room < 4 * 1024, "{room} bytes");
    }
}
