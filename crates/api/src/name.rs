//! What a function is called, and on which surface.

use portreeve_wire::V0;

/// A function's name on its surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// A UAPI function: `Email::list_pops`.
    Uapi {
        /// The module, as it is written.
        module: &'static str,
        /// The function within the module.
        function: &'static str,
    },
    /// A WHM API function: `listaccts`.
    Whm {
        /// The function.
        function: &'static str,
        /// The shape of its answer without `api.version`.
        v0: V0,
    },
}

impl Name {
    /// A UAPI function's name.
    #[must_use]
    pub const fn uapi(module: &'static str, function: &'static str) -> Name {
        Name::Uapi { module, function }
    }

    /// A WHM API function's name, and the shape of its answer without `api.version`.
    #[must_use]
    pub const fn whm(function: &'static str, v0: V0) -> Name {
        Name::Whm { function, v0 }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Name::Uapi { module, function } => write!(f, "{module}::{function}"),
            Name::Whm { function, .. } => f.write_str(function),
        }
    }
}
