//! `/cpsess1234567890/session.js`: the security token for the scripts of pages, by the name that plugins know.

use super::unavailable;
use crate::app::App;
use crate::gate::Caller;
use crate::reply::Reply;

/// Its address, without the security token.
pub(super) const PATH: &str = "/session.js";

/// Defines `CPANEL` before any module does, and the token in it: empty when no token is asked for.
pub(super) async fn answer(app: &App, caller: &Caller) -> Reply {
    let asked_for = match app.environment.store.policies().await {
        Ok(policies) => policies.security_tokens,
        Err(error) => return unavailable(&error.to_string()),
    };
    let session = caller.session().filter(|_| asked_for);
    let token = session.map(|session| session.security_token.prefix()).unwrap_or_default();
    Reply::script(format!(
        "window.CPANEL = window.CPANEL || {{}};\nwindow.CPANEL.security_token = {};\n",
        serde_json::Value::from(token)
    ))
}
