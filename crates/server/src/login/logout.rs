//! `/logout`: the session ends.

use super::cookie;
use crate::app::App;
use crate::gate::{Wanted, admit};
use crate::pages::Destination;
use crate::pages::{self, login::Notice};
use crate::reply::Reply;
use crate::request::Request;

/// Ends the session that the request proves; a link without its security token ends nothing.
pub async fn logout(app: &App, request: Request) -> Reply {
    let caller = match admit(app, &request, Wanted::Leaving).await {
        Ok(caller) => caller,
        Err(denied) => return pages::refused(&request, denied),
    };
    if let Some(session) = caller.session()
        && let Err(error) = caller.records(&app.environment).end_session(session).await
    {
        return pages::unavailable(&error.to_string());
    }
    pages::login::page(&request, &Destination::default(), Some(Notice::LoggedOut))
        .with_cookie(&cookie::end_session(&request))
        .clearing_site_data()
        .by(Some(caller.log_name().clone()))
        .uncached()
}
