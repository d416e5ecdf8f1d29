//! Directories of FTP logins.

use std::path::{Path, PathBuf};

use crate::change::Change;
use crate::directory::{Directory, plain};
use crate::{Step, blocking};

/// Where FTP logins land.
pub trait Ftp: Send + Sync {
    /// Prepares the directory of a login, relative to the home; one that exists is used as it is.
    fn create<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, Change>;

    /// Prepares the removal of a login's directory with all that is in it.
    fn remove<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, Change>;
}

/// Plain directories within the home.
pub struct Directories;

impl Ftp for Directories {
    fn create<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, Change> {
        let (home, relative) = (home.to_owned(), relative.to_owned());
        blocking(move || {
            let home = Directory::open(&home)?;
            let (_, made) = home.descend_or_make(&relative)?;
            Ok(Change::new(
                || (),
                move || {
                    // innermost first, and only while empty: somebody may have used it meanwhile
                    for path in made.iter().rev() {
                        let _ = home.remove_empty(path);
                    }
                },
            ))
        })
    }

    fn remove<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, Change> {
        let (home, relative) = (home.to_owned(), relative.to_owned());
        blocking(move || {
            plain(&relative)?;
            let (Some(name), parent) = (relative.file_name().map(PathBuf::from), relative.parent()) else {
                // the home itself is nobody's to remove
                return Err(crate::DriverError::Outside(relative));
            };
            let parent = Directory::open(&home)?.descend(parent.unwrap_or(Path::new("")))?;
            let name = name.to_string_lossy().into_owned();
            let gone = format!(".gone-{name}");
            if parent.has(&name) {
                parent.rename(&name, &gone)?;
            }
            let (again, back) = (parent.clone(), gone.clone());
            Ok(Change::new(move || drop(parent.remove_tree(&gone)), move || drop(again.rename(&back, &name))))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_what_was_made_is_taken_back() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("public_html")).unwrap();
        drop(Directories.create(home.path(), Path::new("public_html/a/b")).await.unwrap());
        assert!(home.path().join("public_html").is_dir() && !home.path().join("public_html/a").exists());
        Directories.create(home.path(), Path::new("public_html/a")).await.unwrap().keep().await;
        assert!(home.path().join("public_html/a").is_dir());
    }

    #[tokio::test]
    async fn removal_keeps_to_the_home() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join("a/b")).unwrap();
        assert!(Directories.remove(home.path(), Path::new("")).await.is_err());
        assert!(Directories.remove(home.path(), Path::new("../x")).await.is_err());
        Directories.remove(home.path(), Path::new("a/b")).await.unwrap().keep().await;
        assert!(home.path().join("a").is_dir() && !home.path().join("a/b").exists());
    }
}
