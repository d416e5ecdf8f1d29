//! Places for connections: so many in all, so many for one address.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portreeve_types::AddressPrefix;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::metrics::{Metrics, label};

/// The places; cheap to clone.
#[derive(Clone)]
pub(super) struct Places {
    taken: Arc<Mutex<Taken>>,
    metrics: Arc<Metrics>,
    entrance: Entrance,
    in_all: usize,
    for_one: usize,
    refusing: Arc<Semaphore>,
}

/// So many clients are told at one time that there is no place for them.
const REFUSING: usize = 16;

#[derive(Default)]
struct Taken {
    in_all: usize,
    by_address: HashMap<AddressPrefix, usize>,
}

/// A place that is free again when this is dropped.
pub(super) struct Place {
    places: Places,
    address: AddressPrefix,
}

/// What the places are for: each has its own.
#[derive(Clone, Copy)]
pub enum Entrance {
    /// The ports, those for proxies among them.
    Ports,
    /// The sockets for proxies.
    ProxySockets,
    /// The API socket.
    ApiSocket,
}

label!(Entrance, "entrance": Ports => "ports", ProxySockets => "proxy_sockets", ApiSocket => "api_socket");

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// The server is full.
    InAll,
    /// This address has its share.
    ForThisAddress,
}

label!(Full, "limit": InAll => "connections", ForThisAddress => "connections_per_address");

impl Places {
    pub(super) fn new(metrics: Arc<Metrics>, entrance: Entrance, in_all: usize, for_one: usize) -> Places {
        let refusing = Arc::new(Semaphore::new(REFUSING));
        Places { taken: Arc::default(), metrics, entrance, in_all, for_one, refusing }
    }

    pub(super) fn take(&self, address: AddressPrefix) -> Result<Place, Full> {
        let taken = self.try_take(address);
        match &taken {
            Ok(_) => self.metrics.open_connections.add(self.entrance),
            Err(full) => self.metrics.refused_connections.add(*full),
        }
        taken
    }

    fn try_take(&self, address: AddressPrefix) -> Result<Place, Full> {
        let mut taken = self.lock();
        if taken.in_all >= self.in_all {
            return Err(Full::InAll);
        }
        let own = taken.by_address.entry(address).or_default();
        if *own >= self.for_one {
            return Err(Full::ForThisAddress);
        }
        *own += 1;
        taken.in_all += 1;
        Ok(Place { places: self.clone(), address })
    }

    /// A turn to tell a client that there is no place; none when too many are being told.
    pub(super) fn turn_to_refuse(&self) -> Option<OwnedSemaphorePermit> {
        self.refusing.clone().try_acquire_owned().ok()
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        // counts stay right whatever a thread that panicked was doing
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.metrics.open_connections.subtract(self.places.entrance);
        let mut taken = self.places.lock();
        taken.in_all = taken.in_all.saturating_sub(1);
        if let Some(own) = taken.by_address.get_mut(&self.address) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use portreeve_types::Timestamp;

    use super::*;

    #[test]
    fn places_are_counted_in_all_and_by_address_and_given_back() {
        let address = |last: u8| AddressPrefix::of(std::net::IpAddr::from([127, 0, 0, last]));
        let metrics = Arc::new(Metrics::new(Timestamp::from_seconds(0)));
        let places = Places::new(metrics.clone(), Entrance::Ports, 3, 2);
        let first = places.take(address(1)).unwrap();
        let _second = places.take(address(1)).unwrap();
        assert_eq!(places.take(address(1)).err(), Some(Full::ForThisAddress));
        let _third = places.take(address(2)).unwrap();
        assert_eq!(places.take(address(3)).err(), Some(Full::InAll));
        drop(first);
        assert!(places.take(address(1)).is_ok());
        let open: Vec<u64> = metrics.open_connections.samples().map(|(_, number)| number).collect();
        let refused: Vec<u64> = metrics.refused_connections.samples().map(|(_, number)| number).collect();
        assert_eq!((open, refused), (vec![2, 0, 0], vec![1, 1]));
    }
}
