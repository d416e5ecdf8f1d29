//! Directories that follow records: one in a common parent for each record of its name.
//!
//! The record decides. Nothing is moved before it is written or gone, and what a change has in hand meanwhile
//! lies beside the directory, under a name that no record has:
//!
//! | name | is |
//! |---|---|
//! | `.new:NAME:N` | being made: becomes `NAME` once the record is written |
//! | `.gone:NAME:N` | says that `NAME` is to go once its record is gone, then holds what is going |
//! | `.orphan:NAME:N` | was `NAME` and had no record: kept for the administrator, shown to nobody |

use std::collections::BTreeSet;
use std::path::Path;

use crate::change::Change;
use crate::directory::Directory;
use crate::error::{DriverError, succeeded};

const NEW: &str = ".new";
const GONE: &str = ".gone";
const ORPHAN: &str = ".orphan";

/// The parent of such directories, and what each of them holds from the beginning.
#[derive(Clone)]
pub(crate) struct Recorded {
    pub(crate) parent: Directory,
    pub(crate) parts: &'static [&'static str],
}

impl Recorded {
    /// Prepares a directory. Whoever calls has the turn for this name.
    pub(crate) fn create(self, name: &str) -> Result<Change, DriverError> {
        let staged = self.parent.make_numbered(NEW, name)?;
        if let Err(error) = self.make_parts(&staged) {
            self.parent.remove_tree(&staged)?;
            return Err(error);
        }
        let (parent, abandoned, name) = (self.parent.clone(), staged.clone(), name.to_owned());
        let complete = move || self.complete_creation(&name, &staged);
        Ok(Change::new(complete, move || parent.remove_tree(&abandoned)))
    }

    /// Prepares the removal of a directory with all that is in it. Whoever calls has the turn for this name.
    pub(crate) fn remove(self, name: &str) -> Result<Change, DriverError> {
        let gone = self.parent.make_numbered(GONE, name)?;
        let (parent, name) = (self.parent.clone(), name.to_owned());
        Ok(Change::new(move || self.complete_removal(&name), move || parent.remove_tree(&gone)))
    }

    /// Brings the directories in line with the records. A directory without a record is moved aside if it is one
    /// of ours, by its name and what it holds. What fails is logged, and keeps the sweep from no other name.
    pub(crate) fn sweep(
        &self,
        on_record: &BTreeSet<&str>,
        ours: impl Fn(&str) -> bool,
    ) -> Result<(), DriverError> {
        let found = self.parent.names()?;
        let marked = Marked::among(&found);
        let mut unsettled = BTreeSet::new();
        for name in on_record {
            if !succeeded(self.make_whole(name, &marked)) {
                unsettled.insert(*name);
            }
        }
        for name in found.iter().map(String::as_str).filter(|name| !on_record.contains(name) && ours(name)) {
            let settled = match marked.first(GONE, name) {
                Some(_) => self.complete_removal(name),
                None => self.set_aside(name),
            };
            if !succeeded(settled) {
                unsettled.insert(name);
            }
        }
        // the marks of a name that was not settled stay: they say at the next start whose its directory is
        for (_, left) in marked.all([NEW, GONE]).filter(|(name, _)| !unsettled.contains(name)) {
            succeeded(self.parent.remove_tree(left));
        }
        Ok(())
    }

    fn complete_creation(&self, name: &str, staged: &str) -> Result<(), DriverError> {
        // The record is this creation's, so what lies here is nobody's: a new owner of the name must not see it.
        if self.parent.has(name) {
            self.clear(name)?;
        }
        self.parent.rename(staged, name)?;
        self.forget_earlier(name)
    }

    fn complete_removal(&self, name: &str) -> Result<(), DriverError> {
        if self.parent.has(name) {
            self.move_out(name, GONE)?;
        }
        self.forget_earlier(name)
    }

    /// Makes the directory of a record whole.
    fn make_whole(&self, name: &str, marked: &Marked<'_>) -> Result<(), DriverError> {
        let new = marked.first(NEW, name);
        // A removal was under way, and then a creation: what is here belongs to the former, or nobody can tell.
        if self.parent.has(name) && new.is_some() && marked.first(GONE, name).is_some() {
            self.set_aside(name)?;
        }
        match new {
            _ if self.parent.has(name) => self.make_parts(name),
            Some(staged) => self.make_parts(staged).and_then(|()| self.parent.rename(staged, name)),
            None => self.make_parts(name),
        }
    }

    /// Makes room under a name: completes a removal that was interrupted, or moves aside what has no record.
    fn clear(&self, name: &str) -> Result<(), DriverError> {
        let found = self.parent.names()?;
        match Marked::among(&found).first(GONE, name) {
            Some(_) => self.move_out(name, GONE).map(drop),
            None => self.set_aside(name),
        }
    }

    fn set_aside(&self, name: &str) -> Result<(), DriverError> {
        let aside = self.move_out(name, ORPHAN)?;
        let (from, to) = (self.parent.shown(name), self.parent.shown(&aside));
        tracing::warn!(%from, %to, "a directory without a record was moved aside");
        Ok(())
    }

    /// Moves a directory to a name of its own, and answers that.
    fn move_out(&self, name: &str, kind: &str) -> Result<String, DriverError> {
        let own = self.parent.make_numbered(kind, name)?;
        self.parent.rename(name, &own)?;
        Ok(own)
    }

    /// Removes what is left of all changes to a name, this one's and earlier ones' that were never settled.
    fn forget_earlier(&self, name: &str) -> Result<(), DriverError> {
        let found = self.parent.names()?;
        let marked = Marked::among(&found);
        marked.of(NEW, name).chain(marked.of(GONE, name)).try_for_each(|left| self.parent.remove_tree(left))
    }

    fn make_parts(&self, name: &str) -> Result<(), DriverError> {
        self.parts
            .iter()
            .try_for_each(|part| self.parent.descend_or_make(&Path::new(name).join(part)).map(drop))
    }
}

/// What changes have in hand, by what it is, the name that it is for, and its own name.
struct Marked<'a>(Vec<(&'a str, &'a str, &'a str)>);

impl<'a> Marked<'a> {
    fn among(found: &'a [String]) -> Marked<'a> {
        let parse = |own: &'a String| {
            let (kind, rest) = own.split_once(':')?;
            let (name, _number) = rest.rsplit_once(':')?;
            Some((kind, name, own.as_str()))
        };
        let mut marked: Vec<_> = found.iter().filter_map(parse).collect();
        marked.sort_unstable();
        Marked(marked)
    }

    fn of(&self, kind: &str, name: &str) -> impl Iterator<Item = &'a str> {
        let start = self.0.partition_point(|(k, n, _)| (*k, *n) < (kind, name));
        let end = self.0.partition_point(|(k, n, _)| (*k, *n) <= (kind, name));
        self.0.get(start..end).unwrap_or_default().iter().map(|(_, _, own)| *own)
    }

    fn first(&self, kind: &str, name: &str) -> Option<&'a str> {
        self.of(kind, name).next()
    }

    /// Those of these kinds: the name that each is for, and its own.
    fn all<const N: usize>(&self, kinds: [&str; N]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter(move |(kind, _, _)| kinds.contains(kind)).map(|(_, name, own)| (*name, *own))
    }
}
