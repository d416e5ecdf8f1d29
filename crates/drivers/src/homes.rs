//! Home directories of accounts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use portreeve_types::UserName;

use crate::change::Change;
use crate::directory::Directory;
use crate::error::DriverError;
use crate::recorded::Recorded;
use crate::turns::Turns;
use crate::{Step, blocking};

/// Where accounts live.
pub trait Homes: Send + Sync {
    /// The account's home directory.
    fn path(&self, user: &UserName) -> PathBuf;

    /// Prepares a home with the directories that every account has.
    fn create<'a>(&'a self, user: &'a UserName) -> Step<'a, Change>;

    /// Prepares the removal of a home with all that is in it.
    fn remove<'a>(&'a self, user: &'a UserName) -> Step<'a, Change>;

    /// Bytes that the home takes.
    fn usage<'a>(&'a self, user: &'a UserName) -> Step<'a, u64>;

    /// Brings the directories in line with the accounts on record after an interrupted change.
    fn sweep<'a>(&'a self, accounts: &'a [UserName]) -> Step<'a, ()>;
}

/// Plain directories: `ROOT/USER`, each following its account's record (`recorded.rs`).
pub struct Directories {
    root: PathBuf,
    turns: Turns,
}

/// What every home has.
pub(crate) const PARTS: &[&str] = &["mail", "public_html", "etc", "tmp"];

impl Directories {
    /// Homes below this directory, which must exist when they are made.
    #[must_use]
    pub fn new(root: &Path) -> Directories {
        Directories { root: root.to_owned(), turns: Turns::default() }
    }

    /// Prepares a change to a home that nobody else changes meanwhile.
    fn change<'a>(
        &'a self,
        user: &'a UserName,
        prepare: fn(Recorded, &str) -> Result<Change, DriverError>,
    ) -> Step<'a, Change> {
        Box::pin(async move {
            let turn = self.turns.take(self.path(user)).await;
            let (root, user) = (self.root.clone(), user.clone());
            blocking(move || Ok(prepare(homes(&root)?, user.as_str())?.holding(turn))).await
        })
    }
}

impl Homes for Directories {
    fn path(&self, user: &UserName) -> PathBuf {
        self.root.join(user.as_str())
    }

    fn create<'a>(&'a self, user: &'a UserName) -> Step<'a, Change> {
        self.change(user, Recorded::create)
    }

    fn remove<'a>(&'a self, user: &'a UserName) -> Step<'a, Change> {
        self.change(user, Recorded::remove)
    }

    fn usage<'a>(&'a self, user: &'a UserName) -> Step<'a, u64> {
        let path = self.path(user);
        blocking(move || Ok(Directory::open(&path)?.bytes()))
    }

    fn sweep<'a>(&'a self, accounts: &'a [UserName]) -> Step<'a, ()> {
        let (root, accounts) = (self.root.clone(), accounts.to_vec());
        blocking(move || {
            let homes = homes(&root)?;
            let on_record: BTreeSet<_> = accounts.iter().map(UserName::as_str).collect();
            let is_home = |name: &str| {
                name.parse::<UserName>().is_ok() && homes.parent.descend(Path::new(name)).is_ok()
            };
            homes.sweep(&on_record, is_home)
        })
    }
}

fn homes(root: &Path) -> Result<Recorded, DriverError> {
    Ok(Recorded { parent: Directory::open(root)?, parts: PARTS })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(root: &Path) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(root)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_home_stays_until_its_record_is_gone() {
        let root = tempfile::tempdir().unwrap();
        let (homes, user) = (Directories::new(root.path()), "one".parse().unwrap());
        homes.create(&user).await.unwrap().keep().await;
        let removal = homes.remove(&user).await.unwrap();
        assert!(root.path().join("one/public_html").is_dir());
        removal.undo().await;
        assert_eq!(entries(root.path()), ["one"]);
        homes.remove(&user).await.unwrap().keep().await;
        assert!(entries(root.path()).is_empty());
    }

    #[tokio::test]
    async fn a_home_without_an_account_is_moved_aside_and_kept() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("stray/public_html")).unwrap();
        std::fs::create_dir(root.path().join("lost+found")).unwrap();
        std::fs::write(root.path().join("stray/public_html/index.html"), "x").unwrap();
        Directories::new(root.path()).sweep(&["known".parse().unwrap()]).await.unwrap();
        assert_eq!(entries(root.path()), [".orphan:stray:1", "known", "lost+found"]);
        assert!(root.path().join(".orphan:stray:1/public_html/index.html").is_file());
    }

    #[tokio::test]
    async fn a_home_that_cannot_be_made_whole_does_not_keep_the_sweep_from_the_others() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("bad"), "a file").unwrap();
        std::fs::create_dir_all(root.path().join(".new:bad:1/mail")).unwrap();
        std::fs::write(root.path().join(".gone:other:1"), "a file").unwrap();
        std::fs::create_dir_all(root.path().join(".gone:other:2/mail")).unwrap();
        let accounts = ["bad", "good"].map(|user| user.parse().unwrap());
        Directories::new(root.path()).sweep(&accounts).await.unwrap();
        // what is in hand for a name stays until the name is settled
        assert_eq!(entries(root.path()), [".gone:other:1", ".new:bad:1", "bad", "good"]);
        assert!(root.path().join("good/public_html").is_dir());
    }
}
