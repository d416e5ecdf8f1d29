//! `Authorization: peer USER` on the API socket: the kernel says which system user a program runs as.

use portreeve_api::Assurance;
use portreeve_types::UserName;

use crate::app::App;
use crate::gate::demands::Means;
use crate::gate::denied::Denied;
use crate::gate::proof::Proof;
use crate::request::{Peer, Request};

pub(super) async fn prove(app: &App, request: &Request, user: &str) -> Result<(Proof, Means), Denied> {
    let trusted = match request.connection.peer {
        Peer::Local { uid } => uid == 0 || app.settings.trusted_uid == Some(uid),
        Peer::Network(_) => false,
    };
    let user: UserName = user.parse().map_err(|_| Denied::Credential)?;
    let account = app.environment.store.account(&user).await?;
    let open = account.filter(|account| trusted && account.suspension.is_none());
    // whoever runs as one of these two can read the keys and write the records: more cannot be proven
    open.map(|account| Proof { assurance: Assurance::PasswordAndCode, ..Proof::of(account, None) })
        .map(|proof| (proof, Means::Program))
        .ok_or(Denied::Credential)
}
