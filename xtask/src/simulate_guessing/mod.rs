//! A guesser with many addresses against the real throttle, in a time of its own: whether the bounds that
//! docs/throttling.md states hold, exactly, and whether the owners get in all the while.

mod attack;
mod bounds;
mod clock;
mod report;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use portreeve_crypt::{Keyring, SystemEntropy};
use portreeve_store::{Attempt, Guess, Location, Means, Origin, Permit, ReserveError, Store, Writer};
use portreeve_types::Timestamp;

use attack::{Attack, Kind, Try};
use bounds::Bounds;
use clock::VirtualClock;
pub use report::Report;

/// When the simulation begins.
const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// What is simulated.
#[derive(Clone, Copy)]
pub struct Options {
    /// Guesses in all.
    pub guesses: u64,
    /// Addresses that they come from.
    pub addresses: u32,
    /// People who are guessed at: each has an account and a mailbox.
    pub users: u32,
    /// Where the chance begins.
    pub seed: u64,
    /// How long it lasts.
    pub lasts: Duration,
    /// How often each owner logs in.
    pub owners_every: Duration,
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
            owners_every: Duration::from_secs(15 * 60),
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
    let clock = Arc::new(VirtualClock::at(START));
    let keyring = Arc::new(Keyring::generate(&SystemEntropy));
    let location = Location::Sqlite(directory.path().join("records.sqlite"));
    let node = "simulation".parse()?;
    let store = Store::open(&location, keyring, clock.clone(), Arc::new(SystemEntropy), node).await?;
    let store = store.acting_for(Arc::new(Origin::of(Means::Unproven)));
    if let Some(setting) = options.without {
        store.set_setting(setting, "0").await?;
    }
    let mut simulation = Simulation { options, clock, bounds: Bounds::new(options.lasts), store };
    simulation.run().await?;
    simulation.store.close().await?;
    Ok(Report::new(options, simulation.bounds))
}

struct Simulation {
    options: Options,
    clock: Arc<VirtualClock>,
    bounds: Bounds,
    store: Writer,
}

impl Simulation {
    async fn run(&mut self) -> Result<()> {
        let Options { guesses, lasts, owners_every, .. } = self.options;
        let lasts = i64::try_from(lasts.as_millis())?;
        let every = i64::try_from(owners_every.as_millis())?.max(1);
        let mut attack = Attack::new(self.options);
        let mut owners_due = 0;
        for number in 0..guesses {
            let passed = i64::try_from(i128::from(number) * i128::from(lasts) / i128::from(guesses.max(1)))?;
            while owners_due <= passed {
                self.clock.set(START, owners_due);
                self.owners_log_in(&attack).await?;
                owners_due += every;
            }
            self.clock.set(START, passed);
            let guess = attack.next();
            self.guess(&guess, passed).await?;
        }
        Ok(())
    }

    /// One guess: reserved, evaluated and settled as the gate does it. One that is right is counted, and settled as if it
    /// had not been: the bounds are about guesses, not about what somebody does who is in.
    async fn guess(&mut self, guess: &Try, passed: i64) -> Result<()> {
        let attempt = Attempt {
            guess: guess.kind.guess(),
            login: &guess.login,
            address: guess.address,
            service: guess.service,
        };
        let mut permit = match self.store.reserve(attempt).await {
            Ok(permit) => permit,
            Err(ReserveError::Throttled { .. } | ReserveError::Blacklisted) => {
                self.bounds.refused(guess.kind);
                return Ok(());
            }
            Err(ReserveError::Busy) => {
                self.bounds.busy(guess.kind);
                return Ok(());
            }
            Err(ReserveError::Store(error)) => return Err(error.into()),
        };
        if self.store.evaluate(&mut permit).is_err() {
            self.store.refund(permit);
            self.bounds.busy(guess.kind);
            return Ok(());
        }
        self.bounds.evaluated(guess, passed);
        Ok(self.store.failed(permit).await?)
    }

    /// Every owner logs in from home, with a password and a code.
    async fn owners_log_in(&mut self, attack: &Attack) -> Result<()> {
        for owner in attack.owners() {
            let mut succeeded = true;
            for guess in [Guess::Password, Guess::Code] {
                let (address, service) = (owner.address, owner.service);
                let attempt = Attempt { guess, login: &owner.login, address, service };
                succeeded &= match self.store.reserve(attempt).await {
                    Ok(permit) => self.settle_owners(permit).await?,
                    Err(ReserveError::Store(error)) => return Err(error.into()),
                    Err(_) => false,
                };
            }
            if succeeded {
                self.store.note_login(&owner.login, owner.address).await?;
            }
            self.bounds.owner(succeeded);
        }
        Ok(())
    }
}

impl Simulation {
    /// An owner's try is right, if there is time to evaluate it.
    async fn settle_owners(&self, mut permit: Permit) -> Result<bool> {
        if self.store.evaluate(&mut permit).is_err() {
            self.store.refund(permit);
            return Ok(false);
        }
        self.store.succeeded(permit).await?;
        Ok(true)
    }
}

impl Kind {
    /// What it is to the throttle.
    fn guess(self) -> Guess {
        match self {
            Kind::Password | Kind::NobodysPassword => Guess::Password,
            Kind::Code => Guess::Code,
            Kind::RecoveryCode => Guess::RecoveryCode,
            Kind::Answers => Guess::Answers,
        }
    }
}
