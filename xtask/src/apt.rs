//! Installing Debian packages without a question and without starting their daemons.

use std::fs::{File, Permissions, remove_file};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::run::{output, program, run};

/// Installs packages with apt-get, as root.
pub fn install<'a>(packages: impl Iterator<Item = &'a str>) -> Result<()> {
    let packages: Vec<&str> = packages.collect();
    let user = output(program("id").arg("-u"))?;
    ensure!(user.trim() == "0", "installing Debian packages takes root: {}", packages.join(" "));

    let _no_daemons = NoDaemons::new(Path::new("/usr/sbin/policy-rc.d"))?;
    apt_get(&["update"])?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(&packages);
    apt_get(&arguments)
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let wait = ["-o", "DPkg::Lock::Timeout=300"];
    run(program("apt-get").args(wait).args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// While this lives, Debian's packages do not start their daemons on installation: the tests start their own.
/// A policy that is already there is the machine's own and stays as it is.
struct NoDaemons {
    ours: Option<PathBuf>,
}

impl NoDaemons {
    fn new(policy: &Path) -> Result<Self> {
        let mut file = match File::create_new(policy) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(Self { ours: None }),
            Err(error) => return Err(error).with_context(|| format!("cannot write {}", policy.display())),
        };
        // From here on the file is ours to remove, also if one of the next lines fails.
        let guard = Self { ours: Some(policy.to_path_buf()) };
        file.write_all(b"#!/bin/sh\nexit 101\n")?;
        file.set_permissions(Permissions::from_mode(0o755))?;
        Ok(guard)
    }
}

impl Drop for NoDaemons {
    fn drop(&mut self) {
        if let Some(path) = &self.ours
            && let Err(error) = remove_file(path)
        {
            eprintln!("cannot remove {}: {error}", path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_policy_is_executable_while_packages_are_installed_and_gone_afterwards() {
        let directory = tempfile::tempdir().unwrap();
        let policy = directory.path().join("policy-rc.d");
        let guard = NoDaemons::new(&policy).unwrap();
        assert_eq!(program("sh").arg(&policy).status().unwrap().code(), Some(101));
        assert_eq!(policy.metadata().unwrap().permissions().mode() & 0o777, 0o755);
        drop(guard);
        assert!(!policy.exists());
    }

    #[test]
    fn a_policy_of_the_machine_itself_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let policy = directory.path().join("policy-rc.d");
        fs::write(&policy, "theirs").unwrap();
        drop(NoDaemons::new(&policy).unwrap());
        assert_eq!(fs::read_to_string(&policy).unwrap(), "theirs");
    }
}
