//! What every connection shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use portreeve_api::Environment;
use portreeve_crypt::Entropy;
use portreeve_types::{Network, RequestId};

use crate::cgi::Cgi;
use crate::gate::{Remembered, Sightings};
use crate::http1::Limits;
use crate::listener::Listeners;
use crate::log::RequestLog;
use crate::metrics::Metrics;
use crate::request::Peer;

/// What this server is told once, at its start.
pub struct Settings {
    /// The bounds of one connection.
    pub limits: Limits,
    /// Connections in all; one more is answered with 503.
    pub connections: usize,
    /// Connections from one address; one more is answered with 429.
    pub connections_per_address: usize,
    /// The system user whose programs may act for every account over the API socket, beside root.
    pub trusted_uid: Option<u32>,
    /// The networks, beside this machine itself, from which the plain ports take credentials.
    pub trusted_networks: Vec<Network>,
}

impl Settings {
    /// Whether the plain ports take credentials from a peer.
    #[must_use]
    pub fn trusts(&self, peer: Peer) -> bool {
        let is_near = match peer {
            Peer::Network(address) => address.to_canonical().is_loopback(),
            Peer::Proxied(_) => false,
            Peer::Local { .. } => true,
        };
        is_near || self.trusted_networks.iter().any(|network| network.contains(peer.address()))
    }
}

/// The server's shared state.
pub struct App {
    /// What functions work with.
    pub environment: Arc<Environment>,
    /// What the server was told at its start.
    pub settings: Settings,
    /// Plugins.
    pub cgi: Cgi,
    /// The passwords that were found right a moment ago.
    pub remembered: Remembered,
    /// What the audit trail told of in the last hour.
    pub sightings: Sightings,
    /// Where request lines go.
    pub log: RequestLog,
    /// What requests are called.
    pub request_ids: RequestIds,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// The listeners.
    pub listeners: Listeners,
}

impl App {
    /// The state of a server that has served nobody yet.
    #[must_use]
    pub fn new(environment: Arc<Environment>, settings: Settings, cgi: Cgi, log: RequestLog) -> App {
        let remembered = Remembered::new(&*environment.entropy, environment.clock.clone());
        let request_ids = RequestIds::new(&*environment.entropy);
        let sightings = Sightings::default();
        let metrics = Arc::new(Metrics::new(environment.clock.now()));
        let listeners = Listeners::default();
        App { environment, settings, cgi, remembered, sightings, log, request_ids, metrics, listeners }
    }
}

/// Makes an identity for each request: the process's own random half, and a running number.
pub struct RequestIds {
    process: u32,
    next: AtomicU32,
}

impl RequestIds {
    /// Identities of this process.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> RequestIds {
        let mut process = [0; 4];
        entropy.fill(&mut process);
        RequestIds { process: u32::from_ne_bytes(process), next: AtomicU32::new(0) }
    }

    /// The next request's.
    #[must_use]
    pub fn next(&self) -> RequestId {
        RequestId::new(self.process, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_trusted_unless_a_proxy_says_so_and_others_by_their_networks_only() {
        let trusts = |networks: &[&str], address: &str| {
            let settings = Settings {
                limits: Limits::default(),
                connections: 1,
                connections_per_address: 1,
                trusted_uid: None,
                trusted_networks: networks.iter().map(|network| network.parse().unwrap()).collect(),
            };
            let address = address.parse().unwrap();
            (settings.trusts(Peer::Network(address)), settings.trusts(Peer::Proxied(address)))
        };
        for local in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(trusts(&[], local), (true, false), "{local}");
        }
        assert_eq!(trusts(&[], "10.1.2.3"), (false, false));
        assert_eq!(trusts(&["192.0.2.0/24", "10.0.0.0/8"], "10.1.2.3"), (true, true));
        assert_eq!(trusts(&["10.0.0.0/8"], "::ffff:10.1.2.3"), (true, true));
        assert_eq!(trusts(&["10.0.0.0/8"], "192.0.2.1"), (false, false));
    }
}
