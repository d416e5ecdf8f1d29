//! `Features`: what the account may use. Every account has every feature until feature lists exist.

mod has_feature;
mod list_features;

use portreeve_api::Entry;

pub(super) static TABLE: &[Entry] =
    &[Entry::of::<has_feature::HasFeature>(), Entry::of::<list_features::ListFeatures>()];
