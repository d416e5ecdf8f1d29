//! Those who log in while others guess.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::Result;
use portreeve_types::Service;

use super::Simulation;
use super::attack::{Attack, OWN, SHARED};
use super::gate::Login;

/// How often somebody logged in, and how often they tried.
#[derive(Default)]
pub struct Logins {
    pub in_: u64,
    pub of: u64,
}

impl Logins {
    fn add(&mut self, got_in: bool) {
        self.of += 1;
        self.in_ += u64::from(got_in);
    }
}

/// The logins of those who may log in.
#[derive(Default)]
pub struct Owners {
    /// From home, where nobody guesses.
    pub at_home: Logins,
    /// As one of their accounts, from home.
    pub as_their_accounts: Logins,
    /// From addresses where they never were, with nobody guessing at their names.
    pub unknown: Logins,
    /// From home, with a guesser beside them.
    pub beside_guesser: Logins,
    /// From addresses where they never were, with everybody guessing at their names.
    pub guessed_at: Logins,
}

/// Who logs in from an address where they never were is each time at another one.
fn elsewhere(number: u64) -> IpAddr {
    let [.., a, b, c] = number.to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(10, a, b, c))
}

impl Simulation {
    /// Guessers log in to their own account from all their addresses, before anything else.
    pub async fn guessers_log_in(&self) -> Result<()> {
        let place = Attack::own_account(&self.people);
        let Some(own) = self.people.all.get(place) else { return Ok(()) };
        for number in 0..OWN {
            self.clock.pass(100);
            let address = Attack::own_address(number);
            let login = Login { login: &own.login, possessor: None, address, service: Service::Cpanel };
            anyhow::ensure!(self.log_in(login).await?, "the guesser's own login was refused");
        }
        Ok(())
    }

    /// The next one logs in, from home; and now and then from elsewhere.
    pub async fn owner_logs_in(&mut self, number: u64) -> Result<()> {
        let place = usize::try_from(number).unwrap_or(0) % self.people.all.len().max(1);
        let Some(person) = self.people.all.get(place) else { return Ok(()) };
        let service = match (person.is_mailbox, self.people.is_possessor(place)) {
            (true, _) => Service::Webmail,
            (_, true) => Service::Whm,
            _ => Service::Cpanel,
        };
        let (login, address) = (person.login.as_str(), person.home);
        let first_with_own = self.people.account(SHARED);
        let is_shared = (self.people.possessors..first_with_own).contains(&place);
        let in_ = self.log_in(Login { login, possessor: None, address, service }).await?;
        let logins = if is_shared { &mut self.owners.beside_guesser } else { &mut self.owners.at_home };
        logins.add(in_);
        self.as_an_account_of_theirs(place).await?;
        self.traveller_logs_in(number).await?;
        self.logs_in_elsewhere(place, number, service).await
    }

    /// One in eight times somebody else does, at whom nobody guesses, from an address of its own.
    async fn traveller_logs_in(&mut self, number: u64) -> Result<()> {
        if !number.is_multiple_of(8) {
            return Ok(());
        }
        let stranger = format!("traveller{}", number % 7);
        let new = elsewhere(number * 2);
        let login = Login { login: &stranger, possessor: None, address: new, service: Service::Webmail };
        let in_ = self.log_in(login).await?;
        self.owners.unknown.add(in_);
        Ok(())
    }

    /// Root and the resellers log in as the first of their accounts as well, but for root as the second.
    async fn as_an_account_of_theirs(&mut self, place: usize) -> Result<()> {
        if !self.people.is_possessor(place) {
            return Ok(());
        }
        let nth = u32::from(place == 0);
        let mut theirs = self.people.all.iter().filter(|person| person.possessors.contains(&place));
        let theirs = theirs.nth(nth as usize);
        let (Some(possessor), Some(account)) = (self.people.all.get(place), theirs) else { return Ok(()) };
        let in_ = self
            .log_in(Login {
                login: &account.login,
                possessor: Some(&possessor.login),
                address: possessor.home,
                service: Service::Cpanel,
            })
            .await?;
        // beside the first reseller there is a guesser
        let logins =
            if place == 1 { &mut self.owners.beside_guesser } else { &mut self.owners.as_their_accounts };
        logins.add(in_);
        Ok(())
    }

    /// One in five sends a right password from somewhere else without its code, as an old script does; and one in fifty
    /// logs in there.
    async fn logs_in_elsewhere(&mut self, place: usize, number: u64, service: Service) -> Result<()> {
        let Some(person) = self.people.all.get(place) else { return Ok(()) };
        let login = person.login.clone();
        let address = elsewhere(number * 2 + 1);
        if number.is_multiple_of(5) {
            let login = Login { login: &login, possessor: None, address, service };
            self.give_password(&login).await?;
        }
        if number.is_multiple_of(50) {
            let in_ = self.log_in(Login { login: &login, possessor: None, address, service }).await?;
            self.owners.guessed_at.add(in_);
            if in_ {
                self.seen.code_accepted(&login, self.seconds);
            }
        }
        Ok(())
    }
}
