//! The functions that change records and directories together.

use std::sync::Arc;

use portreeve_api::Environment;
use portreeve_crypt::PasswordHash;
use portreeve_store::{Means, NewAccount, NewFtpLogin, NewMailbox, Origin, Role, Writer};
use portreeve_types::Quota;

use crate::fault::Overtake;

/// A call that changes a row and a directory.
pub struct Case {
    /// The function, as `Module::function` or a WHM function's name.
    pub name: &'static str,
    /// Its arguments, for `cptest` or by root.
    pub args: &'static [(&'static str, &'static str)],
    /// Does to the row what somebody else could do in between.
    pub overtake: Overtake,
    /// Whether the sweep at start brings its directory in line.
    pub swept: bool,
}

/// The records in the hands of somebody else.
fn records(environment: &Environment) -> Writer {
    environment.store.acting_for(Arc::new(Origin::of(Means::Command)))
}

pub const CASES: &[Case] = &[
    Case {
        name: "Email::add_pop",
        args: &[("email", "office"), ("password", "a-long-enough-secret")],
        overtake: |environment| {
            Box::pin(async move {
                let new = NewMailbox {
                    account: cptest(environment).await.id,
                    address: "office@cptest.example".parse().unwrap(),
                    password: nobodys(),
                    quota: Quota::UNLIMITED,
                };
                records(environment).add_mailbox(new).await.unwrap();
            })
        },
        swept: true,
    },
    Case {
        name: "Email::delete_pop",
        args: &[("email", "info")],
        overtake: |environment| {
            Box::pin(async move {
                let address = "info@cptest.example".parse().unwrap();
                let mailbox = environment.store.mailbox(&address).await.unwrap().unwrap();
                assert!(records(environment).remove_mailbox(mailbox.id).await.unwrap());
            })
        },
        swept: true,
    },
    Case {
        name: "Ftp::add_ftp",
        args: &[("user", "designer"), ("pass", "a-long-enough-secret"), ("homedir", "public_html/a/b")],
        overtake: |environment| {
            Box::pin(async move {
                let account = cptest(environment).await;
                let new = NewFtpLogin {
                    account: account.id,
                    login: "designer".parse().unwrap(),
                    domain: account.domain.clone(),
                    password: nobodys(),
                    home: "public_html/a/b".to_owned(),
                    quota: Quota::UNLIMITED,
                };
                records(environment).add_ftp_login(new).await.unwrap();
            })
        },
        // the sweep knows no FTP directories: what an interrupted call made may stay behind, empty
        swept: false,
    },
    Case {
        name: "Ftp::delete_ftp",
        args: &[("user", "upload"), ("destroy", "1")],
        overtake: |environment| {
            Box::pin(async move {
                let logins = environment.store.ftp_logins(cptest(environment).await.id).await.unwrap();
                let login = logins.iter().find(|login| login.login.as_str() == "upload").unwrap();
                assert!(records(environment).remove_ftp_login(login.id).await.unwrap());
            })
        },
        swept: false,
    },
    Case {
        name: "createacct",
        args: &[("username", "newone"), ("domain", "newone.example"), ("password", "a-long-enough-secret")],
        overtake: |environment| {
            Box::pin(async move {
                let new = NewAccount {
                    user: "newone".parse().unwrap(),
                    owner: None,
                    role: Role::User,
                    domain: "newone.example".parse().unwrap(),
                    password: nobodys(),
                    email: String::new(),
                    plan: "default".to_owned(),
                    quota: Quota::UNLIMITED,
                };
                records(environment).create_account(new).await.unwrap();
            })
        },
        swept: true,
    },
    Case {
        name: "removeacct",
        args: &[("username", "plain")],
        overtake: |environment| {
            Box::pin(async move {
                let plain = environment.store.account(&"plain".parse().unwrap()).await.unwrap().unwrap();
                assert!(records(environment).remove_account(plain.id).await.unwrap());
            })
        },
        swept: true,
    },
];

async fn cptest(environment: &Environment) -> std::sync::Arc<portreeve_store::Account> {
    environment.store.account(&"cptest".parse().unwrap()).await.unwrap().unwrap()
}

fn nobodys() -> PasswordHash {
    PasswordHash::from_record("*".to_owned())
}
