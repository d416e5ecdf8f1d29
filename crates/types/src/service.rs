//! The three services of the six ports.

use serde::{Deserialize, Serialize};

/// One of the three services; each has a plain port and a TLS port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// cPanel: 2082, and 2083 with TLS.
    Cpanel,
    /// WHM: 2086, and 2087 with TLS.
    Whm,
    /// Webmail: 2095, and 2096 with TLS.
    Webmail,
}

impl Service {
    /// All three, in the order of their ports.
    pub const ALL: [Service; 3] = [Service::Cpanel, Service::Whm, Service::Webmail];

    /// The name that addresses and settings use: `cpaneld`, `whostmgrd`, `webmaild`.
    #[must_use]
    pub const fn daemon(self) -> &'static str {
        match self {
            Service::Cpanel => "cpaneld",
            Service::Whm => "whostmgrd",
            Service::Webmail => "webmaild",
        }
    }

    /// A short name: `cpanel`, `whm`, `webmail`.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Service::Cpanel => "cpanel",
            Service::Whm => "whm",
            Service::Webmail => "webmail",
        }
    }

    /// The session cookie's name.
    #[must_use]
    pub const fn session_cookie(self) -> &'static str {
        match self {
            Service::Cpanel => "cpsession",
            Service::Whm => "whostmgrsession",
            Service::Webmail => "webmailsession",
        }
    }

    /// The name of the cookie of a login that waits for its one-time code.
    #[must_use]
    pub const fn pending_cookie(self) -> &'static str {
        match self {
            Service::Cpanel => "cpanelpending",
            Service::Whm => "whmpending",
            Service::Webmail => "webmailpending",
        }
    }

    /// The name of the cookie that remembers whose session ended.
    #[must_use]
    pub const fn relogin_cookie(self) -> &'static str {
        match self {
            Service::Cpanel => "cprelogin",
            Service::Whm => "whostmgrrelogin",
            Service::Webmail => "webmailrelogin",
        }
    }

    /// What the names of the cookies of pages that are kept open begin with.
    #[must_use]
    pub const fn kept_cookie(self) -> &'static str {
        match self {
            Service::Cpanel => "cpanelkept_",
            Service::Whm => "whmkept_",
            Service::Webmail => "webmailkept_",
        }
    }

    /// Whether a cookie of this name is one of ours: no plugin sees or sets one.
    #[must_use]
    pub fn is_reserved_cookie(name: &str) -> bool {
        Service::ALL.iter().any(|service| {
            [service.session_cookie(), service.pending_cookie(), service.relogin_cookie()].contains(&name)
                || name.starts_with(service.kept_cookie())
        })
    }

    /// The service's well-known port.
    #[must_use]
    pub const fn port(self, tls: bool) -> u16 {
        let plain = match self {
            Service::Cpanel => 2082,
            Service::Whm => 2086,
            Service::Webmail => 2095,
        };
        if tls { plain + 1 } else { plain }
    }

    /// A number for records: 0, 1, 2 in the order of [`Service::ALL`].
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Service::Cpanel => 0,
            Service::Whm => 1,
            Service::Webmail => 2,
        }
    }

    /// The reverse of [`Service::number`].
    #[must_use]
    pub const fn from_number(number: i64) -> Option<Service> {
        match number {
            0 => Some(Service::Cpanel),
            1 => Some(Service::Whm),
            2 => Some(Service::Webmail),
            _ => None,
        }
    }
}

impl std::fmt::Display for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.short())
    }
}

/// A set of services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Services(u8);

impl Services {
    /// cPanel only.
    pub const CPANEL: Services = Services(0b001);
    /// WHM only.
    pub const WHM: Services = Services(0b010);
    /// Webmail only.
    pub const WEBMAIL: Services = Services(0b100);

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Services) -> Services {
        Services(self.0 | other.0)
    }

    /// Whether the set has this service.
    #[must_use]
    pub const fn contains(self, service: Service) -> bool {
        self.0 & (1 << service.number()) != 0
    }

    /// Whether the two sets share a service.
    #[must_use]
    pub const fn contains_any(self, other: Services) -> bool {
        self.0 & other.0 != 0
    }

    /// The services of the set, in the order of their ports.
    pub fn iter(self) -> impl Iterator<Item = Service> {
        Service::ALL.into_iter().filter(move |service| self.contains(*service))
    }
}

impl From<Service> for Services {
    fn from(service: Service) -> Services {
        Services(1 << service.number())
    }
}
