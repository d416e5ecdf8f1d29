//! A port on which proxies of other machines name their clients, once for each connection.

use std::net::SocketAddr;
use std::sync::Arc;

use portreeve_types::Network;
use tokio::sync::watch;

use super::closed::Why;
use super::named::Named;
use super::near::Neighbours;
use crate::app::App;
use crate::listener::ProxyPort;
use crate::listener::accepting::accept_all;
use crate::listener::places::Places;

/// Serves such a port.
pub(in crate::listener) async fn serve(
    app: Arc<App>,
    port: ProxyPort,
    places: Places,
    stop: watch::Receiver<bool>,
) {
    let ProxyPort { listener, service, tls, trusted_proxies, neighbours } = port;
    let trusted_proxies: Arc<[_]> = trusted_proxies.into();
    let named = Named::new(app, service, tls, places, stop.clone());
    accept_all(listener, stop, move |(stream, proxy)| {
        let (named, trusted_proxies, neighbours) =
            (named.clone(), trusted_proxies.clone(), neighbours.clone());
        async move {
            if let Err(why) = judge(proxy, &trusted_proxies, &*neighbours) {
                return named.closed.tell(proxy, why);
            }
            // Without it an answer's last small packet waits 40 ms for an acknowledgement.
            let _ = stream.set_nodelay(true);
            named.serve(stream, proxy).await;
        }
    })
    .await;
}

/// Whether a connection is a trusted proxy's. Nobody on this machine is one, whichever of its addresses is trusted:
/// all of its users could be.
fn judge(proxy: SocketAddr, trusted_proxies: &[Network], neighbours: &dyn Neighbours) -> Result<(), Why> {
    if !trusted_proxies.iter().any(|network| network.contains(proxy.ip())) {
        return Err(Why::NotTrusted);
    }
    match neighbours.has(proxy) {
        Ok(false) => Ok(()),
        Ok(true) => Err(Why::OnThisMachine),
        Err(_) => Err(Why::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// What the system would say.
    struct Says(fn() -> io::Result<bool>);

    impl Neighbours for Says {
        fn has(&self, _: SocketAddr) -> io::Result<bool> {
            (self.0)()
        }
    }

    #[test]
    fn a_trusted_proxy_is_of_a_trusted_network_and_certainly_not_of_this_machine() {
        let trusted: [Network; 1] = ["192.0.2.0/24".parse().unwrap()];
        for (proxy, says, judged) in [
            ("192.0.2.7:4711", Says(|| Ok(false)), Ok(())),
            ("[::ffff:192.0.2.7]:4711", Says(|| Ok(false)), Ok(())),
            ("192.0.2.7:4711", Says(|| Ok(true)), Err(Why::OnThisMachine)),
            ("192.0.2.7:4711", Says(|| Err(io::ErrorKind::Other.into())), Err(Why::Unknown)),
            ("192.0.3.7:4711", Says(|| Ok(false)), Err(Why::NotTrusted)),
        ] {
            assert_eq!(judge(proxy.parse().unwrap(), &trusted, &says), judged, "{proxy}");
        }
    }
}
