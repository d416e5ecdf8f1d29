//! WHM plugins: who registers one, and who may use it (docs/plugins.md).

use std::path::Path;
use std::str::FromStr;

use portreeve_types::{Acl, AclSet, Invalid};
use serde::Deserialize;

use super::address::Address;
use super::problem::Problem;
use super::registrations::registrations;
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
        let first = self.address.as_str();
        let is_below = |page: &str| address.strip_prefix(page).is_some_and(|rest| rest.starts_with('/'));
        match first.rsplit_once('/') {
            Some((folder, _)) => address == folder || is_below(folder),
            None => {
                address == first
                    || is_below(first)
                    || self.icon.as_ref().is_some_and(|icon| icon.0 == address)
            }
        }
    }
}

/// Whether a caller may use an address below `cgi/`: as its plugin says; what nobody registered is for those who
/// have all privileges.
pub(super) async fn may_use(folder: &Path, address: &Address, caller: &Caller) -> Result<bool, Problem> {
    let acls = caller.actor().acls;
    if acls.grants(Acl::All) {
        return Ok(true);
    }
    let plugins = read(folder).await.map_err(|_| Problem::Failed)?;
    let mut registered = plugins.iter().filter(|plugin| plugin.has(&address.text())).peekable();
    // where two plugins share a folder, the stricter one counts
    Ok(registered.peek().is_some() && registered.all(|plugin| plugin.acl.is_met(acls)))
}

/// The plugins that a caller may use, in the order of their files' names.
pub(crate) async fn plugins_for(folder: &Path, caller: &Caller) -> Vec<Plugin> {
    let mut plugins = read(folder).await.unwrap_or_default();
    plugins.retain(|plugin| plugin.acl.is_met(caller.actor().acls));
    plugins
}

/// Every registration that can be read.
async fn read(folder: &Path) -> Result<Vec<Plugin>, tokio::task::JoinError> {
    let plugins = registrations(folder.join(FOLDER)).await?;
    Ok(plugins.into_iter().map(|(_, plugin)| plugin).collect())
}

#[cfg(test)]
mod tests {
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
