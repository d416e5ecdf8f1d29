//! Whose program root may be linked to.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, Result, ensure};

const WRITABLE_BY_OTHERS: u32 = 0o022;

/// Refuses a program that somebody else than root could overwrite, or put another in the place of: root's own jobs
/// will run it by these paths.
///
/// # Errors
/// When it, or a directory above it, is not root's alone: which one, and why.
pub(crate) fn check_program(program: &Path) -> Result<()> {
    for path in program.ancestors() {
        let found = fs::symlink_metadata(path).with_context(|| format!("looking at {}", path.display()))?;
        let mend = "install this program where only root writes, such as /usr/bin, and call it there";
        ensure!(
            found.uid() == 0,
            "{} belongs to another user than root, who could change what root runs: {mend}",
            path.display()
        );
        ensure!(
            found.mode() & WRITABLE_BY_OTHERS == 0,
            "others than root may write to {}, and so change what root runs: {mend}",
            path.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_may_write_to_is_no_program_for_root() {
        assert!(check_program(Path::new("/usr/bin/env")).is_ok());
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("portreeve");
        fs::write(&program, "").unwrap();
        let why = check_program(&program).unwrap_err().to_string();
        assert!(why.contains("root runs"), "{why}");
    }
}
