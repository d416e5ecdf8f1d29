//! WHM plugins: who registers one, and who may use it (docs/plugins.md).

use std::path::{Path, PathBuf};
use std::str::FromStr;

use portreeve_types::{Acl, AclSet, Invalid};
use serde::Deserialize;

use super::address::Address;
use super::problem::Problem;
use super::registration::{self, Fault, Found};
use crate::gate::Caller;

/// Where the registrations lie, below the plugin folder.
const FOLDER: &str = "whm";

/// A registered WHM plugin: `whm/NAME.toml`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Plugin {
    /// What WHM's start page calls it.
    pub name: String,
    /// The address of its first page below `cgi/`.
    pub address: PluginAddress,
    /// The address of its icon below `cgi/`.
    #[serde(default)]
    pub icon: Option<PluginAddress>,
    /// Who may use it.
    pub acl: Needed,
}

/// A relative address of plain names: `addon/index.cgi`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct PluginAddress(String);

/// What a plugin's users need.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub enum Needed {
    /// `any`: to be root or a reseller.
    Any,
    /// This privilege.
    Acl(Acl),
}

impl PluginAddress {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether something is this page, or lies in this page's own folder.
    fn has(&self, address: &str) -> bool {
        let is_below = |page: &str| address.strip_prefix(page).is_some_and(|rest| rest.starts_with('/'));
        match self.0.rsplit_once('/') {
            Some((folder, _)) => address == folder || is_below(folder),
            None => address == self.0 || is_below(&self.0),
        }
    }
}

impl TryFrom<String> for PluginAddress {
    type Error = Invalid;

    fn try_from(text: String) -> Result<PluginAddress, Invalid> {
        let is_name = |name: &str| {
            let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
            !name.is_empty() && !name.starts_with('.') && plain
        };
        if text.split('/').all(is_name) {
            Ok(PluginAddress(text))
        } else {
            Err(Invalid("an address has letters, digits and . _ - between single slashes".to_owned()))
        }
    }
}

impl TryFrom<String> for Needed {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Needed, Invalid> {
        if text == "any" { Ok(Needed::Any) } else { Acl::from_str(&text).map(Needed::Acl) }
    }
}

impl Needed {
    fn is_met(self, acls: AclSet) -> bool {
        match self {
            Needed::Any => !acls.is_empty(),
            Needed::Acl(acl) => acls.grants(acl),
        }
    }
}

impl Plugin {
    /// Whether something below `cgi/` is this plugin's: its first page, and whatever lies in that page's own folder.
    fn has(&self, address: &str) -> bool {
        let is_icon = || self.icon.as_ref().is_some_and(|icon| icon.0 == address);
        self.address.has(address) || (!self.address.0.contains('/') && is_icon())
    }
}

/// What was registered.
#[derive(Default)]
struct Registered {
    plugins: Vec<Plugin>,
    /// What a faulty registration is for; nothing where it does not even say that.
    faulty: Vec<Option<PluginAddress>>,
}

/// What can be read of a faulty registration.
#[derive(Deserialize)]
struct AddressOnly {
    address: PluginAddress,
}

impl Registered {
    /// What the files say. Faults are reported.
    fn of(files: Vec<Found<Plugin>>) -> Registered {
        let mut all = Registered::default();
        for Found { file, registered, .. } in files {
            match registered {
                Ok(plugin) => all.plugins.push(plugin),
                Err(Fault { why, text }) => {
                    let place = text.and_then(|text| toml::from_str::<AddressOnly>(&text).ok());
                    let closed = place.as_ref().map_or("all of cgi", |place| place.address.as_str());
                    tracing::error!(file = %file.display(), why, closed, "a plugin is not registered");
                    all.faulty.push(place.map(|place| place.address));
                }
            }
        }
        all
    }

    /// Whether a fault concerns this: it may have been meant to close it, whatever other registrations say.
    fn is_closed_by_a_fault(&self, address: &str) -> bool {
        self.faulty.iter().any(|place| place.as_ref().is_none_or(|place| place.has(address)))
    }

    fn allows(&self, address: &str, acls: AclSet) -> bool {
        let mut registered = self.plugins.iter().filter(|plugin| plugin.has(address)).peekable();
        // where two plugins share a folder, the stricter one counts
        !self.is_closed_by_a_fault(address)
            && registered.peek().is_some()
            && registered.all(|plugin| plugin.acl.is_met(acls))
    }
}

/// Whether a caller may use an address below `cgi/`: as its plugin says; what nobody registered, or nobody did without
/// a fault, is for those who have all privileges.
pub(super) async fn may_use(folder: &Path, address: &Address, caller: &Caller) -> Result<bool, Problem> {
    let acls = caller.actor().acls;
    if acls.grants(Acl::All) {
        return Ok(true);
    }
    let registered = read(folder.to_owned()).await.map_err(|_| Problem::Failed)?;
    Ok(registered.allows(&address.text(), acls))
}

/// The plugins that a caller may use, in the order of their files' names.
pub(crate) async fn plugins_for(folder: &Path, caller: &Caller) -> Vec<Plugin> {
    let acls = caller.actor().acls;
    let registered = read(folder.to_owned()).await.unwrap_or_default();
    let may = |plugin: &&Plugin| {
        plugin.acl.is_met(acls) && (acls.grants(Acl::All) || registered.allows(plugin.address.as_str(), acls))
    };
    registered.plugins.iter().filter(may).cloned().collect()
}

async fn read(folder: PathBuf) -> Result<Registered, tokio::task::JoinError> {
    Ok(Registered::of(registration::all(folder.join(FOLDER)).await?))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const GOOD: &str = "name = \"Addon\"\naddress = \"addon/index.cgi\"\nacl = \"list-accts\"\n";

    #[test]
    fn a_registration_is_read_and_its_faults_are_named_with_their_lines() {
        let plugin = toml::from_str::<Plugin>(GOOD).unwrap();
        assert_eq!((plugin.name.as_str(), plugin.acl), ("Addon", Needed::Acl(Acl::ListAccts)));
        for (text, wrong) in [
            (GOOD.replace("acl =", "acls ="), "line 3"),
            (GOOD.replace("list-accts", "nonsense"), "no privilege (ACL) has this name"),
            (GOOD.replace("addon/index.cgi", "../index.cgi"), "line 2"),
            (GOOD.replace("addon/index.cgi", "/index.cgi"), "an address has letters"),
            (GOOD.replace("acl = \"list-accts\"\n", ""), "missing field `acl`"),
        ] {
            let why = toml::from_str::<Plugin>(&text).unwrap_err().to_string();
            assert!(why.contains(wrong), "{why}");
        }
    }

    #[test]
    fn a_fault_closes_what_it_is_for_and_everything_when_that_is_unknown() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let allowed = |address: &str| {
            let acls: AclSet = [Acl::ListAccts].into_iter().collect();
            Registered::of(registration::all_now(folder.path())).allows(address, acls)
        };
        let outer = "name = \"Suite\"\naddress = \"suite/index.cgi\"\nacl = \"any\"\n";
        let inner = "name = \"Admin\"\naddress = \"suite/admin/index.cgi\"\nacl = \"all\"\n";
        write("addon.toml", GOOD);
        write("suite.toml", outer);
        write("suite-admin.toml", inner);
        assert!(
            allowed("suite/index.cgi") && allowed("addon/index.cgi") && !allowed("suite/admin/index.cgi")
        );
        write("suite-admin.toml", &inner.replace("\"all\"", "\"al\""));
        assert!(
            allowed("suite/index.cgi") && allowed("addon/index.cgi") && !allowed("suite/admin/index.cgi")
        );
        write("suite-admin.toml", &inner.replace("address =", "adress ="));
        assert!(!allowed("suite/index.cgi") && !allowed("addon/index.cgi"));
    }

    #[test]
    fn a_plugin_has_its_own_folder_or_its_one_page() {
        let folder = toml::from_str::<Plugin>(GOOD).unwrap();
        for (address, has) in [
            ("addon/index.cgi", true),
            ("addon/other.cgi", true),
            ("addon/index.cgi/x", true),
            ("addon/", true),
            ("addon", true),
            ("addon2/index.cgi", false),
            ("index.cgi", false),
        ] {
            assert_eq!(folder.has(address), has, "{address}");
        }
        let page: Plugin = toml::from_str(&GOOD.replace("addon/index.cgi", "addon.cgi")).unwrap();
        for (address, has) in [("addon.cgi", true), ("addon.cgi/x", true), ("other.cgi", false), ("", false)]
        {
            assert_eq!(page.has(address), has, "{address}");
        }
    }
}
