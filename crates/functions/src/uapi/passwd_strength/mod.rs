//! `PasswdStrength`: how strong new passwords must be.

mod get_required_strength;

use portreeve_api::Entry;

pub(super) static TABLE: &[Entry] = &[Entry::of::<get_required_strength::GetRequiredStrength>()];
