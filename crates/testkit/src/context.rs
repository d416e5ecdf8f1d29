//! Calling functions without a server in between.

use std::sync::Arc;

use anyhow::Context;
use portreeve_api::{Actor, Assurance, Ctx, Environment, Name};
use portreeve_types::{AclSet, Subject};

use crate::must::must;

/// A call of an account on itself, as somebody who gave password and code; in WHM with the account's privileges.
pub async fn context(environment: &Arc<Environment>, name: Name, user: &str) -> Ctx {
    let user = must(user.parse().with_context(|| format!("{user:?} is no account's name")));
    let found = must(environment.store.account(&user).await.context("reading an account"));
    let account = must(found.with_context(|| format!("there is no account {user}")));
    let acls = match name {
        Name::Uapi { .. } => AclSet::NONE,
        Name::Whm { .. } => account.acls(),
    };
    let actor = Actor {
        subject: Subject::Account(account.id),
        account: account.clone(),
        mailbox: None,
        acls,
        assurance: Assurance::PasswordAndCode,
        session: None,
    };
    Ctx::new(environment.clone(), actor, account)
}
