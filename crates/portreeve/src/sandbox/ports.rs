//! The six ports.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use portreeve_server::listener::{BindError, bind as bind_one};
use portreeve_types::Service;
use tokio::net::TcpListener;

use super::Options;

/// A bound port.
pub(super) struct Bound {
    pub(super) service: Service,
    pub(super) tls: bool,
    pub(super) address: SocketAddr,
    pub(super) listener: TcpListener,
}

/// Binds all six, or none.
pub(super) async fn bind(options: &Options) -> Result<Vec<Bound>> {
    let mut bound = Vec::with_capacity(6);
    for (service, tls) in each() {
        let port = match (options.free_ports, service.port(tls).checked_add(options.port_offset)) {
            (true, _) => 0,
            (false, Some(port)) => port,
            (false, None) => bail!("--port-offset {} leads beyond the last port, 65535", options.port_offset),
        };
        let listener = match bind_one(SocketAddr::new(options.listen, port)).await {
            Ok(listener) => listener,
            Err(error) if error.source.kind() == std::io::ErrorKind::AddrInUse => {
                drop(bound);
                return Err(taken(options, &error).await);
            }
            Err(error) => return Err(error).context("binding a port"),
        };
        let address = listener.local_addr().context("asking for a port's number")?;
        bound.push(Bound { service, tls, address, listener });
    }
    Ok(bound)
}

fn each() -> impl Iterator<Item = (Service, bool)> {
    Service::ALL.into_iter().flat_map(|service| [(service, false), (service, true)])
}

/// Names the port that is taken and an offset at which all six are free.
async fn taken(options: &Options, error: &BindError) -> anyhow::Error {
    for offset in (1..=60).map(|step| step * 1000) {
        let mut free = Vec::new();
        for port in each().filter_map(|(service, tls)| service.port(tls).checked_add(offset)) {
            match bind_one(SocketAddr::new(options.listen, port)).await {
                Ok(listener) => free.push(listener),
                Err(_) => break,
            }
        }
        if free.len() == 6 && offset != options.port_offset {
            return anyhow::anyhow!("{} is taken; --port-offset {offset} would avoid it", error.address);
        }
    }
    anyhow::anyhow!("{} is taken, and no --port-offset in thousands avoids it", error.address)
}
