//! Where programs of plugins call their own server: the plain ports that it holds on loopback right now.
//!
//! A port that the server does not hold there could be any program's of this machine, which would take the ticket. And
//! `SERVER_PORT` says what the client spoke to, which behind a proxy is the proxy's port.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use portreeve_types::Service;

/// The ports that calls can go to.
#[derive(Default)]
pub(crate) struct CallAddresses(Mutex<Vec<(Service, SocketAddr)>>);

/// A port that calls can go to, until this is dropped.
pub(crate) struct Held<'a> {
    addresses: &'a CallAddresses,
    held: Option<(Service, SocketAddr)>,
}

impl CallAddresses {
    /// A plain port begins to serve. It is for calls if loopback is among the addresses that it is bound to.
    pub(crate) fn hold(&self, service: Service, bound: SocketAddr) -> Held<'_> {
        let address = match bound.ip().to_canonical() {
            IpAddr::V4(address) if address.is_unspecified() => Some(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(address) if address.is_unspecified() => Some(Ipv6Addr::LOCALHOST.into()),
            address => address.is_loopback().then_some(address),
        };
        let held = address.map(|address| (service, SocketAddr::new(address, bound.port())));
        self.lock().extend(held);
        Held { addresses: self, held }
    }

    /// The address that calls to a service begin with, if there is one; of IPv4 where there is.
    pub(super) fn url(&self, service: Service) -> Option<String> {
        let held = self.lock();
        let mut of_service = held.iter().filter(|(held, _)| *held == service).map(|(_, address)| address);
        let any = of_service.clone().next();
        of_service.find(|address| address.is_ipv4()).or(any).map(|address| format!("http://{address}"))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Service, SocketAddr)>> {
        // each change is one call: nothing is half-done after a panic
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut held = self.addresses.lock();
        // the same port may be held twice for a moment: once before root has a password, and once from then on
        if let Some(place) = held.iter().position(|one| Some(*one) == self.held) {
            held.remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(bound: &[&str]) -> Option<String> {
        let addresses = CallAddresses::default();
        let _held: Vec<Held<'_>> =
            bound.iter().map(|bound| addresses.hold(Service::Whm, bound.parse().unwrap())).collect();
        assert_eq!(addresses.url(Service::Cpanel), None);
        addresses.url(Service::Whm)
    }

    #[test]
    fn calls_go_to_a_port_on_loopback_and_nowhere_else() {
        for (bound, expected) in [
            (&["0.0.0.0:2086"][..], Some("http://127.0.0.1:2086")),
            (&["[::]:2086", "0.0.0.0:2086"], Some("http://127.0.0.1:2086")),
            (&["192.0.2.1:2086", "[::]:2086"], Some("http://[::1]:2086")),
            (&["127.0.0.9:3086"], Some("http://127.0.0.9:3086")),
            (&["[::ffff:127.0.0.1]:2086"], Some("http://127.0.0.1:2086")),
            (&["192.0.2.1:2086", "[2001:db8::1]:2086"], None),
            (&[], None),
        ] {
            assert_eq!(url(bound).as_deref(), expected, "{bound:?}");
        }
    }

    #[test]
    fn a_port_counts_while_it_serves() {
        let addresses = CallAddresses::default();
        let hold = || addresses.hold(Service::Cpanel, "127.0.0.1:2082".parse().unwrap());
        let (before, after) = (hold(), hold());
        drop(before);
        assert!(addresses.url(Service::Cpanel).is_some());
        drop(after);
        assert_eq!(addresses.url(Service::Cpanel), None);
        drop(addresses.hold(Service::Cpanel, "192.0.2.1:2082".parse().unwrap()));
    }
}
