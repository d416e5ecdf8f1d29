//! The cookies of logins.

use std::time::Duration;

use portreeve_crypt::{ExposeSecret, SecretString};
use portreeve_types::Locale;

use crate::request::Request;

/// The session's cookie. No `port`, no `Domain`, no lifetime: it ends with the browser or the session.
pub(super) fn session(request: &Request, value: &SecretString) -> String {
    set(request, request.service().session_cookie(), value.expose_secret(), "/")
}

/// Takes the session's cookie back.
pub(super) fn end_session(request: &Request) -> String {
    end(request, request.service().session_cookie(), "/")
}

/// The cookie of a login that waits for its code: worth nothing anywhere but at `/login`.
pub(crate) fn pending(request: &Request, value: &SecretString) -> String {
    set(request, request.service().pending_cookie(), value.expose_secret(), "/login")
}

/// Takes that one back.
pub(super) fn end_pending(request: &Request) -> String {
    end(request, request.service().pending_cookie(), "/login")
}

/// Keeps the language that pages are wanted in, for a year.
pub(super) fn locale(request: &Request, locale: &Locale) -> String {
    let year = 31_536_000;
    format!("session_locale={locale}; HttpOnly; Path=/; SameSite=Lax; Max-Age={year}{}", secure(request))
}

/// The cookie of a page that is kept open: it is sent with the address of its bookmark only.
pub(crate) fn kept(
    request: &Request,
    own: &str,
    value: &SecretString,
    path: &str,
    lasts: Duration,
) -> String {
    let name = format!("{}{own}", request.service().kept_cookie());
    format!("{}; Max-Age={}", set(request, &name, value.expose_secret(), path), lasts.as_secs())
}

fn set(request: &Request, name: &str, value: &str, path: &str) -> String {
    format!("{name}={value}; HttpOnly; Path={path}; SameSite=Lax{}", secure(request))
}

fn end(request: &Request, name: &str, path: &str) -> String {
    format!(
        "{name}=no; HttpOnly; Path={path}; SameSite=Lax; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0{}",
        secure(request)
    )
}

fn secure(request: &Request) -> &'static str {
    if request.connection.tls { "; Secure" } else { "" }
}
