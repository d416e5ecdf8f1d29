//! Directories of FTP logins.

use std::path::Path;

use crate::change::Change;
use crate::directory::{Directory, plain};
use crate::error::{DriverError, succeeded};
use crate::homes::PARTS;
use crate::turns::Turns;
use crate::{Step, blocking};

/// Where FTP logins land.
pub trait Ftp: Send + Sync {
    /// Prepares the directory of a login, relative to the home; one that exists is used as it is.
    fn create<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, Change>;

    /// Prepares the removal of a login's directory with all that is in it. One that belongs to the account itself is
    /// refused: a part of every home, or anything in its mail and configuration.
    fn remove<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, Change>;

    /// Bytes that a login's directory takes; 0 when it is not there.
    fn usage<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, u64>;

    /// Finishes removals that were interrupted.
    fn sweep<'a>(&'a self, home: &'a Path) -> Step<'a, ()>;
}

/// Plain directories within the home.
///
/// A directory stays where it is until its login's record is gone; then it moves to `.trash/.gone:ftp:N` in the home
/// and is removed there. When the server ends between the two it stays, as the account's own files.
#[derive(Default)]
pub struct Directories {
    turns: Turns,
}

const TRASH: &str = ".trash";
const GONE: &str = ".gone";

/// Parts of a home of which everything is the account's own.
const WHOLLY_OWN: &[&str] = &["mail", "etc", TRASH];

impl Directories {
    /// Prepares a change to a home's directories that nobody else changes meanwhile.
    fn change<'a>(
        &'a self,
        home: &'a Path,
        relative: &'a Path,
        prepare: fn(Directory, &Path) -> Result<Change, DriverError>,
    ) -> Step<'a, Change> {
        Box::pin(async move {
            let turn = self.turns.take(home.to_owned()).await;
            let (home, relative) = (home.to_owned(), relative.to_owned());
            blocking(move || {
                plain(&relative)?;
                Ok(prepare(Directory::open(&home)?, &relative)?.holding(turn))
            })
            .await
        })
    }
}

impl Ftp for Directories {
    fn create<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, Change> {
        self.change(home, relative, create)
    }

    fn remove<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, Change> {
        self.change(home, relative, remove)
    }

    fn usage<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, u64> {
        let (home, relative) = (home.to_owned(), relative.to_owned());
        blocking(move || match Directory::open(&home)?.descend(&relative) {
            Err(error) if error.is_missing() => Ok(0),
            found => Ok(found?.bytes()),
        })
    }

    fn sweep<'a>(&'a self, home: &'a Path) -> Step<'a, ()> {
        let home = home.to_owned();
        blocking(move || {
            let trash = match Directory::open(&home)?.descend(Path::new(TRASH)) {
                Err(error) if error.is_missing() => return Ok(()),
                opened => opened?,
            };
            let ours = format!("{GONE}:ftp:");
            for name in trash.names()?.iter().filter(|name| name.starts_with(&ours)) {
                succeeded(trash.remove_tree(name));
            }
            Ok(())
        })
    }
}

fn create(home: Directory, relative: &Path) -> Result<Change, DriverError> {
    if relative.starts_with(TRASH) {
        return Err(DriverError::Outside(relative.to_owned()));
    }
    let (_, made) = home.descend_or_make(relative)?;
    let undo = move || {
        // innermost first, and only while empty: somebody may have used it meanwhile
        for path in made.iter().rev() {
            let _ = home.remove_empty(path);
        }
        Ok(())
    };
    Ok(Change::new(|| Ok(()), undo))
}

fn remove(home: Directory, relative: &Path) -> Result<Change, DriverError> {
    let Some(name) = relative.file_name().and_then(|name| name.to_str()).map(str::to_owned) else {
        // the home itself is nobody's to remove
        return Err(DriverError::Outside(relative.to_owned()));
    };
    if PARTS.iter().any(|part| relative == Path::new(part))
        || WHOLLY_OWN.iter().any(|part| relative.starts_with(part))
    {
        return Err(DriverError::AccountsOwn(relative.to_owned()));
    }
    let parent = match home.descend(relative) {
        Ok(_) => home.descend(relative.parent().unwrap_or(Path::new("")))?,
        // nothing to do, and no reason to keep the login
        Err(error) if error.is_missing() => return Ok(Change::new(|| Ok(()), || Ok(()))),
        Err(error) => return Err(error),
    };
    let complete = move || {
        let (trash, _) = home.descend_or_make(Path::new(TRASH))?;
        let gone = trash.make_numbered(GONE, "ftp")?;
        parent.move_to(&name, &trash, &gone)?;
        trash.remove_tree(&gone)
    };
    Ok(Change::new(complete, || Ok(())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(path).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[tokio::test]
    async fn only_what_was_made_is_taken_back() {
        let (ftp, home) = (Directories::default(), tempfile::tempdir().unwrap());
        std::fs::create_dir(home.path().join("public_html")).unwrap();
        ftp.create(home.path(), Path::new("public_html/a/b")).await.unwrap().undo().await;
        assert!(home.path().join("public_html").is_dir() && !home.path().join("public_html/a").exists());
        ftp.create(home.path(), Path::new("public_html/a")).await.unwrap().keep().await;
        assert!(home.path().join("public_html/a").is_dir());
    }

    #[tokio::test]
    async fn usage_is_counted_below_the_login_and_follows_no_link() {
        let (ftp, home) = (Directories::default(), tempfile::tempdir().unwrap());
        std::fs::create_dir_all(home.path().join("a/b")).unwrap();
        std::fs::write(home.path().join("a/b/file"), "12345").unwrap();
        std::os::unix::fs::symlink("a", home.path().join("link")).unwrap();
        for (place, bytes) in [("a", 5), ("a/b", 5), ("", 5), ("nothing/here", 0)] {
            assert_eq!(ftp.usage(home.path(), Path::new(place)).await.unwrap(), bytes, "{place}");
        }
        for bad in ["link", "../other"] {
            assert!(ftp.usage(home.path(), Path::new(bad)).await.is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn removal_keeps_to_the_home() {
        let (ftp, home) = (Directories::default(), tempfile::tempdir().unwrap());
        std::fs::create_dir_all(home.path().join("a/b")).unwrap();
        std::os::unix::fs::symlink("a", home.path().join("link")).unwrap();
        for bad in ["", "../x", "link", "link/b", ".trash", ".trash/x"] {
            assert!(ftp.remove(home.path(), Path::new(bad)).await.is_err(), "{bad}");
        }
        ftp.remove(home.path(), Path::new("a/b")).await.unwrap().keep().await;
        assert!(home.path().join("a").is_dir() && !home.path().join("a/b").exists());
        assert!(names(&home.path().join(".trash")).is_empty());
        ftp.remove(home.path(), Path::new("never/there")).await.unwrap().keep().await;
    }

    #[tokio::test]
    async fn what_belongs_to_the_account_itself_is_no_logins_to_remove() {
        let (ftp, home) = (Directories::default(), tempfile::tempdir().unwrap());
        let own = ["mail", "public_html", "etc", "tmp", "mail/a.example", "mail//a.example/info/", "etc/a/b"];
        for path in own {
            ftp.create(home.path(), Path::new(path)).await.unwrap().keep().await;
            let refused = ftp.remove(home.path(), Path::new(path)).await;
            assert!(matches!(refused, Err(DriverError::AccountsOwn(_))), "{path}");
            assert!(home.path().join(path).is_dir(), "{path}");
        }
        assert!(ftp.create(home.path(), Path::new(".trash/x")).await.is_err());
        for path in ["public_html/mail", "tmp/etc", "mailing", "files"] {
            ftp.create(home.path(), Path::new(path)).await.unwrap().keep().await;
            ftp.remove(home.path(), Path::new(path)).await.unwrap().keep().await;
            assert!(!home.path().join(path).exists(), "{path}");
        }
    }

    #[tokio::test]
    async fn a_directory_stays_until_its_login_is_gone_and_two_removals_of_one_do_not_meet() {
        let (ftp, home) = (std::sync::Arc::new(Directories::default()), tempfile::tempdir().unwrap());
        std::fs::create_dir(home.path().join("a")).unwrap();
        std::fs::write(home.path().join("a/file"), "x").unwrap();
        let first = ftp.remove(home.path(), Path::new("a")).await.unwrap();
        let second = tokio::spawn({
            let (ftp, home) = (ftp.clone(), home.path().to_owned());
            async move { ftp.remove(&home, Path::new("a")).await.unwrap().undo().await }
        });
        assert!(home.path().join("a/file").is_file());
        first.keep().await;
        second.await.unwrap();
        assert!(!home.path().join("a").exists());
    }

    #[tokio::test]
    async fn the_sweep_empties_our_part_of_the_trash() {
        let home = tempfile::tempdir().unwrap();
        Directories::default().sweep(home.path()).await.unwrap();
        for name in [".gone:ftp:1/deep/er", "the owner's"] {
            std::fs::create_dir_all(home.path().join(".trash").join(name)).unwrap();
        }
        Directories::default().sweep(home.path()).await.unwrap();
        assert_eq!(names(&home.path().join(".trash")), ["the owner's"]);
        // files cannot be removed as trees, and stop nothing, wherever among the others they are listed
        for number in [1, 3, 5] {
            std::fs::write(home.path().join(format!(".trash/.gone:ftp:{number}")), "x").unwrap();
            std::fs::create_dir(home.path().join(format!(".trash/.gone:ftp:{}", number + 1))).unwrap();
        }
        Directories::default().sweep(home.path()).await.unwrap();
        let mut left = names(&home.path().join(".trash"));
        left.sort();
        assert_eq!(left, [".gone:ftp:1", ".gone:ftp:3", ".gone:ftp:5", "the owner's"]);
    }
}
