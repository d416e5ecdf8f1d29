//! A guesser with many addresses against the real throttle, in a time of its own: whether the bounds that
//! docs/throttling.md states hold, exactly, and whether the owners get in all the while.
//!
//! Several tries are under way at a time, some are given up, and the store is closed and opened again amid it all.

mod attack;
mod bounds;
mod chance;
mod clock;
mod gate;
mod owners;
mod people;
mod report;
mod seen;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use portreeve_crypt::{Keyring, SystemEntropy};
use portreeve_store::{Location, Means, Origin, STATED_REST, Store, Writer};
use portreeve_types::{Clock as _, Timestamp};

use attack::Attack;
use bounds::Stating;
use clock::VirtualClock;
use owners::Owners;
use people::People;
pub use report::Report;
use seen::Seen;

/// When the simulation begins.
const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
/// Before anybody guesses, everybody logs in once.
const BEFORE: i64 = 900_000;
/// How often each owner logs in, and how often the records are swept.
const OWNERS_EVERY: i64 = 900_000;
const UPKEEP_EVERY: i64 = 3_600_000;
/// After so many hundredths of the time the store is closed and opened again.
const RESTARTS: [i64; 3] = [21, 46, 73];

/// What is simulated.
#[derive(Clone, Copy)]
pub struct Options {
    /// Guesses in all.
    pub guesses: u64,
    /// Addresses that they come from.
    pub addresses: u32,
    /// Accounts that are guessed at: each has an owner, a mailbox, and one in ten a reseller of its own.
    pub users: u32,
    /// Where the chance begins.
    pub seed: u64,
    /// How long it lasts.
    pub lasts: Duration,
    /// How many tries are under way at a time, at most.
    pub at_a_time: u32,
    /// A setting that is switched off, to see that the bounds notice.
    pub without: Option<&'static str>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            guesses: 100_000_000,
            addresses: 100_000,
            users: 100,
            seed: 1,
            lasts: Duration::from_secs(24 * 3600),
            at_a_time: 16,
            without: None,
        }
    }
}

/// Runs it.
pub async fn simulate(options: Options) -> Result<Report> {
    // memory, where there is a disk of it: what is measured are the bounds, not the disk
    let memory = std::path::Path::new("/dev/shm");
    let directory = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let directory = directory.context("making a directory")?;
    let records = Records {
        file: directory.path().join("records.sqlite"),
        keyring: Arc::new(Keyring::generate(&SystemEntropy)),
        clock: Arc::new(VirtualClock::at(START)),
    };
    let store = records.open().await?;
    if let Some(setting) = options.without {
        store.set_setting(setting, "0").await?;
    }
    let mut simulation = Simulation {
        options,
        clock: records.clock.clone(),
        store,
        records,
        people: People::new(options.users, options.seed),
        seen: Seen::default(),
        owners: Owners::default(),
        seconds: 0,
    };
    simulation.run().await?;
    let Simulation { store, seen, owners, .. } = simulation;
    // what is stated is stated of the rules as they are meant to be
    let figures = portreeve_store::Figures::default();
    store.close().await?;
    let stating = Stating { figures, lasts: options.lasts, at_a_time: options.at_a_time };
    Ok(Report::new(options, RESTARTS.len(), &stating, seen, owners))
}

/// Where the records are, for as many starts as there are.
struct Records {
    file: PathBuf,
    keyring: Arc<Keyring>,
    clock: Arc<VirtualClock>,
}

impl Records {
    async fn open(&self) -> Result<Writer> {
        let location = Location::Sqlite(self.file.clone());
        let (keyring, clock) = (self.keyring.clone(), self.clock.clone());
        let node = "simulation".parse()?;
        let store = Store::open(&location, keyring, clock, Arc::new(SystemEntropy), node).await?;
        Ok(store.acting_for(Arc::new(Origin::of(Means::Unproven))))
    }
}

struct Simulation {
    options: Options,
    clock: Arc<VirtualClock>,
    records: Records,
    store: Writer,
    people: People,
    seen: Seen,
    owners: Owners,
    /// Whole seconds since the attack began, as the counters know them.
    seconds: i64,
}

impl Simulation {
    async fn run(&mut self) -> Result<()> {
        let Options { guesses, addresses, seed, at_a_time, .. } = self.options;
        let mut attack = Attack::new(addresses, seed);
        self.guessers_log_in().await?;
        let begun = self.clock.now().millis() - START.millis();
        let mut due = Due { begun, owner: 0, upkeep: 1, restart: 0 };
        self.catch_up(&mut due, 0).await?;
        let mut made = 0;
        while made < guesses {
            self.catch_up(&mut due, self.moment(made)?).await?;
            let several = u64::from(attack.chance().below(at_a_time) + 1).min(guesses - made);
            // half of the time all are at one, else at any
            let at_one = attack.chance().below(2) == 0;
            let mut under_way = Vec::new();
            let mut guess = attack.next(&self.people, self.seconds);
            for number in 0..several {
                if number > 0 {
                    let other = attack.next(&self.people, self.seconds);
                    guess = if at_one { attack::Guess { number: other.number, ..guess } } else { other };
                }
                under_way.extend(self.begin(guess.clone()).await?);
            }
            attack.chance().shuffle(&mut under_way);
            for one in under_way {
                self.settle(one).await?;
            }
            made += several;
        }
        Ok(())
    }

    /// When a guess is made, in milliseconds since the attack began.
    fn moment(&self, number: u64) -> Result<i64> {
        let (guesses, lasts) = (i128::from(self.options.guesses.max(1)), self.lasts()?);
        Ok(i64::try_from(i128::from(number) * i128::from(lasts) / guesses)?)
    }

    fn lasts(&self) -> Result<i64> {
        Ok(i64::try_from(self.options.lasts.as_millis())?)
    }

    /// Does what is due before a moment, each at its own.
    async fn catch_up(&mut self, due: &mut Due, moment: i64) -> Result<()> {
        let everybody = i64::try_from(self.people.all.len())?.max(1);
        loop {
            // the owners begin before the attack does
            let owner = i64::try_from(due.owner)? * OWNERS_EVERY / everybody - BEFORE;
            let upkeep = due.upkeep * UPKEEP_EVERY;
            let restart = match RESTARTS.get(due.restart) {
                Some(hundredths) => self.lasts()? * hundredths / 100,
                None => i64::MAX,
            };
            let next = owner.min(upkeep).min(restart);
            if next > moment {
                break;
            }
            self.set(due, next);
            if next == owner {
                self.owner_logs_in(due.owner).await?;
                due.owner += 1;
            } else if next == upkeep {
                self.store.upkeep().await?;
                due.upkeep += 1;
            } else {
                self.store.close().await?;
                self.store = self.records.open().await?;
                due.restart += 1;
            }
        }
        self.set(due, moment);
        Ok(())
    }

    fn set(&mut self, due: &Due, moment: i64) {
        let attack = START.millis() + due.begun + BEFORE;
        self.clock.set(attack + moment);
        self.seconds = self.clock.now().seconds() - attack.div_euclid(1000);
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether the store is opened anew before a cap can open. A try that was given up is counted in memory alone: nobody
    /// has heard what became of it.
    fn is_restart_near(&self) -> bool {
        let rest = i64::try_from(STATED_REST.as_secs()).unwrap_or(i64::MAX);
        let lasts = i64::try_from(self.options.lasts.as_secs()).unwrap_or(i64::MAX);
        let restarts = RESTARTS.iter().map(|hundredths| lasts.saturating_mul(*hundredths) / 100);
        restarts.map(|restart| restart - self.seconds).any(|left| (0..=rest).contains(&left))
    }
}

/// What is due next.
struct Due {
    /// When everybody had logged in to what is their own, in milliseconds.
    begun: i64,
    owner: u64,
    upkeep: i64,
    restart: usize,
}
