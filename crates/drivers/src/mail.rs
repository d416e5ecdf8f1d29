//! Mailboxes.

use std::path::{Path, PathBuf};

use portreeve_types::MailAddress;

use crate::change::Change;
use crate::directory::Directory;
use crate::error::DriverError;
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

    /// Brings the directories in line with the mailboxes on record after an interrupted change.
    fn sweep<'a>(&'a self, home: &'a Path, mailboxes: &'a [MailAddress]) -> Step<'a, ()>;
}

/// Maildirs: `HOME/mail/DOMAIN/LOCAL/{cur,new,tmp}`.
///
/// A mailbox that is being made is `.new-LOCAL` until its record is written, one that is being removed is
/// `.gone-LOCAL` until its record is gone; no local part begins with a dot.
pub struct Maildirs;

impl Mail for Maildirs {
    fn create<'a>(&'a self, home: &'a Path, address: &'a MailAddress) -> Step<'a, Change> {
        let (home, address) = (home.to_owned(), address.clone());
        blocking(move || {
            let (domain, made) = Directory::open(&home)?.descend_or_make(&domain_path(&address))?;
            let name = address.local.to_string();
            let staged = format!(".new-{name}");
            domain.remove_tree(&staged)?;
            make(&domain, &staged)?;
            let (again, undo) = (domain.clone(), staged.clone());
            Ok(Change::new(
                // What has no record is nobody's mail: a new owner of the name must not find it.
                move || drop(domain.remove_tree(&name).and_then(|()| domain.rename(&staged, &name))),
                move || {
                    drop(again.remove_tree(&undo));
                    if let (Ok(home), false) = (Directory::open(&home), made.is_empty()) {
                        drop(home.remove_empty(&domain_path(&address)));
                    }
                },
            ))
        })
    }

    fn remove<'a>(&'a self, home: &'a Path, address: &'a MailAddress) -> Step<'a, Change> {
        let (home, address) = (home.to_owned(), address.clone());
        blocking(move || {
            let (domain, _) = Directory::open(&home)?.descend_or_make(&domain_path(&address))?;
            let name = address.local.to_string();
            let gone = format!(".gone-{name}");
            domain.remove_tree(&gone)?;
            if domain.has(&name) {
                domain.rename(&name, &gone)?;
            }
            let (again, back) = (domain.clone(), gone.clone());
            Ok(Change::new(move || drop(domain.remove_tree(&gone)), move || drop(again.rename(&back, &name))))
        })
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
            mailbox.descend(Path::new("tmp"))?.write_new(&name, message.as_bytes())?;
            mailbox.rename(&format!("tmp/{name}"), &format!("new/{name}"))
        })
    }

    fn usage<'a>(&'a self, home: &'a Path, address: &'a MailAddress) -> Step<'a, u64> {
        let (home, place) = (home.to_owned(), mailbox_path(address));
        blocking(move || Ok(Directory::open(&home)?.descend(&place)?.bytes()))
    }

    fn sweep<'a>(&'a self, home: &'a Path, mailboxes: &'a [MailAddress]) -> Step<'a, ()> {
        let (home, mailboxes) = (home.to_owned(), mailboxes.to_vec());
        blocking(move || {
            let home = Directory::open(&home)?;
            for address in &mailboxes {
                let (domain, _) = home.descend_or_make(&domain_path(address))?;
                let (name, gone) = (address.local.as_str(), format!(".gone-{}", address.local));
                match (domain.has(name), domain.has(&gone)) {
                    (true, _) => {}
                    (false, true) => domain.rename(&gone, name)?,
                    (false, false) => make(&domain, name)?,
                }
            }
            let Ok(mail) = home.descend(Path::new("mail")) else { return Ok(()) };
            for domain in mail.names()? {
                let Ok(domain) = mail.descend(Path::new(&domain)) else { continue };
                let unfinished = |name: &&String| name.starts_with(".new-") || name.starts_with(".gone-");
                for name in domain.names()?.iter().filter(unfinished) {
                    domain.remove_tree(name)?;
                }
            }
            Ok(())
        })
    }
}

fn domain_path(address: &MailAddress) -> PathBuf {
    Path::new("mail").join(address.domain.as_str())
}

fn mailbox_path(address: &MailAddress) -> PathBuf {
    domain_path(address).join(address.local.as_str())
}

fn make(domain: &Directory, name: &str) -> Result<(), DriverError> {
    for part in ["cur", "new", "tmp"] {
        domain.descend_or_make(&Path::new(name).join(part))?;
    }
    Ok(())
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
        drop(Maildirs.create(home.path(), &address()).await.unwrap());
        assert!(entries(home.path()).is_empty());
        Maildirs.create(home.path(), &address()).await.unwrap().keep().await;
        for part in ["cur", "new", "tmp"] {
            assert!(home.path().join("mail/a.example/info").join(part).is_dir());
        }
    }

    #[tokio::test]
    async fn removal_can_be_taken_back_with_its_messages() {
        let home = tempfile::tempdir().unwrap();
        Maildirs.create(home.path(), &address()).await.unwrap().keep().await;
        Maildirs.deliver(home.path(), &address(), "1", "Subject: x\r\n\r\ny").await.unwrap();
        drop(Maildirs.remove(home.path(), &address()).await.unwrap());
        assert_eq!(Maildirs.usage(home.path(), &address()).await.unwrap(), 15);
        Maildirs.remove(home.path(), &address()).await.unwrap().keep().await;
        assert!(entries(home.path()).is_empty());
    }

    #[tokio::test]
    async fn the_sweep_finishes_what_was_interrupted_either_way() {
        let home = tempfile::tempdir().unwrap();
        let domain = home.path().join("mail/a.example");
        // interrupted: a creation whose record was never written, a removal before and one after its record went
        for name in [".new-never", ".gone-info/new", ".gone-old"] {
            std::fs::create_dir_all(domain.join(name)).unwrap();
        }
        std::fs::write(domain.join(".gone-info/new/1"), "mail").unwrap();
        Maildirs.sweep(home.path(), &[address(), "new@a.example".parse().unwrap()]).await.unwrap();
        let mut found = entries(home.path());
        found.sort();
        assert_eq!(found, ["info", "new"]);
        assert_eq!(Maildirs.usage(home.path(), &address()).await.unwrap(), 4);
    }
}
