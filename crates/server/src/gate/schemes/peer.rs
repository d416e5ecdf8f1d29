//! `Authorization: peer USER` on the API socket: the kernel says which system user a program runs as.

use portreeve_api::{Assurance, SystemUser};
use portreeve_drivers::SystemUsers;
use portreeve_types::{AclSet, Service, UserName};

use crate::app::App;
use crate::gate::demands::Means;
use crate::gate::denied::Denied;
use crate::gate::factor::with_enrolment;
use crate::gate::proof::Proof;
use crate::request::{Peer, Request};

pub(super) async fn prove(app: &App, request: &Request, user: &str) -> Result<(Proof, Means), Denied> {
    let Peer::Local { uid } = request.connection.peer else { return Err(Denied::Credential) };
    let is_servers = uid == 0 || app.settings.trusted_uid == Some(uid);
    let name = if is_servers { user.parse().ok() } else { own_name(app, uid, user).await? };
    let account = app.environment.store.account(&name.ok_or(Denied::Credential)?).await?;
    let account = account.filter(|account| account.suspension.is_none()).ok_or(Denied::Credential)?;
    let system_user = Some(SystemUser { uid, is_servers });
    let proof = Proof { system_user, ..Proof::of(account, None) };
    let proof = match is_servers {
        // whoever runs as one of these two can read the keys and write the records: more cannot be proven
        true => Proof { assurance: Assurance::PasswordAndCode, ..proof },
        // a plugin or a cron job runs as its account's user too: it has been given no password
        false => Proof {
            assurance: Assurance::Token,
            acls: AclSet::NONE,
            only: Some(Service::Cpanel),
            is_program: true,
            ..proof
        },
    };
    Ok((with_enrolment(app, proof).await?, Means::Program))
}

/// The account whose system user this is; it may name itself, and nobody else.
async fn own_name(app: &App, uid: u32, user: &str) -> Result<Option<UserName>, Denied> {
    let homes = app.environment.drivers.homes.clone();
    let own = SystemUsers.account_of(uid, homes).await.map_err(|error| {
        tracing::error!(%error, uid, "the account of a system user cannot be found");
        Denied::Credential
    })?;
    Ok(own.filter(|own| user.is_empty() || own.as_str() == user))
}
