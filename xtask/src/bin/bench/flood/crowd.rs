//! The flood: clients that never finish a head or a body, and clients that guess passwords.

use std::cell::Cell;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use futures_util::StreamExt;
use futures_util::future::{FutureExt, LocalBoxFuture};
use futures_util::stream::FuturesUnordered;
use tokio::runtime::Builder;
use tokio::time::sleep;

use crate::http::post;
use crate::load::{Connection, Target};

/// Clients that send a head byte by byte.
pub const HEADS: u32 = 1_000;
/// Clients that send a body so.
pub const BODIES: u32 = 300;
/// Clients that guess passwords: more than the queue before the hash takes.
const GUESSERS: u32 = 100;

/// Between the bytes of those that dawdle.
const DAWDLE: Duration = Duration::from_secs(1);
/// Before a guesser that was turned away comes again.
const AGAIN: Duration = Duration::from_millis(200);

const HEAD: &[u8] = b"GET /login/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
const BODY: &[u8] = b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\
    Content-Type: application/x-www-form-urlencoded\r\n\r\nuser=";

/// What the flood came to.
pub struct Tally {
    /// Heads that were being sent when it ended.
    pub heads: u32,
    /// Bodies, likewise.
    pub bodies: u32,
    /// Guesses that were answered as such.
    pub judged: u32,
    /// Guesses that were told to come later.
    pub turned_away: u32,
}

#[derive(Default)]
struct Count(Cell<u32>);

impl Count {
    fn up(&self) {
        self.0.set(self.0.get() + 1);
    }

    fn down(&self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

/// Floods from a thread until it is told that it is over.
pub fn flood(target: Target<'_>, over: &AtomicBool) -> Result<Tally> {
    let (heads, bodies) = (Count::default(), Count::default());
    let (judged, turned_away) = (Count::default(), Count::default());
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut clients: FuturesUnordered<LocalBoxFuture<'_, ()>> = FuturesUnordered::new();
        clients
            .extend((0..HEADS).map(|number| dawdle(target, address(2, number), HEAD, &heads).boxed_local()));
        clients.extend(
            (0..BODIES).map(|number| dawdle(target, address(3, number), BODY, &bodies).boxed_local()),
        );
        clients
            .extend((0..GUESSERS).map(|number| guess(target, number, &judged, &turned_away).boxed_local()));
        while !over.load(Ordering::Relaxed) {
            tokio::select! {
                _ = clients.next() => {}
                () = sleep(AGAIN) => {}
            }
        }
    });
    let [heads, bodies, judged, turned_away] =
        [heads, bodies, judged, turned_away].map(|count| count.0.get());
    Ok(Tally { heads, bodies, judged, turned_away })
}

/// Begins a request and goes on with it as slowly as may be; again and again, since the server ends that.
async fn dawdle(target: Target<'_>, address: Ipv4Addr, beginning: &[u8], count: &Count) {
    loop {
        let Ok(mut connection) = Connection::open_from(target, address).await else {
            sleep(AGAIN).await;
            continue;
        };
        count.up();
        let mut sent = connection.send(beginning).await;
        while sent.is_ok() && connection.is_silent() {
            sleep(DAWDLE).await;
            sent = connection.send(b"x").await;
        }
        count.down();
    }
}

/// Tries one password after the other, each for another user and from another address, as a botnet does: whoever
/// guessed from one place would soon be refused without a hash.
async fn guess(target: Target<'_>, number: u32, judged: &Count, turned_away: &Count) {
    for attempt in 0_u32.. {
        let form = format!("user=guess{number}x{attempt}&pass=not+the+password");
        let request = post("/login/?login_only=1", &[], &form);
        let place = address(4, attempt.wrapping_mul(GUESSERS).wrapping_add(number) % 60_000);
        let Ok(mut connection) = Connection::open_from(target, place).await else { continue };
        match connection.exchange(&request, |answer| answer.status).await {
            Ok(503) => {
                turned_away.up();
                sleep(AGAIN).await;
            }
            Ok(_) => judged.up(),
            Err(_) => sleep(AGAIN).await,
        }
    }
}

/// One of 64,000 addresses of a network on loopback.
fn address(network: u8, number: u32) -> Ipv4Addr {
    let [.., high, low] = (number / 250 * 256 + number % 250 + 1).to_be_bytes();
    Ipv4Addr::new(127, network, high, low)
}
