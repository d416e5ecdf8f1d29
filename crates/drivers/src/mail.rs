//! Mailboxes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use portreeve_types::{DomainName, LocalPart, MailAddress};

use crate::change::Change;
use crate::directory::Directory;
use crate::error::{DriverError, succeeded};
use crate::recorded::Recorded;
use crate::turns::Turns;
use crate::{Step, blocking};

/// Where mail lies.
pub trait Mail: Send + Sync {
    /// Prepares an empty mailbox.
    fn create<'a>(&'a self, home: &'a Path, address: &'a MailAddress) -> Step<'a, Change>;

    /// Prepares the removal of a mailbox with all its messages.
    fn remove<'a>(&'a self, home: &'a Path, address: &'a MailAddress) -> Step<'a, Change>;

    /// Puts a message into the mailbox, unread.
    fn deliver<'a>(
        &'a self,
        home: &'a Path,
        address: &'a MailAddress,
        name: &'a str,
        message: &'a str,
    ) -> Step<'a, ()>;

    /// Bytes that the mailbox takes.
    fn usage<'a>(&'a self, home: &'a Path, address: &'a MailAddress) -> Step<'a, u64>;

    /// Bytes that the account's own mailbox takes, the one that it has without any address.
    fn own_usage<'a>(&'a self, home: &'a Path) -> Step<'a, u64>;

    /// Brings the directories in line with the mailboxes on record after an interrupted change: those of the
    /// account's domain, and of every domain with a mailbox. All else below `mail` is the owner's, and stays as it is.
    fn sweep<'a>(
        &'a self,
        home: &'a Path,
        domain: &'a DomainName,
        mailboxes: &'a [MailAddress],
    ) -> Step<'a, ()>;
}

/// Maildirs: `HOME/mail/DOMAIN/LOCAL/{cur,new,tmp}`, each following its mailbox's record (`recorded.rs`).
#[derive(Default)]
pub struct Maildirs {
    turns: Turns,
}

const PARTS: &[&str] = &["cur", "new", "tmp"];

impl Maildirs {
    /// Prepares a change to a mailbox that nobody else changes meanwhile.
    fn change<'a>(
        &'a self,
        home: &'a Path,
        address: &'a MailAddress,
        prepare: fn(Recorded, &str) -> Result<Change, DriverError>,
    ) -> Step<'a, Change> {
        Box::pin(async move {
            let turn = self.turns.take(home.join(mailbox_path(address))).await;
            let (home, address) = (home.to_owned(), address.clone());
            blocking(move || {
                // a domain's directory stays once it is there: mailboxes that are made at the same time share it
                let domain = Directory::open(&home)?.descend_or_make(&domain_path(&address))?.0;
                Ok(prepare(maildirs(domain), address.local.as_str())?.holding(turn))
            })
            .await
        })
    }
}

impl Mail for Maildirs {
    fn create<'a>(&'a self, home: &'a Path, address: &'a MailAddress) -> Step<'a, Change> {
        self.change(home, address, Recorded::create)
    }

    fn remove<'a>(&'a self, home: &'a Path, address: &'a MailAddress) -> Step<'a, Change> {
        self.change(home, address, Recorded::remove)
    }

    fn deliver<'a>(
        &'a self,
        home: &'a Path,
        address: &'a MailAddress,
        name: &'a str,
        message: &'a str,
    ) -> Step<'a, ()> {
        let (home, place) = (home.to_owned(), mailbox_path(address));
        let (name, message) = (name.to_owned(), message.to_owned());
        // written to tmp, then moved: a reader never sees half a message
        blocking(move || {
            let mailbox = Directory::open(&home)?.descend(&place)?;
            let (tmp, new) = (mailbox.descend(Path::new("tmp"))?, mailbox.descend(Path::new("new"))?);
            tmp.write_new(&name, message.as_bytes())?;
            tmp.move_to(&name, &new, &name)
        })
    }

    fn usage<'a>(&'a self, home: &'a Path, address: &'a MailAddress) -> Step<'a, u64> {
        let (home, place) = (home.to_owned(), mailbox_path(address));
        blocking(move || Ok(Directory::open(&home)?.descend(&place)?.bytes()))
    }

    fn own_usage<'a>(&'a self, home: &'a Path) -> Step<'a, u64> {
        let home = home.to_owned();
        blocking(move || {
            let mail = Directory::open(&home)?.descend(Path::new("mail"))?;
            // its parts lie beside the domains' directories; it has none before its first message
            let parts = PARTS.iter().filter_map(|part| mail.descend(Path::new(part)).ok());
            Ok(parts.map(|part| part.bytes()).fold(0, u64::saturating_add))
        })
    }

    fn sweep<'a>(
        &'a self,
        home: &'a Path,
        domain: &'a DomainName,
        mailboxes: &'a [MailAddress],
    ) -> Step<'a, ()> {
        let (home, domain, mailboxes) = (home.to_owned(), domain.clone(), mailboxes.to_vec());
        blocking(move || {
            let home = Directory::open(&home)?;
            let (mail, _) = home.descend_or_make(Path::new("mail"))?;
            let mut domains: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for address in &mailboxes {
                domains.entry(address.domain.as_str()).or_default().insert(address.local.as_str());
            }
            // without any mailbox on record as well: something may have been interrupted there
            if mail.has(domain.as_str()) {
                domains.entry(domain.as_str()).or_default();
            }
            for (domain, on_record) in &domains {
                succeeded(sweep_domain(&mail, domain, on_record));
            }
            Ok(())
        })
    }
}

fn sweep_domain(mail: &Directory, domain: &str, on_record: &BTreeSet<&str>) -> Result<(), DriverError> {
    let (domain, _) = mail.descend_or_make(Path::new(domain))?;
    let is_mailbox = |name: &str| {
        name.parse::<LocalPart>().is_ok_and(|local| local.as_str() == name)
            && domain.descend(Path::new(name)).is_ok_and(|found| found.has("cur") || found.has("new"))
    };
    maildirs(domain.clone()).sweep(on_record, is_mailbox)
}

fn maildirs(domain: Directory) -> Recorded {
    Recorded { parent: domain, parts: PARTS }
}

fn domain_path(address: &MailAddress) -> PathBuf {
    Path::new("mail").join(address.domain.as_str())
}

fn mailbox_path(address: &MailAddress) -> PathBuf {
    domain_path(address).join(address.local.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> MailAddress {
        "info@a.example".parse().unwrap()
    }

    fn entries(home: &Path) -> Vec<String> {
        let Ok(found) = std::fs::read_dir(home.join("mail/a.example")) else { return Vec::new() };
        found.flatten().map(|entry| entry.file_name().into_string().unwrap()).collect()
    }

    #[tokio::test]
    async fn a_mailbox_is_whole_when_kept_and_nothing_when_not() {
        let home = tempfile::tempdir().unwrap();
        Maildirs::default().create(home.path(), &address()).await.unwrap().undo().await;
        assert!(entries(home.path()).is_empty());
        Maildirs::default().create(home.path(), &address()).await.unwrap().keep().await;
        for part in ["cur", "new", "tmp"] {
            assert!(home.path().join("mail/a.example/info").join(part).is_dir());
        }
    }

    #[tokio::test]
    async fn removal_can_be_taken_back_with_its_messages() {
        let home = tempfile::tempdir().unwrap();
        let maildirs = Maildirs::default();
        maildirs.create(home.path(), &address()).await.unwrap().keep().await;
        maildirs.deliver(home.path(), &address(), "1", "Subject: x\r\n\r\ny").await.unwrap();
        maildirs.remove(home.path(), &address()).await.unwrap().undo().await;
        assert_eq!(maildirs.usage(home.path(), &address()).await.unwrap(), 15);
        maildirs.remove(home.path(), &address()).await.unwrap().keep().await;
        assert!(entries(home.path()).is_empty());
    }

    #[tokio::test]
    async fn the_accounts_own_mailbox_is_counted_without_those_of_its_domains() {
        let home = tempfile::tempdir().unwrap();
        lay(home.path(), &["info/cur/1"]);
        assert_eq!(Maildirs::default().own_usage(home.path()).await.unwrap(), 0);
        for part in ["cur", "new"] {
            std::fs::create_dir(home.path().join("mail").join(part)).unwrap();
            std::fs::write(home.path().join("mail").join(part).join("1"), "mail").unwrap();
        }
        assert_eq!(Maildirs::default().own_usage(home.path()).await.unwrap(), 8);
    }

    fn lay(home: &Path, files: &[&str]) {
        for file in files {
            let path = home.join("mail/a.example").join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, if file.starts_with(".new") { "1" } else { "mail" }).unwrap();
        }
    }

    /// What is left of these files after a sweep with a record of `info` or without one.
    async fn swept(files: &[&str], on_record: bool) -> Vec<String> {
        let home = tempfile::tempdir().unwrap();
        lay(home.path(), files);
        let mailboxes = if on_record { vec![address()] } else { Vec::new() };
        Maildirs::default().sweep(home.path(), &address().domain, &mailboxes).await.unwrap();
        let mut found = entries(home.path());
        found.sort();
        if on_record {
            for part in PARTS {
                assert!(home.path().join("mail/a.example/info").join(part).is_dir(), "{files:?}: {found:?}");
            }
            found.push(format!(
                "with {} bytes",
                Maildirs::default().usage(home.path(), &address()).await.unwrap()
            ));
        }
        found
    }

    #[tokio::test]
    async fn the_sweep_decides_by_the_record() {
        const MAIL: &str = "info/cur/1";
        const NEW: &str = ".new:info:1/cur/none";
        const GONE: &str = ".gone:info:1/cur/1";
        for (files, on_record, expected) in [
            // a creation whose record was written, and one whose record was not
            (&[NEW][..], true, &["info", "with 1 bytes"][..]),
            (&[NEW], false, &[]),
            // a removal whose record stayed, and two whose record went
            (&[MAIL, ".gone:info:1/x"], true, &["info", "with 4 bytes"]),
            (&[MAIL, ".gone:info:1/x"], false, &[]),
            (&[GONE], false, &[]),
            // what a removal had in hand never comes back to whoever has the name now
            (&[GONE], true, &["info", "with 0 bytes"]),
            (&[GONE, ".new:info:2/x"], true, &["info", "with 1 bytes"]),
            (&[MAIL, GONE, NEW], true, &[".orphan:info:1", "info", "with 1 bytes"]),
            // nothing but a directory, nothing but a record
            (&[MAIL], false, &[".orphan:info:1"]),
            (&[], true, &["info", "with 0 bytes"]),
            // an attempt that was refused beside a mailbox that is there
            (&[MAIL, NEW], true, &["info", "with 4 bytes"]),
            // no mailbox of ours
            (&["notes/file", "Info/cur/1"], false, &["Info", "notes"]),
        ] {
            assert_eq!(swept(files, on_record).await, expected, "{files:?} {on_record}");
        }
    }

    #[tokio::test]
    async fn the_sweep_leaves_the_owners_own_directories_alone() {
        let home = tempfile::tempdir().unwrap();
        let own = ["backup/info/cur", "old.example/info/cur", "old.example/.gone:info:1", "info/cur"];
        for path in own {
            std::fs::create_dir_all(home.path().join("mail").join(path)).unwrap();
        }
        Maildirs::default().sweep(home.path(), &address().domain, &[address()]).await.unwrap();
        for path in own {
            assert!(home.path().join("mail").join(path).is_dir(), "{path}");
        }
        assert!(home.path().join("mail/a.example/info/cur").is_dir());
    }

    #[tokio::test]
    async fn a_domain_or_a_mailbox_that_cannot_be_swept_does_not_stop_the_others() {
        let home = tempfile::tempdir().unwrap();
        lay(home.path(), &["bad", ".gone:bad:1/cur/1", ".gone:left:1/cur/1", ".gone:plain:1"]);
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), home.path().join("mail/0.example")).unwrap();
        let on_record =
            ["info@0.example", "bad@a.example", "info@a.example"].map(|text| text.parse().unwrap());
        Maildirs::default().sweep(home.path(), &"0.example".parse().unwrap(), &on_record).await.unwrap();
        let mut found = entries(home.path());
        found.sort();
        assert_eq!(found, [".gone:bad:1", ".gone:plain:1", "bad", "info"]);
        assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_new_owner_of_the_name_never_sees_the_mail_of_an_earlier_one() {
        let home = tempfile::tempdir().unwrap();
        lay(home.path(), &["info/cur/1"]);
        let maildirs = Maildirs::default();
        maildirs.create(home.path(), &address()).await.unwrap().keep().await;
        assert_eq!(maildirs.usage(home.path(), &address()).await.unwrap(), 0);
        assert!(home.path().join("mail/a.example/.orphan:info:1/cur/1").is_file(), "it was not kept");
        // a removal whose outcome was unknown: it had taken place, or the record of the new one were not there
        lay(home.path(), &["info/cur/2"]);
        maildirs.remove(home.path(), &address()).await.unwrap().leave();
        assert!(home.path().join("mail/a.example/info/cur/2").is_file(), "it went before its record");
        maildirs.create(home.path(), &address()).await.unwrap().keep().await;
        assert_eq!(maildirs.usage(home.path(), &address()).await.unwrap(), 0);
        let mut found = entries(home.path());
        found.sort();
        assert_eq!(found, [".orphan:info:1", "info"]);
    }

    #[tokio::test]
    async fn changes_to_one_mailbox_wait_for_each_other() {
        let home = tempfile::tempdir().unwrap();
        let maildirs = std::sync::Arc::new(Maildirs::default());
        let first = maildirs.create(home.path(), &address()).await.unwrap();
        let other = "other@a.example".parse().unwrap();
        maildirs.create(home.path(), &other).await.unwrap().keep().await;
        let second = tokio::spawn({
            let (maildirs, home) = (maildirs.clone(), home.path().to_owned());
            async move { maildirs.remove(&home, &address()).await.unwrap().keep().await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        assert!(!second.is_finished());
        first.keep().await;
        second.await.unwrap();
        assert_eq!(entries(home.path()), ["other"]);
    }
}
