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
    /// A function of cPanel's API 2: `Email::listpops`.
    Api2 {
        /// The module, as it is written.
        module: &'static str,
        /// The function within the module.
        function: &'static str,
    },
    /// A function of cPanel's API 1, whose arguments have places and no names: `Email::addpop`.
    Api1 {
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

    /// The name of a function of API 2.
    #[must_use]
    pub const fn api2(module: &'static str, function: &'static str) -> Name {
        Name::Api2 { module, function }
    }

    /// The name of a function of API 1.
    #[must_use]
    pub const fn api1(module: &'static str, function: &'static str) -> Name {
        Name::Api1 { module, function }
    }

    /// A WHM API function's name, and the shape of its answer without `api.version`.
    #[must_use]
    pub const fn whm(function: &'static str, v0: V0) -> Name {
        Name::Whm { function, v0 }
    }

    /// The API that the function belongs to: two of them may have functions of one name.
    #[must_use]
    pub const fn api(self) -> &'static str {
        match self {
            Name::Uapi { .. } => "UAPI",
            Name::Api2 { .. } => "API 2",
            Name::Api1 { .. } => "API 1",
            Name::Whm { .. } => "WHM",
        }
    }

    /// The module, for the APIs that have modules.
    #[must_use]
    pub const fn module(self) -> Option<&'static str> {
        match self {
            Name::Uapi { module, .. } | Name::Api2 { module, .. } | Name::Api1 { module, .. } => Some(module),
            Name::Whm { .. } => None,
        }
    }

    /// The function, without its module.
    #[must_use]
    pub const fn function(self) -> &'static str {
        match self {
            Name::Uapi { function, .. }
            | Name::Api2 { function, .. }
            | Name::Api1 { function, .. }
            | Name::Whm { function, .. } => function,
        }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.module() {
            Some(module) => write!(f, "{module}::{}", self.function()),
            None => f.write_str(self.function()),
        }
    }
}
