//! This program as `/usr/local/cpanel/3rdparty/bin/perl`: the system's Perl, with our modules on its path.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Error, anyhow};

/// Where our Perl modules lie.
pub(super) const LIBRARY: &str = "/usr/local/cpanel/portreeve/perl";

/// The system's Perl.
pub(super) const PERL: &str = "/usr/bin/perl";

/// Becomes the system's Perl; returns only if that fails.
#[expect(clippy::disallowed_methods, reason = "the whole of this mode is to start another program")]
pub fn run(arguments: impl Iterator<Item = OsString>) -> Error {
    // -I rather than PERL5LIB: it holds under -T too, and programs that the script starts do not inherit it
    let error = Command::new(PERL).arg(format!("-I{LIBRARY}")).args(arguments).exec();
    anyhow!("{PERL} cannot be started: {error}")
}
