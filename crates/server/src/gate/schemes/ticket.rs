//! `Authorization: ticket SECRET`: a program that this server runs calls back, with the rights of whoever it runs for.
//!
//! From this machine only, for API calls only, and while the program lives (docs/plugins.md).

use portreeve_crypt::{ExposeSecret, SecretString};

use super::session;
use crate::app::App;
use crate::cgi::Origin;
use crate::gate::Wanted;
use crate::gate::demands::Means;
use crate::gate::denied::Denied;
use crate::gate::identity::by_subject;
use crate::gate::proof::Proof;
use crate::request::{Peer, Request};

pub(super) async fn prove(
    app: &App,
    request: &Request,
    wanted: Wanted,
    secret: &SecretString,
) -> Result<(Proof, Means), Denied> {
    let is_near = match request.connection.peer {
        Peer::Network(address) => address.to_canonical().is_loopback(),
        // a proxy of this machine speaks for others
        Peer::Proxied(_) | Peer::Local { .. } => false,
    };
    if wanted != Wanted::Api || !is_near {
        return Err(Denied::Credential);
    }
    let (proof, means) = match app.cgi.tickets.origin(secret.expose_secret()) {
        None => return Err(Denied::Credential),
        Some(Origin::Session { service, cookie, address }) => {
            let (proof, means) =
                session::prove_to_program(app, service, cookie.expose_secret(), address).await?;
            (Proof { only: Some(service), ..proof }, means)
        }
        Some(Origin::Header(origin)) => {
            let (proven, means) = &*origin;
            // who the caller is now, with no more rights than were proven then
            let possessor = proven.possessor.as_ref().map(|possessor| possessor.id);
            let now = by_subject(app, proven.subject, proven.account.id, possessor).await?;
            let now = now.ok_or(Denied::Credential)?;
            if !holds_still(app, proven, &now).await? {
                return Err(Denied::Credential);
            }
            let Proof { account, mailbox, possessor, acls, .. } = now;
            let acls = proven.acls.intersect(acls);
            (Proof { account, mailbox, possessor, acls, ..proven.clone() }, *means)
        }
    };
    // the demands are on what the origin proved, from where it came
    Ok((Proof { is_program: true, ..proof }, means))
}

/// Whether what a header proved still holds: the API token or the access hash is as good as it was, or the password is
/// that one.
async fn holds_still(app: &App, proven: &Proof, now: &Proof) -> Result<bool, Denied> {
    let store = &app.environment.store;
    Ok(match (&proven.token, &proven.access_hash) {
        (Some(token), _) => store.is_good_still(token).await?,
        (None, Some(digest)) => store.is_access_hash_good(digest).await?,
        (None, None) => now.password().as_record() == proven.password().as_record(),
    })
}
