//! Tries as the gate makes them: reserved, evaluated and settled in the same order.

use std::net::IpAddr;

use anyhow::Result;
use portreeve_store::{Attempt, Guess, Permit, ReserveError};
use portreeve_types::Service;

use super::Simulation;
use super::attack::{self, Attack, Carrier, From, What, Whom};
use super::people::ROOT;
use super::seen::Lane;

/// A guess that was evaluated, and is not settled yet.
pub struct UnderWay {
    permit: Permit,
    guess: attack::Guess,
}

/// Somebody's own login.
pub struct Login<'a> {
    pub login: &'a str,
    /// Whose password and code it is, where they are another's.
    pub possessor: Option<&'a str>,
    pub address: IpAddr,
    pub service: Service,
}

/// The name under which tries at a second possessor's password are counted where there is none.
const NOBODY: &str = "";

impl Simulation {
    /// Takes a place in the counters and asks whether there is time; none when the try is not evaluated.
    async fn take(
        &self,
        guess: Guess,
        login: &str,
        address: IpAddr,
        service: Service,
    ) -> Result<Option<Permit>> {
        let mut permit = match self.store.reserve(Attempt { guess, login, address, service }).await {
            Ok(permit) => permit,
            Err(ReserveError::Store(error)) => return Err(error.into()),
            Err(_) => return Ok(None),
        };
        if self.store.evaluate(&mut permit).is_err() {
            self.store.refund(permit);
            return Ok(None);
        }
        Ok(Some(permit))
    }

    /// Evaluates a guess; none when it is refused. The others that come at the same time are not settled yet.
    pub async fn begin(&mut self, guess: attack::Guess) -> Result<Option<UnderWay>> {
        let login = match &guess.whom {
            Whom::Person(place) => self.people.all.get(*place).map_or("", |person| &person.login).to_owned(),
            Whom::Nobody(number) => format!("nobody{number}"),
        };
        let (address, service) = (guess.address, guess.service);
        if guess.carrier == Carrier::HeaderWithCode {
            // whoever guesses at codes has the password: a login without its code, each time
            match self.take(Guess::Password, &login, address, service).await? {
                Some(right) => self.store.succeeded(right).await?,
                None => return Ok(self.seen.refused(&guess)),
            }
        }
        let Some(mut permit) = self.take(guess.what.guess(), &login, address, service).await? else {
            return Ok(self.seen.refused(&guess));
        };
        self.seen.evaluated(Lane::of(&guess), &login, &guess, self.seconds, self.is_hit(&guess));
        if guess.what == What::Password && service == Service::Cpanel && guess.carrier != Carrier::Function {
            self.try_at_possessors(&guess, &mut permit).await?;
        }
        Ok(Some(UnderWay { permit, guess }))
    }

    /// The password was not the account's own: it is compared with those of its owners.
    async fn try_at_possessors(&mut self, guess: &attack::Guess, permit: &mut Permit) -> Result<()> {
        let possessors = match &guess.whom {
            Whom::Person(place) if self.people.is_possessor(*place) => vec![Some(ROOT), None],
            Whom::Person(place) => self
                .people
                .all
                .get(*place)
                .map(|person| person.possessors.iter().copied().map(Some).collect())
                .unwrap_or_default(),
            Whom::Nobody(_) => vec![Some(ROOT), None],
        };
        for place in possessors {
            let possessor = place.and_then(|place| self.people.all.get(place));
            let login = possessor.map_or_else(|| NOBODY.to_owned(), |possessor| possessor.login.clone());
            let taken = self.take(Guess::AnothersPassword, &login, guess.address, guess.service).await?;
            let Some(taken) = taken else { continue };
            permit.join(taken);
            if let Some(possessor) = possessor {
                let is_here = possessor.home == guess.address;
                let lane = if is_here { Lane::PossessorsHere } else { Lane::Possessors };
                let is_hit = possessor.has_password(guess.number);
                self.seen.evaluated(lane, &login, guess, self.seconds, is_hit);
            }
        }
        Ok(())
    }

    /// Settles a guess. One that is right is counted, and settled as if it had not been: the bounds are about guesses, not
    /// about what somebody does who is in.
    pub async fn settle(&mut self, under_way: UnderWay) -> Result<()> {
        let UnderWay { permit, guess } = under_way;
        if guess.given_up && !self.is_restart_near() {
            self.seen.given_up += 1;
            drop(permit);
        } else {
            self.store.failed(permit).await?;
        }
        if guess.from == From::Own {
            // clears the count of the own account's name
            let place = Attack::own_account(&self.people);
            let own = self.people.all.get(place).map(|own| own.login.clone()).unwrap_or_default();
            let (address, service) = (guess.address, guess.service);
            self.log_in(Login { login: &own, possessor: None, address, service }).await?;
        }
        Ok(())
    }

    fn is_hit(&self, guess: &attack::Guess) -> bool {
        let Whom::Person(place) = guess.whom else { return false };
        let Some(person) = self.people.all.get(place) else { return false };
        match guess.what {
            What::Password => person.has_password(guess.number),
            What::Code => person.has_code(guess.number, self.now()),
            What::RecoveryCode | What::Answers => false,
        }
    }

    /// Somebody logs in, with a password and a code. Answers whether they got in.
    pub async fn log_in(&self, login: Login<'_>) -> Result<bool> {
        if !self.give_password(&login).await? {
            return Ok(false);
        }
        let Login { login, possessor, address, service } = login;
        let prover = possessor.unwrap_or(login);
        let Some(code) = self.take(Guess::Code, prover, address, service).await? else { return Ok(false) };
        self.store.succeeded(code).await?;
        match possessor {
            None => self.store.note_login(login, address).await?,
            Some(possessor) => self.store.note_possession(login, possessor, address).await?,
        }
        Ok(true)
    }

    /// A right password alone, as an old script gives it. Answers whether it was evaluated.
    pub async fn give_password(&self, login: &Login<'_>) -> Result<bool> {
        let Login { login, possessor, address, service } = *login;
        let Some(own) = self.take(Guess::Password, login, address, service).await? else { return Ok(false) };
        let Some(possessor) = possessor else {
            self.store.succeeded(own).await?;
            return Ok(true);
        };
        let Some(right) = self.take(Guess::AnothersPassword, possessor, address, service).await? else {
            self.store.failed(own).await?;
            return Ok(false);
        };
        self.store.succeeded(right).await?;
        self.store.refund(own);
        Ok(true)
    }
}

impl What {
    /// What it is to the throttle.
    fn guess(self) -> Guess {
        match self {
            What::Password => Guess::Password,
            What::Code => Guess::Code,
            What::RecoveryCode => Guess::RecoveryCode,
            What::Answers => Guess::Answers,
        }
    }
}
