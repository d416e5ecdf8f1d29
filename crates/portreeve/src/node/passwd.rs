//! The system's users, as `/etc/passwd` and `/etc/group` list them.

use std::fs;

use anyhow::{Context, Result};
use rustix::process::{Gid, Uid};

/// A system user.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) uid: Uid,
    pub(crate) gid: Gid,
    /// The groups that list it, beside its own.
    pub(crate) groups: Vec<Gid>,
}

/// The user of this name, if there is one.
pub(crate) fn user(name: &str) -> Result<Option<User>> {
    let users = fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
    let groups = fs::read_to_string("/etc/group").context("reading /etc/group")?;
    Ok(find(name, &users, &groups))
}

fn find(name: &str, users: &str, groups: &str) -> Option<User> {
    let fields = |line: &'_ str| line.split(':').map(str::to_owned).collect::<Vec<_>>();
    let users = users.lines().map(fields);
    let number = |text: &String| text.parse().ok();
    let (uid, gid) = users.into_iter().find_map(|fields| match fields.as_slice() {
        [user, _, uid, gid, ..] if user == name => Some((number(uid)?, number(gid)?)),
        _ => None,
    })?;
    let listing = groups.lines().map(fields).filter_map(|fields| match fields.as_slice() {
        [_, _, gid, members] if members.split(',').any(|member| member == name) => number(gid),
        _ => None,
    });
    Some(User {
        uid: Uid::from_raw(uid),
        gid: Gid::from_raw(gid),
        groups: listing.map(Gid::from_raw).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0:root:/root:/bin/bash\n\nbroken\nweb:x:33:34:Web:/var/www:/bin/false\n";
    const GROUPS: &str = "root:x:0:\nssl-cert:x:107:mail,web\nwebmasters:x:108:webster\n";

    #[test]
    fn a_user_comes_with_the_groups_that_list_it_by_its_whole_name() {
        let expected =
            User { uid: Uid::from_raw(33), gid: Gid::from_raw(34), groups: vec![Gid::from_raw(107)] };
        assert_eq!(find("web", USERS, GROUPS), Some(expected));
        assert_eq!(find("we", USERS, GROUPS), None);
        assert_eq!(find("broken", USERS, GROUPS), None);
    }

    #[test]
    fn the_systems_own_files_are_understood() {
        assert_eq!(user("root").unwrap().unwrap().uid, Uid::ROOT);
        assert_eq!(user("no such user").unwrap(), None);
    }
}
