//! The name of a node: what tells the records of one from another's.

use std::str::FromStr;

use crate::parsed::{Invalid, text_form};

/// A node's name: 1 to 64 lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeName(String);

impl NodeName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NodeName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let good = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if good {
            Ok(NodeName(text.to_owned()))
        } else {
            Err(Invalid("a node's name has 1 to 64 lower-case letters, digits and hyphens".to_owned()))
        }
    }
}

text_form!(NodeName, "1 to 64 lower-case letters, digits and hyphens");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_has_a_plain_name() {
        for good in ["a", "0f3c9a", "node-2", &"a".repeat(64)] {
            assert_eq!(good.parse::<NodeName>().unwrap().as_str(), good);
        }
        for bad in ["", "Node", "a b", "a\n", "a\0", "ä", &"a".repeat(65)] {
            assert!(bad.parse::<NodeName>().is_err(), "{bad:?}");
        }
    }
}
