//! To whom the server opens: to this machine until root has a password, to everybody from then on.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use portreeve_server::App;
use portreeve_server::listener::{self, Certificates, Entrances, Neighbours, Port, ThisMachine};
use portreeve_store::Role;
use tokio::sync::watch;

use super::notify;
use super::ports::{Open, Reserved, Taken, open};
use crate::node::proxied;

/// How often the records are asked for an administrator, as long as there is none.
const PAUSE: Duration = Duration::from_secs(1);

/// What serving the ports takes.
pub(super) struct Opening {
    pub(super) app: Arc<App>,
    pub(super) certificates: Arc<Certificates>,
    pub(super) ports: Reserved,
    pub(super) proxied: proxied::Reserved,
}

impl Opening {
    /// Serves until `stop` says so.
    pub(super) async fn serve(self, stop: watch::Receiver<bool>) -> Result<()> {
        let Opening { app, certificates, ports: Reserved { public, loopback }, proxied } = self;
        let mut closing = None;
        if !has_administrator(&app).await? {
            let (close, closed) = watch::channel(false);
            let ports = served(open(loopback).await?, &certificates);
            let entrances = Entrances { ports, ..Entrances::default() };
            let serving = tokio::spawn(listener::serve(app.clone(), entrances, closed));
            tracing::warn!(
                "root has no password: listening on loopback only until `portreeve setup` gives one"
            );
            notify::tell("READY=1\nSTATUS=On loopback only: root has no password, see `portreeve setup`");
            let set_up = await_administrator(&app, stop.clone()).await;
            let _ = close.send(true);
            // the connections at hand may take their time, beside those that follow
            closing = Some(serving);
            if !set_up {
                return end(closing).await;
            }
        } else {
            drop(loopback);
        }
        let mut addresses = listed(&public);
        if !proxied.is_empty() {
            addresses.push(format!("for proxies {}", proxied.listed().join(", ")));
        }
        let ports = served(open(public).await?, &certificates);
        let neighbours: Arc<dyn Neighbours> = Arc::new(ThisMachine);
        let (proxy_ports, proxy_sockets) = proxied.open(&certificates.config(), &neighbours)?;
        tracing::info!("listening on {}", addresses.join(", "));
        notify::tell("READY=1\nSTATUS=Serving");
        portreeve_helper::give_back_memory();
        let entrances = Entrances { ports, socket: None, proxy_ports, proxy_sockets };
        listener::serve(app, entrances, stop).await;
        end(closing).await
    }
}

async fn end(closing: Option<tokio::task::JoinHandle<()>>) -> Result<()> {
    match closing {
        Some(closing) => closing.await.context("closing the ports on loopback"),
        None => Ok(()),
    }
}

async fn has_administrator(app: &App) -> Result<bool> {
    let accounts = app.environment.store.accounts().await.context("reading the accounts")?;
    Ok(accounts.iter().any(|account| account.role == Role::Administrator))
}

/// Whether root got a password before the server was to stop.
async fn await_administrator(app: &App, mut stop: watch::Receiver<bool>) -> bool {
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return false,
            () = tokio::time::sleep(PAUSE) => {}
        }
        match has_administrator(app).await {
            Ok(true) => return true,
            Ok(false) => {}
            Err(error) => tracing::error!("{error:#}"),
        }
    }
}

fn served(open: Vec<Open>, certificates: &Arc<Certificates>) -> Vec<Port> {
    let tls = certificates.config();
    open.into_iter()
        .map(|port| Port {
            service: port.service,
            tls: port.tls.then(|| tls.clone()),
            listener: port.listener,
        })
        .collect()
}

fn listed(ports: &[Taken]) -> Vec<String> {
    ports.iter().map(|port| port.address.to_string()).collect()
}
