//! Calling functions without a server in between.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use anyhow::Context;
use portreeve_api::{Actor, Assurance, Ctx, Environment, Name};
use portreeve_types::{AclSet, Service, Subject};

use crate::must::must;

/// A call of an account on itself, as somebody who gave password and code; in WHM with the account's privileges.
pub async fn context(environment: &Arc<Environment>, name: Name, user: &str) -> Ctx {
    let user = must(user.parse().with_context(|| format!("{user:?} is no account's name")));
    let found = must(environment.store.account(&user).await.context("reading an account"));
    let account = must(found.with_context(|| format!("there is no account {user}")));
    let (service, acls) = match name {
        Name::Whm { .. } => (Service::Whm, account.acls()),
        Name::Uapi { .. } | Name::Api2 { .. } | Name::Api1 { .. } => (Service::Cpanel, AclSet::NONE),
    };
    let subject = Subject::Account(account.id);
    let factor = must(environment.store.two_factor(subject).await.context("reading a second factor"));
    let actor = Actor {
        subject,
        account: account.clone(),
        mailbox: None,
        possessor: None,
        acls,
        service,
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        system_user: None,
        request: None,
        assurance: Assurance::PasswordAndCode,
        enrolment: factor.map(|factor| factor.enrolment),
        calls_only: false,
        session: None,
        token: None,
        access_hash: None,
        is_program: false,
        log_name: account.user.as_str().into(),
    };
    Ctx::new(environment.clone(), Arc::new(actor), account)
}
