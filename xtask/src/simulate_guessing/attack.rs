//! Who guesses what, from where, and by which carrier.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use portreeve_types::Service;

use super::Options;

/// What is guessed. Each has bounds of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Password,
    NobodysPassword,
    Code,
    RecoveryCode,
    Answers,
}

impl Kind {
    pub const ALL: [Kind; 5] =
        [Kind::Password, Kind::NobodysPassword, Kind::Code, Kind::RecoveryCode, Kind::Answers];

    /// The chance that one guess is right: one of 100,000 likely passwords; three of a million codes, as the window of
    /// three steps allows. Of the others none is.
    pub fn chance(self) -> f64 {
        match self {
            Kind::Password => 1.0 / 100_000.0,
            Kind::Code => 3.0 / 1_000_000.0,
            Kind::NobodysPassword | Kind::RecoveryCode | Kind::Answers => 0.0,
        }
    }
}

/// One guess.
pub struct Try {
    pub kind: Kind,
    pub login: String,
    pub address: IpAddr,
    pub service: Service,
    /// Whether it is right.
    pub right: bool,
}

/// Somebody who logs in from home.
pub struct Owner {
    pub login: String,
    pub address: IpAddr,
    pub service: Service,
}

/// The guesses, one after the other.
pub struct Attack {
    options: Options,
    chance: Chance,
    owners: Vec<Owner>,
}

/// Addresses that guess at names which nobody has, one guess in a hundred.
const SPRAYERS: u64 = 10;

impl Attack {
    pub fn new(options: Options) -> Attack {
        let owners = (0..options.users).flat_map(|user| {
            let home = IpAddr::V4(Ipv4Addr::from_bits(0x6440_0001 + (user << 8)));
            [
                Owner { login: account(user), address: home, service: Service::Cpanel },
                Owner { login: mailbox(user), address: home, service: Service::Webmail },
            ]
        });
        Attack { options, chance: Chance(options.seed), owners: owners.collect() }
    }

    pub fn owners(&self) -> &[Owner] {
        &self.owners
    }

    /// The next guess: by a form, a header with or without a code, or in webmail.
    pub fn next(&mut self) -> Try {
        let user = u32::try_from(self.chance.below(u64::from(self.options.users.max(1)))).unwrap_or(0);
        let address = self.address();
        let (kind, login, service) = match self.chance.below(100) {
            // forms
            0..=29 => (Kind::Password, account(user), Service::Cpanel),
            30..=39 => (Kind::Code, account(user), Service::Cpanel),
            40..=41 => (Kind::RecoveryCode, account(user), Service::Whm),
            42..=43 => (Kind::Answers, account(user), Service::Cpanel),
            // headers
            44..=63 => (Kind::Password, account(user), Service::Whm),
            64..=78 => (Kind::Code, account(user), Service::Whm),
            // webmail
            79..=93 => (Kind::Password, mailbox(user), Service::Webmail),
            94..=98 => (Kind::Code, mailbox(user), Service::Webmail),
            _ => {
                let nobody = format!("nobody{}", self.chance.below(1_000_000));
                (Kind::NobodysPassword, nobody, Service::Cpanel)
            }
        };
        let address = match kind {
            Kind::NobodysPassword => {
                let sprayer = u32::try_from(self.chance.below(SPRAYERS)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(0xc633_6401 + (sprayer << 16)))
            }
            _ => address,
        };
        let right = self.chance.unit() < kind.chance();
        Try { kind, login, address, service, right }
    }

    /// One of the guesser's addresses: half of them IPv4, 256 in each neighbourhood, half IPv6 prefixes of 56 bits.
    fn address(&mut self) -> IpAddr {
        let number = self.chance.below(u64::from(self.options.addresses.max(1)));
        let place = u32::try_from(number / 2).unwrap_or(0);
        if number.is_multiple_of(2) {
            IpAddr::V4(Ipv4Addr::from_bits(0x0b00_0000 + place))
        } else {
            IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_u128 << 96) + (u128::from(place) << 72) + 1))
        }
    }
}

fn account(user: u32) -> String {
    format!("user{user}")
}

fn mailbox(user: u32) -> String {
    format!("info@user{user}.example")
}

/// SplitMix64: well spread and repeatable.
struct Chance(u64);

impl Chance {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        // the high word of the product: without bias that anybody could measure here
        u64::try_from((u128::from(self.word()) * u128::from(bound)) >> 64).unwrap_or(0)
    }

    fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
