//! The three APIs behind `cpanel`: which function a name means in each, and in which envelope it answers.

use portreeve_api::Entry;
use portreeve_functions::{api1_function, api2_function, uapi_function};
use portreeve_wire::{Answer, Envelope, api1, api1_unknown, api2, api2_unknown, uapi_wrapped};

use super::uapi;

/// Which of cPanel's APIs a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// 1: arguments by place, one text as data.
    Api1,
    /// 2: a list as data.
    Api2,
    /// 3: UAPI.
    Uapi,
}

impl Version {
    /// The version that a call names; 2 when it names none.
    pub(super) fn of(apiversion: Option<&str>) -> Version {
        match apiversion {
            Some("1") => Version::Api1,
            Some("3") => Version::Uapi,
            _ => Version::Api2,
        }
    }

    pub(super) fn find(self, module: &str, function: &str) -> Option<&'static Entry> {
        match self {
            Version::Api1 => api1_function(module, function),
            Version::Api2 => api2_function(module, function),
            Version::Uapi => uapi_function(module, function),
        }
    }

    pub(super) fn envelope(self, module: &str, function: &str, answer: &Answer) -> Envelope {
        match self {
            Version::Api1 => api1(module, function, answer),
            Version::Api2 => api2(module, function, answer),
            Version::Uapi => uapi_wrapped(module, function, answer),
        }
    }

    /// The answer for a function that this API does not have.
    pub(super) fn unknown(self, module: &str, function: &str) -> Envelope {
        match self {
            Version::Api1 => api1_unknown(module, function),
            Version::Api2 => api2_unknown(module, function),
            Version::Uapi => uapi_wrapped(module, function, &uapi::unknown(module, function)),
        }
    }
}
