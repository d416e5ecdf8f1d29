//! Who guesses what, from where, and by which carrier.
//!
//! Whoever guesses has a hundred thousand addresses; one of the last accounts, which is logged in to from fifty addresses
//! while the passwords of its owners are tried through its name; machines beside the homes of some owners and of a
//! reseller; and the passwords of those whose codes are tried by header.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use portreeve_types::Service;

use super::chance::Chance;
use super::people::{CODES, PASSWORDS, People};

/// By which way a guess comes: what is evaluated before it and beside it differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    /// The form, and `login_only`.
    Form,
    /// The second step of a form, or its page for security questions.
    SecondStep,
    /// `Authorization: Basic` alone.
    Header,
    /// The same with `X-CPANEL-OTP`: the password is right, and the code is not.
    HeaderWithCode,
    /// A function that is given a password.
    Function,
}

/// What is guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Password,
    Code,
    RecoveryCode,
    Answers,
}

/// At whom.
#[derive(Clone, Debug)]
pub enum Whom {
    /// Somebody.
    Person(usize),
    /// A name that nobody has.
    Nobody(u32),
}

/// From where, as far as the bounds care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// Nobody's home.
    Strange,
    /// Beside somebody who logs in there.
    Home(usize),
    /// From where the guesser's own account is logged in to.
    Own,
}

/// One guess.
#[derive(Clone, Debug)]
pub struct Guess {
    pub what: What,
    pub whom: Whom,
    pub carrier: Carrier,
    pub service: Service,
    pub from: From,
    pub address: IpAddr,
    /// Which of the likely passwords, or which code.
    pub number: u32,
    /// Whether it is given up before its answer.
    pub given_up: bool,
}

/// How many accounts have a guesser beside their owner's home.
pub const SHARED: u32 = 10;
/// The guesser's own addresses.
pub const OWN: u8 = 50;
/// In each hour, names that nobody has are tried for so long.
pub const SPRAY_SECONDS: i64 = 360;
const HOUR: i64 = 3600;

/// The guesses.
pub struct Attack {
    addresses: u32,
    chance: Chance,
}

impl Attack {
    pub fn new(addresses: u32, seed: u64) -> Attack {
        Attack { addresses, chance: Chance::new(seed) }
    }

    pub fn chance(&mut self) -> &mut Chance {
        &mut self.chance
    }

    /// The guesser's own account: the last one that has a reseller with others.
    pub fn own_account(people: &People) -> usize {
        people.account(people.accounts.saturating_sub(1))
    }

    /// One of the guesser's own addresses.
    pub fn own_address(number: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(203, 0, number, 1))
    }

    /// The next guess, so many seconds after the beginning.
    pub fn next(&mut self, people: &People, seconds: i64) -> Guess {
        use Carrier::{Form, Function, Header, HeaderWithCode, SecondStep};
        use Service::{Cpanel, Webmail, Whm};
        use What::{Answers, Code, Password, RecoveryCode};

        let user = self.chance.below(people.accounts.max(1));
        let (account, mailbox) = (people.account(user), people.mailbox(user));
        let shared = people.account(self.chance.below(SHARED.min(people.accounts).max(1)));
        let own = Attack::own_account(people);
        let (strange, own_address) = (self.address(), self.own());
        let (what, place, carrier, service, from) = match self.chance.below(100) {
            0..=14 => (Password, account, Form, Cpanel, From::Strange),
            15..=24 => (Password, account, Header, Cpanel, From::Strange),
            25..=34 => (Password, account, Header, Whm, From::Strange),
            35..=44 => (Password, mailbox, Form, Webmail, From::Strange),
            45..=49 => (Password, mailbox, Function, Cpanel, From::Strange),
            50..=57 => (Code, account, SecondStep, Cpanel, From::Strange),
            58..=65 => (Code, account, HeaderWithCode, Whm, From::Strange),
            66..=69 => (Code, mailbox, SecondStep, Webmail, From::Strange),
            70..=71 => (RecoveryCode, account, SecondStep, Whm, From::Strange),
            72..=73 => (Answers, account, SecondStep, Cpanel, From::Strange),
            74..=79 => (Password, shared, Header, Whm, From::Home(shared)),
            80..=83 => (Code, shared, HeaderWithCode, Cpanel, From::Home(shared)),
            84..=89 => (Password, own, Form, Cpanel, From::Own),
            // through the name as which that reseller is seen to log in
            90..=92 => (Password, people.account(0), Form, Cpanel, From::Home(1)),
            93..=94 => (Password, self.possessor(people), Form, Whm, From::Strange),
            _ if seconds.rem_euclid(HOUR) < SPRAY_SECONDS => return self.spray(seconds / HOUR),
            _ => (Password, account, Form, Cpanel, From::Strange),
        };
        let address = match from {
            From::Strange => strange,
            From::Home(of) => people.all.get(of).map_or(strange, |person| person.home),
            From::Own => own_address,
        };
        let number = self.chance.below(if what == Code { CODES } else { PASSWORDS });
        let given_up = what == Password && self.chance.below(64) == 0;
        Guess { what, whom: Whom::Person(place), carrier, service, from, address, number, given_up }
    }

    /// A name that nobody has, from an address that tries nothing else, and another one in each hour.
    fn spray(&mut self, hour: i64) -> Guess {
        let hour = u8::try_from(hour.rem_euclid(256)).unwrap_or(0);
        Guess {
            what: What::Password,
            whom: Whom::Nobody(self.chance.below(1_000_000)),
            carrier: Carrier::Form,
            service: Service::Cpanel,
            from: From::Strange,
            address: IpAddr::V4(Ipv4Addr::new(198, 51, hour, 1)),
            number: 0,
            given_up: false,
        }
    }

    fn possessor(&mut self, people: &People) -> usize {
        self.chance.below(u32::try_from(people.possessors).unwrap_or(1)) as usize
    }

    fn own(&mut self) -> IpAddr {
        Attack::own_address(u8::try_from(self.chance.below(u32::from(OWN))).unwrap_or(0))
    }

    /// One of the guesser's addresses: half of them IPv4, 256 in each neighbourhood, half IPv6 prefixes of 56 bits.
    fn address(&mut self) -> IpAddr {
        let number = self.chance.below(self.addresses.max(1));
        let place = number / 2;
        if number.is_multiple_of(2) {
            IpAddr::V4(Ipv4Addr::from_bits(0x0b00_0000 + place))
        } else {
            IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_u128 << 96) + (u128::from(place) << 72) + 1))
        }
    }
}
