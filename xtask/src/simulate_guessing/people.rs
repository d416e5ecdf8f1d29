//! Who is guessed at, and what their secrets are.

use std::net::{IpAddr, Ipv4Addr};

use portreeve_crypt::{Code, TotpSecret};
use portreeve_types::Timestamp;

use super::chance::Chance;

/// Likely passwords, one of which everybody has.
pub const PASSWORDS: u32 = 100_000;
/// Codes there are. With a step before and after the present one, three of them are right.
pub const CODES: u32 = 1_000_000;
pub const RIGHT_CODES: u32 = 3;
/// Steps before and after the present one.
const WINDOW: u8 = 1;
/// Every one of so many accounts has one owner, who is a reseller.
const OF_RESELLER: u32 = 10;

/// A login name.
pub struct Person {
    pub login: String,
    /// From where its owner logs in.
    pub home: IpAddr,
    /// Those whose password is good for the account too: none for a mailbox.
    pub possessors: Vec<usize>,
    pub is_mailbox: bool,
    password: u32,
    secret: TotpSecret,
}

impl Person {
    /// Whether a password is this one's.
    pub fn has_password(&self, guess: u32) -> bool {
        self.password == guess
    }

    /// Whether a code is good now.
    pub fn has_code(&self, guess: u32, now: Timestamp) -> bool {
        let code = format!("{guess:06}").parse::<Code>();
        code.is_ok_and(|code| self.secret.matching_step(&code, now, WINDOW).is_some())
    }
}

/// All of them: root, the resellers, the accounts, and a mailbox of each account.
pub struct People {
    pub all: Vec<Person>,
    /// How many of them are root and the resellers.
    pub possessors: usize,
    pub accounts: u32,
}

/// Root's place.
pub const ROOT: usize = 0;

impl People {
    pub fn new(accounts: u32, seed: u64) -> People {
        // apart from what the guesser draws
        let mut chance = Chance::new(!seed);
        let resellers = accounts.div_ceil(OF_RESELLER);
        let mut people = People { all: Vec::new(), possessors: resellers as usize + 1, accounts };
        people.add(&mut chance, "root".to_owned(), None);
        (0..resellers).for_each(|number| people.add(&mut chance, format!("reseller{number}"), None));
        for number in 0..accounts {
            let owner = (number / OF_RESELLER) as usize + 1;
            people.add(&mut chance, format!("user{number}"), Some(vec![owner, ROOT]));
        }
        for number in 0..accounts {
            people.add(&mut chance, format!("info@user{number}.example"), None);
        }
        people
    }

    fn add(&mut self, chance: &mut Chance, login: String, possessors: Option<Vec<usize>>) {
        let number = u32::try_from(self.all.len()).unwrap_or(0);
        let bytes: Vec<u8> = (0..20).map(|_| u8::try_from(chance.below(256)).unwrap_or(0)).collect();
        let Ok(secret) = TotpSecret::from_bytes(&bytes) else { return };
        self.all.push(Person {
            is_mailbox: login.contains('@'),
            login,
            // neighbourhoods of their own
            home: IpAddr::V4(Ipv4Addr::from_bits(0x6440_0001 + (number << 8))),
            possessors: possessors.unwrap_or_default(),
            password: chance.below(PASSWORDS),
            secret,
        });
    }

    /// The place of an account.
    pub fn account(&self, number: u32) -> usize {
        self.possessors + number as usize
    }

    /// The place of an account's mailbox.
    pub fn mailbox(&self, number: u32) -> usize {
        self.account(self.accounts + number)
    }

    /// Root or a reseller.
    pub fn is_possessor(&self, place: usize) -> bool {
        place < self.possessors
    }
}
