//! Connections that were used once and wait for their next request, and what each costs in memory.

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use crate::load::{Connection, Target};

/// How many there are.
pub const COUNT: usize = 5_000;

/// So many come from one address, and are opened before memory is looked at first.
const FROM_ONE_ADDRESS: usize = 250;

/// Connections that are open.
pub struct Idle {
    connections: Vec<Connection>,
    /// KiB of the server's memory for each.
    pub each: f64,
}

impl Idle {
    /// Opens them one after the other, each with one request.
    pub async fn open(target: Target<'_>, request: &[u8]) -> Result<Idle> {
        let mut connections = Vec::with_capacity(COUNT);
        let mut before = 0.0;
        for number in 0..COUNT + FROM_ONE_ADDRESS {
            if number == FROM_ONE_ADDRESS {
                // what a server takes for its first clients, it takes once
                sleep(Duration::from_secs(1)).await;
                before = target.group.memory()?;
            }
            let address = u8::try_from(number / FROM_ONE_ADDRESS)?;
            let mut connection = Connection::open_from(target, Ipv4Addr::new(127, 1, address, 1)).await?;
            connection.exchange(request, |_| ()).await?;
            connections.push(connection);
        }
        sleep(Duration::from_secs(1)).await;
        let each = (target.group.memory()? - before) * 1024.0 / COUNT as f64;
        Ok(Idle { connections, each })
    }

    /// How many the server has not ended.
    pub fn still_open(&mut self) -> usize {
        self.connections.iter_mut().filter_map(|connection| connection.is_silent().then_some(())).count()
    }
}
