//! `/login/?session=...`: takes a temporary session up, once.
//!
//! A link on another site may do this, although it must not log anybody in with a name and a password: a billing
//! system's own pages are where such links stand. What it could do to its reader is to log him in as whom the link is
//! for, which takes a link that nobody has used; it holds for a few minutes, and the page says who is logged in.

use portreeve_crypt::{ExposeSecret, SecretString};
use portreeve_types::Locale;

use super::answer::{Form, Refused, success};
use super::cookie;
use crate::app::App;
use crate::gate::{Denied, records_for_nobody, session_owner};
use crate::pages;
use crate::reply::Reply;
use crate::request::Request;

/// Opens the session that a temporary one stands for.
pub(super) async fn answer(
    app: &App,
    request: &Request,
    form: &Form,
    value: &SecretString,
    locale: Option<&Locale>,
) -> Result<Reply, Refused> {
    // a look ahead must not use up what its reader will want
    if !request.is_meant() {
        return Ok(pages::login::page(request, &form.destination, None));
    }
    if !request.connection.tls {
        return Err(Refused::PlainTransfer);
    }
    let (service, address) = (request.service(), request.connection.peer.address());
    let records = records_for_nobody(app, request);
    let opened = records.take_up_temporary_session(service, value.expose_secret(), address).await;
    let opened = opened.map_err(Denied::from)?.ok_or(Refused::NoTemporarySession)?;
    let proof = session_owner(app, &opened.session).await?.ok_or(Refused::NoTemporarySession)?;
    let reply = success(app, request, form, &proof, &opened);
    Ok(match locale {
        Some(locale) => reply.with_cookie(&cookie::locale(request, locale)),
        None => reply,
    })
}
