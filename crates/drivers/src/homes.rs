//! Home directories of accounts.

use std::path::{Path, PathBuf};

use portreeve_types::UserName;

use crate::change::Change;
use crate::directory::Directory;
use crate::error::DriverError;
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

/// Plain directories: `ROOT/USER`.
///
/// A home that is being made is `.new-USER` until its record is written, one that is being removed is
/// `.gone-USER` until its record is gone; no user name begins with a dot.
pub struct Directories {
    root: PathBuf,
}

const PARTS: [&str; 4] = ["mail", "public_html", "etc", "tmp"];

impl Directories {
    /// Homes below this directory, which must exist when they are made.
    #[must_use]
    pub fn new(root: &Path) -> Directories {
        Directories { root: root.to_owned() }
    }
}

impl Homes for Directories {
    fn path(&self, user: &UserName) -> PathBuf {
        self.root.join(user.as_str())
    }

    fn create<'a>(&'a self, user: &'a UserName) -> Step<'a, Change> {
        let (root, name) = (self.root.clone(), user.to_string());
        blocking(move || {
            let root = Directory::open(&root)?;
            let staged = format!(".new-{name}");
            root.remove_tree(&staged)?;
            make(&root, &staged)?;
            let (again, undo) = (root.clone(), staged.clone());
            Ok(Change::new(
                move || drop(root.remove_tree(&name).and_then(|()| root.rename(&staged, &name))),
                move || drop(again.remove_tree(&undo)),
            ))
        })
    }

    fn remove<'a>(&'a self, user: &'a UserName) -> Step<'a, Change> {
        let (root, name) = (self.root.clone(), user.to_string());
        blocking(move || {
            let root = Directory::open(&root)?;
            let gone = format!(".gone-{name}");
            root.remove_tree(&gone)?;
            if root.has(&name) {
                root.rename(&name, &gone)?;
            }
            let (again, back) = (root.clone(), gone.clone());
            Ok(Change::new(move || drop(root.remove_tree(&gone)), move || drop(again.rename(&back, &name))))
        })
    }

    fn usage<'a>(&'a self, user: &'a UserName) -> Step<'a, u64> {
        let path = self.path(user);
        blocking(move || Ok(Directory::open(&path)?.bytes()))
    }

    fn sweep<'a>(&'a self, accounts: &'a [UserName]) -> Step<'a, ()> {
        let (root, accounts) = (self.root.clone(), accounts.to_vec());
        blocking(move || {
            let root = Directory::open(&root)?;
            for name in accounts.iter().map(UserName::as_str).filter(|name| !root.has(name)) {
                let gone = format!(".gone-{name}");
                if root.has(&gone) { root.rename(&gone, name)? } else { make(&root, name)? }
            }
            for name in
                root.names()?.iter().filter(|name| name.starts_with(".new-") || name.starts_with(".gone-"))
            {
                root.remove_tree(name)?;
            }
            Ok(())
        })
    }
}

fn make(root: &Directory, name: &str) -> Result<(), DriverError> {
    for part in PARTS {
        root.descend_or_make(&Path::new(name).join(part))?;
    }
    Ok(())
}
