//! `[listen]`: addresses, ports, the API socket, and the ways in for proxies.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use portreeve_types::{Invalid, Network, Service};
use serde::Deserialize;

use super::path::absolute;
use super::proxied::Proxied;

/// Where the server listens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// The addresses. Until `portreeve setup` has given root a password, loopback takes their place.
    pub addresses: Vec<IpAddr>,
    /// The API socket, for programs on this machine.
    #[serde(deserialize_with = "absolute")]
    pub socket: PathBuf,
    /// The networks, beside this machine, from which the plain ports take credentials.
    pub trusted_networks: Vec<Network>,
    /// The ports' numbers.
    pub ports: Ports,
    /// The ways in for reverse proxies.
    pub proxied: Vec<Proxied>,
}

impl Default for Listen {
    fn default() -> Listen {
        Listen {
            addresses: vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()],
            socket: PathBuf::from("/run/portreeve/api.sock"),
            trusted_networks: Vec::new(),
            ports: Ports::default(),
            proxied: Vec::new(),
        }
    }
}

/// The six ports; 0 closes one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Numbers")]
pub struct Ports(Numbers);

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Numbers {
    cpanel: u16,
    cpanel_tls: u16,
    whm: u16,
    whm_tls: u16,
    webmail: u16,
    webmail_tls: u16,
}

impl Default for Numbers {
    fn default() -> Numbers {
        let [cpanel, whm, webmail] = [Service::Cpanel, Service::Whm, Service::Webmail];
        Numbers {
            cpanel: cpanel.port(false),
            cpanel_tls: cpanel.port(true),
            whm: whm.port(false),
            whm_tls: whm.port(true),
            webmail: webmail.port(false),
            webmail_tls: webmail.port(true),
        }
    }
}

impl TryFrom<Numbers> for Ports {
    type Error = Invalid;

    fn try_from(numbers: Numbers) -> Result<Ports, Invalid> {
        let ports = Ports(numbers);
        let mut open: Vec<u16> = ports.open().map(|(_, _, number)| number).collect();
        open.sort_unstable();
        match open.array_windows().find(|[one, next]| one == next) {
            Some([number, _]) => Err(Invalid(format!("port {number} is given twice"))),
            None => Ok(ports),
        }
    }
}

impl Ports {
    /// Service, whether TLS is spoken, and number of each port that is not closed.
    pub fn open(&self) -> impl Iterator<Item = (Service, bool, u16)> {
        let Numbers { cpanel, cpanel_tls, whm, whm_tls, webmail, webmail_tls } = self.0;
        let all = [
            (Service::Cpanel, false, cpanel),
            (Service::Cpanel, true, cpanel_tls),
            (Service::Whm, false, whm),
            (Service::Whm, true, whm_tls),
            (Service::Webmail, false, webmail),
            (Service::Webmail, true, webmail_tls),
        ];
        all.into_iter().filter(|(_, _, number)| *number != 0)
    }
}
