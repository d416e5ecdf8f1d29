//! The paths that scripts for the original begin with, such as `#!/usr/local/cpanel/3rdparty/bin/perl`.
//!
//! They are made on request only, written down in a manifest, and taken away again by it: exactly what was made, and
//! nothing that was changed since.

mod install;
mod manifest;
pub mod perl;
pub mod perlinstaller;
mod plan;
mod remove;
mod trust;

pub(crate) use install::install;
pub(crate) use manifest::Manifest;
pub(crate) use plan::{plan, program_within};
pub(crate) use remove::remove;
pub(crate) use trust::check_program;
