//! Plugins' pages that were registered for a bookmark: `plugins/go/NAME.toml` (docs/bookmarks.md).

use std::path::Path;

use portreeve_types::{Invalid, Service};
use serde::Deserialize;

use super::bookmark::{Bookmark, is_name, of_plugin};
use crate::cgi::{Address, PluginAddress, registration};

/// Where the registrations lie, below the plugin folder.
const FOLDER: &str = "go";

/// A registration.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Registered {
    title: String,
    service: Service,
    /// Below the service's root: `3rdparty/stats/index.cgi`.
    address: PluginAddress,
    #[serde(rename = "read_only")]
    _read_only: ReadOnly,
}

/// Says that a GET of the page changes nothing, with whatever query. There is no bookmark for other pages.
#[derive(Deserialize)]
#[serde(try_from = "bool")]
struct ReadOnly;

impl TryFrom<bool> for ReadOnly {
    type Error = Invalid;

    fn try_from(read_only: bool) -> Result<ReadOnly, Invalid> {
        match read_only {
            true => Ok(ReadOnly),
            false => Err(Invalid("only a page whose GET changes nothing has a bookmark".to_owned())),
        }
    }
}

/// The registered bookmarks of a service, in the order of their names.
pub(super) async fn of(folder: &Path, service: Service) -> Vec<Bookmark> {
    let found = registration::all::<Registered>(folder.join(FOLDER)).await.unwrap_or_default();
    let bookmarks = found.into_iter().filter_map(|found| match found.registered {
        Ok(registered) => bookmark(service, found.name, registered),
        Err(fault) => {
            tracing::error!(file = %found.file.display(), why = fault.why, "a bookmark is not registered");
            None
        }
    });
    bookmarks.collect()
}

fn bookmark(service: Service, name: String, registered: Registered) -> Option<Bookmark> {
    let path = format!("/{}", registered.address.as_str());
    let address = Address::of(service, &path).filter(|_| is_name(&name) && registered.service == service)?;
    Some(of_plugin(name, registered.title, path, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "title = \"Statistics\"\nservice = \"cpanel\"\naddress = \"3rdparty/a/b.cgi\"\nread_only = true\n";

    fn names(service: Service, name: &str, text: &str) -> Result<Option<String>, String> {
        let registered = toml::from_str::<Registered>(text).map_err(|error| error.to_string())?;
        Ok(bookmark(service, name.to_owned(), registered).map(|bookmark| bookmark.name))
    }

    #[test]
    fn a_plugins_page_is_registered_for_its_service_under_a_plain_name() {
        assert_eq!(names(Service::Cpanel, "stats", GOOD), Ok(Some("stats".to_owned())));
        assert_eq!(names(Service::Whm, "stats", GOOD), Ok(None));
        assert_eq!(names(Service::Cpanel, "Stats/..", GOOD), Ok(None));
        let ours = GOOD.replace("3rdparty/a/b.cgi", "execute/Email/list_pops");
        assert_eq!(names(Service::Cpanel, "stats", &ours), Ok(None), "no plugin lies there");
    }

    #[test]
    fn what_may_change_something_has_no_bookmark() {
        for (text, wrong) in [
            (GOOD.replace("true", "false"), "only a page whose GET changes nothing has a bookmark"),
            (GOOD.replace("read_only = true\n", ""), "missing field `read_only`"),
            (GOOD.replace("3rdparty", "/3rdparty"), "an address has letters"),
        ] {
            let why = names(Service::Cpanel, "stats", &text).unwrap_err();
            assert!(why.contains(wrong), "{why}");
        }
    }
}
