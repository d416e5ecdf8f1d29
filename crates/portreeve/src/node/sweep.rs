//! What an interrupted server left half-done.

use std::path::Path;

use anyhow::Result;
use portreeve_api::Environment;
use portreeve_store::{Account, Role};
use portreeve_types::{MailAddress, UserName};

/// Finishes what an earlier run of the server may have left half-done.
pub(crate) async fn sweep(environment: &Environment) -> Result<()> {
    let accounts = environment.store.accounts().await?;
    let with_home: Vec<UserName> = accounts
        .iter()
        .filter(|account| account.role != Role::Administrator)
        .map(|account| account.user.clone())
        .collect();
    environment.drivers.homes.sweep(&with_home).await?;
    for account in accounts.iter().filter(|account| account.role != Role::Administrator) {
        // a home belongs to its owner, who must not keep the server from starting, nor one sweep from the other
        let home = environment.drivers.homes.path(&account.user);
        if let Err(error) = environment.drivers.ftp.sweep(&home).await {
            tracing::error!(user = %account.user, %error, "removals of FTP directories could not be finished");
        }
        if let Err(error) = sweep_mail(environment, account, &home).await {
            tracing::error!(user = %account.user, %error, "mail could not be brought in line with the records");
        }
    }
    Ok(())
}

async fn sweep_mail(environment: &Environment, account: &Account, home: &Path) -> Result<()> {
    let mailboxes = environment.store.mailboxes(account.id).await?;
    let addresses: Vec<MailAddress> = mailboxes.iter().map(|mailbox| mailbox.address.clone()).collect();
    Ok(environment.drivers.mail.sweep(home, &account.domain, &addresses).await?)
}

#[cfg(test)]
mod tests {
    use portreeve_crypt::Cost;

    use crate::sandbox::{Options, Sandbox};

    #[tokio::test]
    async fn mail_is_swept_when_the_ftp_directories_of_the_home_cannot_be() {
        let directory = tempfile::tempdir().unwrap();
        let start = async || {
            let data_dir = Some(directory.path().to_owned());
            let cost = Cost { memory_kib: 64, passes: 1 };
            drop(
                Sandbox::prepare(Options { data_dir, free_ports: true, cost, ..Options::default() })
                    .await
                    .unwrap(),
            );
        };
        start().await;
        let home = directory.path().join("home/cptest");
        std::os::unix::fs::symlink("tmp", home.join(".trash")).unwrap();
        let left = home.join("mail/cptest.example/.new:office:1");
        std::fs::create_dir(&left).unwrap();
        start().await;
        assert!(!left.exists());
    }
}
