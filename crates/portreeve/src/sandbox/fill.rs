//! Fills a new sandbox with its accounts, in the records and on disk.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use portreeve_api::Environment;
use portreeve_crypt::{AccessHash, Scheme};
use portreeve_store::{
    Account, Means, NewAccount, NewFtpLogin, NewMailbox, NewToken, Origin, Role, TokenKind, TokenLimits,
    Writer,
};
use portreeve_types::{AclSet, DomainName, MailAddress, Quota, Subject, UserName};

use super::credentials::{AccountCredentials, Credentials, MailboxCredentials};
use super::messages::messages;

/// Two FTP logins for each account: a name, and a directory in its home.
const FTP_LOGINS: [(&str, &str); 2] = [("upload", "public_html/upload"), ("backup", "backup")];

/// Makes every account with all that is its.
pub(super) async fn fill(environment: &Environment, credentials: &Credentials) -> Result<()> {
    let store = environment.store.acting_for(Arc::new(Origin::of(Means::Server)));
    store.set_setting("allow_deprecated_accesshash", "1").await?;
    for account in &credentials.accounts {
        make(environment, &store, account)
            .await
            .with_context(|| format!("making the account {}", account.user))?;
    }
    Ok(())
}

async fn make(environment: &Environment, store: &Writer, credentials: &AccountCredentials) -> Result<()> {
    let user: UserName = credentials.user.parse()?;
    let owner = match &credentials.owner {
        Some(owner) => store.account(&owner.parse()?).await?.map(|owner| owner.id),
        None => None,
    };
    let domain: DomainName = credentials.domain.as_deref().unwrap_or(&environment.host_name).parse()?;
    let password = environment.hasher.hash(credentials.password.clone().into(), Scheme::Panel).await?;
    let role = match (credentials.user.as_str(), credentials.whm) {
        ("root", _) => Role::Administrator,
        (_, true) => Role::Reseller(AclSet::usual_reseller()),
        (_, false) => Role::User,
    };
    let new = NewAccount {
        user: user.clone(),
        owner,
        role,
        domain,
        password,
        email: String::new(),
        plan: "default".to_owned(),
        quota: Quota::UNLIMITED,
    };
    let account = store.create_account(new).await?;
    give_credentials(store, &account, credentials).await?;
    if role == Role::Administrator {
        return Ok(());
    }
    environment.drivers.homes.create(&user).await?.keep().await;
    let home = environment.drivers.homes.path(&user);
    for mailbox in &credentials.mailboxes {
        make_mailbox(environment, store, &account, &home, mailbox).await?;
    }
    for (name, place) in FTP_LOGINS {
        make_ftp_login(environment, store, &account, &home, name, place, &credentials.password).await?;
    }
    Ok(())
}

/// The second factor, the tokens and the access hash.
async fn give_credentials(store: &Writer, account: &Account, credentials: &AccountCredentials) -> Result<()> {
    if let Some(secret) = &credentials.secret {
        store.set_two_factor(Subject::Account(account.id), &secret.parse()?, None, None).await?;
    }
    for token in &credentials.tokens {
        let new = NewToken {
            account: account.id,
            kind: if token.service == "whm" { TokenKind::Whm } else { TokenKind::Cpanel },
            name: token.name.parse()?,
            limits: TokenLimits::default(),
            token: Some(token.token.parse()?),
        };
        store.create_api_token(new, None).await?;
    }
    if let Some(hash) = &credentials.access_hash {
        store.set_access_hash(account.id, &hash.parse::<AccessHash>()?).await?;
    }
    Ok(())
}

async fn make_mailbox(
    environment: &Environment,
    store: &Writer,
    account: &Account,
    home: &Path,
    credentials: &MailboxCredentials,
) -> Result<()> {
    let address: MailAddress = credentials.address.parse()?;
    let password = environment.hasher.hash(credentials.password.clone().into(), Scheme::Service).await?;
    let directory = environment.drivers.mail.create(home, &address).await?;
    let new = NewMailbox { account: account.id, address: address.clone(), password, quota: Quota::mib(250) };
    let mailbox = store.add_mailbox(new).await?;
    directory.keep().await;
    for (name, text) in messages(&credentials.address) {
        environment.drivers.mail.deliver(home, &address, &name, &text).await?;
    }
    if let Some(secret) = &credentials.secret {
        store.set_two_factor(Subject::Mailbox(mailbox.id), &secret.parse()?, None, None).await?;
    }
    Ok(())
}

async fn make_ftp_login(
    environment: &Environment,
    store: &Writer,
    account: &Account,
    home: &Path,
    name: &str,
    place: &str,
    password: &str,
) -> Result<()> {
    let password = environment.hasher.hash(password.to_owned().into(), Scheme::Service).await?;
    let directory = environment.drivers.ftp.create(home, Path::new(place)).await?;
    let new = NewFtpLogin {
        account: account.id,
        login: name.parse()?,
        domain: account.domain.clone(),
        password,
        home: place.to_owned(),
        quota: Quota::UNLIMITED,
    };
    store.add_ftp_login(new).await?;
    directory.keep().await;
    Ok(())
}
