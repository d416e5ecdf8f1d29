//! The addresses of plugins, taken apart.

use percent_encoding::percent_decode_str;
use portreeve_types::Service;

/// A kind of plugin address; each has a folder of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    /// `/3rdparty/NAME/...`, on every service.
    ThirdParty,
    /// `/cgi/...`, in WHM.
    Cgi,
    /// `/frontend/THEME/...`, in cPanel.
    Frontend,
    /// `/webmail/THEME/...`, in Webmail.
    Webmail,
}

/// The theme of our own pages, which no plugin has.
const OWN_THEME: &str = "portreeve";

impl Area {
    const ALL: [Area; 4] = [Area::ThirdParty, Area::Cgi, Area::Frontend, Area::Webmail];

    /// The first segment of its addresses, and its folder.
    pub(super) fn name(self) -> &'static str {
        match self {
            Area::ThirdParty => "3rdparty",
            Area::Cgi => "cgi",
            Area::Frontend => "frontend",
            Area::Webmail => "webmail",
        }
    }

    fn is_on(self, service: Service) -> bool {
        match self {
            Area::ThirdParty => true,
            Area::Cgi => service == Service::Whm,
            Area::Frontend => service == Service::Cpanel,
            Area::Webmail => service == Service::Webmail,
        }
    }
}

/// An address below a plugin folder: plain names, decoded once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub(super) area: Area,
    /// The names; the last is empty when the address ends with a slash.
    pub(super) names: Vec<String>,
}

impl Address {
    /// The plugin address that a path without its security token means on a service, if it means one.
    #[must_use]
    pub fn of(service: Service, path: &str) -> Option<Address> {
        let (first, rest) = path.strip_prefix('/')?.split_once('/')?;
        let area = Area::ALL.into_iter().find(|area| area.name() == first && area.is_on(service))?;
        let names: Vec<String> = rest.split('/').map(decode).collect::<Option<_>>()?;
        let is_own = matches!(area, Area::Frontend | Area::Webmail)
            && names.first().is_some_and(|theme| theme == OWN_THEME);
        (!is_own).then_some(Address { area, names })
    }

    /// The names below the area, with slashes between them.
    pub(super) fn text(&self) -> String {
        self.names.join("/")
    }
}

/// One name, decoded. Nothing that a file system or a program could read as more than a name.
fn decode(name: &str) -> Option<String> {
    let decoded = percent_decode_str(name).decode_utf8().ok()?;
    let plain = !decoded.contains('/') && !decoded.chars().any(char::is_control) && !is_dots(&decoded);
    plain.then(|| decoded.into_owned())
}

fn is_dots(name: &str) -> bool {
    matches!(name, "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(service: Service, path: &str) -> Option<Vec<String>> {
        Address::of(service, path).map(|address| address.names)
    }

    #[test]
    fn each_area_is_on_its_services_only() {
        for (path, services) in [
            ("/3rdparty/a/b.cgi", &Service::ALL[..]),
            ("/cgi/addon.cgi", &[Service::Whm]),
            ("/frontend/x3/a.html", &[Service::Cpanel]),
            ("/webmail/x3/a.html", &[Service::Webmail]),
            ("/frontend/portreeve/index.html", &[]),
            ("/cgi", &[]),
            ("/other/a", &[]),
        ] {
            for service in Service::ALL {
                assert_eq!(names(service, path).is_some(), services.contains(&service), "{service} {path}");
            }
        }
    }

    #[test]
    fn names_are_decoded_once_and_lead_nowhere() {
        let names = |path: &str| names(Service::Whm, path);
        assert_eq!(names("/cgi/a%20b/c").unwrap(), ["a b", "c"]);
        assert_eq!(names("/cgi/a%2565").unwrap(), ["a%65"]);
        assert_eq!(names("/cgi/").unwrap(), [""]);
        for bad in ["/cgi/../a", "/cgi/%2e%2e/a", "/cgi/a%2fb", "/cgi/a%0ab", "/cgi/%ff", "/cgi/./a"] {
            assert_eq!(names(bad), None, "{bad}");
        }
    }
}
