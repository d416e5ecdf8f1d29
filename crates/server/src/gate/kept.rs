//! A page that somebody keeps open on a browser: its cookie proves one page of one service, with one query.
//!
//! Nothing else asks for such a cookie: no API call, no other page and no login can be made with one.

use portreeve_api::Assurance;

use super::demands::{self, Means};
use super::denied::Denied;
use super::identity::by_subject;
use super::proof::Proof;
use super::{Caller, Wanted, place};
use crate::app::App;
use crate::request::Request;

/// So many cookies of one request are looked at, the newest first: browsers send them in the order of their making.
const MOST_COOKIES: usize = 20;

/// Whoever keeps the page of this bookmark open, with just this query: somebody who still exists, is not suspended,
/// and meets what the policies demand of a login. None where nobody is found: a login is what is needed then.
///
/// Kept pages are for TLS, and for a reader who goes there.
pub(crate) async fn admit_kept(
    app: &App,
    request: &Request,
    bookmark: &str,
) -> Result<Option<Caller>, Denied> {
    if !request.connection.tls || request.is_driven() {
        return Ok(None);
    }
    let service = request.service();
    for value in request.cookies_of(service.kept_cookie()).into_iter().rev().take(MOST_COOKIES) {
        let Some(kept) = app.environment.store.kept_page(value).await? else { continue };
        if kept.service != service || kept.bookmark != bookmark || kept.query != request.query {
            continue;
        }
        let Some(proof) = by_subject(app, kept.subject, kept.account, None).await? else { continue };
        let assurance = if kept.factor { Assurance::PasswordAndCode } else { Assurance::Password };
        let proof = Proof { assurance, only: Some(service), ..proof };
        let address = request.connection.peer.address();
        let means = Means::Password { strength: kept.password_strength, address };
        let demanded = demands::check(app, request, Wanted::Page, &proof, means).await;
        match demanded.and_then(|_| place::check(&app.environment.ports, service, &proof)) {
            Ok(()) => {
                // from here on it is worth less than any other credential
                let proof = Proof { assurance: Assurance::Kept, ..proof };
                return Ok(Some(Caller::of(proof, Means::Program, None, request)));
            }
            Err(Denied::Unavailable(why)) => return Err(Denied::Unavailable(why)),
            Err(_) => {}
        }
    }
    Ok(None)
}
