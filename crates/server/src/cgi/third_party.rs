//! What a plugin below `3rdparty/` says of itself in `3rdparty/NAME.toml` (docs/plugins.md).

use std::path::Path;

use portreeve_types::Service;
use serde::Deserialize;

use super::address::{Address, Area};
use super::problem::Problem;
use super::registration;

/// On what terms a plugin is there.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    /// The services that have it.
    #[serde(default = "services_of_accounts")]
    services: Vec<Service>,
    /// Whether the users of an account's mailboxes run its programs as the account's own system user: for a plugin that
    /// keeps them apart itself.
    #[serde(default)]
    pub(super) mailboxes_as_account: bool,
}

fn services_of_accounts() -> Vec<Service> {
    vec![Service::Cpanel, Service::Whm]
}

impl Terms {
    /// The terms of whatever says nothing.
    fn usual() -> Terms {
        Terms { services: Service::ALL.to_vec(), mailboxes_as_account: false }
    }

    /// Whether it is on a service.
    pub(super) fn is_on(&self, service: Service) -> bool {
        self.services.contains(&service)
    }
}

/// The terms of an address. A plugin whose file has a fault is for nobody.
pub(super) async fn terms(folder: &Path, address: &Address) -> Result<Terms, Problem> {
    let (Area::ThirdParty, Some(name)) = (address.area, address.names.first()) else {
        return Ok(Terms::usual());
    };
    let file = folder.join(Area::ThirdParty.name()).join(format!("{name}.toml"));
    tokio::task::spawn_blocking(move || read(&file)).await.map_err(|_| Problem::Failed)?
}

fn read(file: &Path) -> Result<Terms, Problem> {
    let Some(text) = registration::text(file).transpose() else { return Ok(Terms::usual()) };
    let terms = text.and_then(|text| toml::from_str(&text).map_err(|error| error.to_string()));
    terms.map_err(|why| {
        tracing::error!(file = %file.display(), why, "a plugin is closed, for its registration has a fault");
        Problem::NotAllowed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_says_where_it_is_and_a_fault_closes_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        assert_eq!(read(&file).unwrap(), Terms::usual());
        for (text, services, mailboxes_as_account) in [
            ("", &[Service::Cpanel, Service::Whm][..], false),
            ("services = [\"webmail\"]\nmailboxes_as_account = true\n", &[Service::Webmail], true),
            ("services = []\n", &[], false),
        ] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(read(&file).unwrap(), Terms { services: services.to_vec(), mailboxes_as_account });
        }
        for fault in ["services = [\"mail\"]", "service = []", "services"] {
            std::fs::write(&file, fault).unwrap();
            assert!(matches!(read(&file), Err(Problem::NotAllowed)), "{fault}");
        }
    }
}
