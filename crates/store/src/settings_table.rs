//! The settings: their keys, defaults, allowed values and meanings, in the one place that policies, functions and
//! documentation are made from.

use std::fmt;

/// A setting that exists.
#[derive(Debug)]
pub struct Setting {
    /// The original's key, or ours.
    pub key: &'static str,
    /// What holds until it is set.
    pub default: &'static str,
    /// What it may be set to.
    pub allowed: Allowed,
    /// What it means, as a sentence.
    pub meaning: &'static str,
}

/// What a setting may be set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// `1` or `0`.
    Switch,
    /// A whole number between these, both included.
    Number(u32, u32),
    /// One of these words.
    OneOf(&'static [&'static str]),
}

impl Allowed {
    /// Whether a text is one of the allowed ones.
    #[must_use]
    pub fn allows(self, text: &str) -> bool {
        match self {
            Allowed::Switch => text == "0" || text == "1",
            Allowed::Number(least, most) => {
                text.bytes().all(|byte| byte.is_ascii_digit())
                    && text.parse::<u32>().is_ok_and(|number| (least..=most).contains(&number))
            }
            Allowed::OneOf(words) => words.contains(&text),
        }
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Allowed::Switch => f.write_str("0 or 1"),
            Allowed::Number(least, most) => write!(f, "a whole number from {least} to {most}"),
            Allowed::OneOf(words) => write!(f, "one of {}", words.join(", ")),
        }
    }
}

impl Setting {
    /// The setting of this key.
    #[must_use]
    pub fn find(key: &str) -> Option<&'static Setting> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }
}

const fn switch(key: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { key, default, allowed: Allowed::Switch, meaning }
}

const fn number(
    key: &'static str,
    default: &'static str,
    range: (u32, u32),
    meaning: &'static str,
) -> Setting {
    Setting { key, default, allowed: Allowed::Number(range.0, range.1), meaning }
}

const fn one_of(
    key: &'static str,
    default: &'static str,
    words: &'static [&'static str],
    meaning: &'static str,
) -> Setting {
    Setting { key, default, allowed: Allowed::OneOf(words), meaning }
}

/// All settings.
pub static SETTINGS: &[Setting] = &[
    switch(
        "SecurityPolicy::TwoFactorAuth",
        "1",
        "Accounts may have a second factor, and must then give a code of it.",
    ),
    switch(
        "SecurityPolicy::xml-api",
        "1",
        "The security policies hold for API requests too, with a password in a header and within a session.",
    ),
    switch(
        "SecurityPolicy::PasswordStrength",
        "0",
        "Whoever logs in with a password weaker than `minpwstrength` must change it.",
    ),
    switch(
        "SecurityPolicy::PasswordAge",
        "0",
        "Whoever logs in with a password older than `SecurityPolicy::PasswordAge::maxage` must change it.",
    ),
    number("SecurityPolicy::PasswordAge::maxage", "90", (1, 3650), "How old a password may become, in days."),
    switch(
        "SecurityPolicy::SourceIPCheck",
        "0",
        "Logins from an address that is not verified must answer security questions.",
    ),
    switch(
        "SecurityPolicy::dnsclustering",
        "0",
        "The security policies hold for DNS cluster requests too; there are none yet.",
    ),
    number("minpwstrength", "65", (0, 100), "How strong a new password must be, from 0 to 100."),
    one_of(
        "cookieipvalidation",
        "loose",
        &["disabled", "loose", "strict"],
        "From where a session's cookie is good: from anywhere, from the network that opened it (IPv4 /24, IPv6 \
         /56), or from that address alone.",
    ),
    one_of(
        "account_login_access",
        "owner_root",
        &["owner_root", "owner", "user"],
        "Whose password opens an account beside its own: its owner's and root's, its owner's, or nobody else's.",
    ),
    switch("requiressl", "1", "Pages are served on TLS only, and credentials taken there only."),
    switch("security_tokens", "1", "A session's requests must carry its security token."),
    number("security_token_digits", "10", (10, 39), "How many digits a security token has."),
    switch("allow_deprecated_accesshash", "0", "Access hashes are looked at."),
    number(
        "otp.window",
        "1",
        (0, 2),
        "How many steps of 30 seconds before and after the present one a code may be from.",
    ),
    one_of(
        "otp.reuse",
        "window",
        &["window", "never"],
        "Whether a code in a header may come again while it is valid, from the address that used it first.",
    ),
    number(
        "session.idle_minutes",
        "30",
        (1, 10_080),
        "How long a session lasts without a request, in minutes.",
    ),
    number("session.absolute_hours", "24", (1, 720), "How long a session lasts altogether, in hours."),
    number(
        "session.temporary_minutes",
        "15",
        (1, 1440),
        "How long a temporary session, which a link stands for, waits to be taken up, in minutes.",
    ),
    number(
        "audit.days",
        "400",
        (0, 36_500),
        "How long entries of the audit trail are kept, in days: 30 at the least, and with 0 for ever.",
    ),
    switch(
        "cphulk::is_enabled",
        "1",
        "Guesses are counted by address and by login name over all addresses, and the two lists of addresses hold.",
    ),
    switch("cphulk::ip_based_protection", "1", "Guesses are counted by address."),
    switch(
        "cphulk::username_based_protection",
        "1",
        "Wrong passwords are counted by login name over all addresses.",
    ),
    switch("cphulk::username_based_protection_for_root", "1", "The same for root."),
    number(
        "cphulk::max_failures_byip",
        "20",
        (1, 1000),
        "So many failures from an address are free in `cphulk::ip_brute_force_period_mins`; ten times as many from its \
         neighbourhood.",
    ),
    number("cphulk::ip_brute_force_period_mins", "15", (1, 1440), "That time, in minutes."),
    number(
        "cphulk::mark_as_brute",
        "30",
        (1, 1000),
        "So many failures block an address, for an hour and each time for longer, and ten times as many its \
         neighbourhood.",
    ),
    number(
        "cphulk::max_failures",
        "50",
        (1, 100),
        "After so many wrong passwords of a login name in `cphulk::brute_force_period_mins`, addresses that are not \
         known to it have one try a second between them.",
    ),
    number("cphulk::brute_force_period_mins", "60", (1, 1440), "That time, in minutes."),
    number(
        "cphulk::lookback_period_min",
        "360",
        (1, 43_200),
        "How long failed logins stay in the list of them, in minutes.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_allowed_and_every_key_stands_once() {
        for setting in SETTINGS {
            assert!(setting.allowed.allows(setting.default), "{}", setting.key);
            let same = SETTINGS.iter().filter(|other| other.key == setting.key).count();
            assert_eq!(same, 1, "{}", setting.key);
            assert!(setting.meaning.ends_with('.'), "{}", setting.key);
        }
    }

    #[test]
    fn only_exact_texts_are_allowed() {
        for (allowed, text, expected) in [
            (Allowed::Switch, "1", true),
            (Allowed::Switch, "on", false),
            (Allowed::Switch, "", false),
            (Allowed::Number(10, 39), "10", true),
            (Allowed::Number(10, 39), "39", true),
            (Allowed::Number(10, 39), "40", false),
            (Allowed::Number(0, 2), "+1", false),
            (Allowed::Number(0, 2), "", false),
            (Allowed::Number(0, 2), "4294967296", false),
            (Allowed::OneOf(&["loose"]), "loose", true),
            (Allowed::OneOf(&["loose"]), "Loose", false),
        ] {
            assert_eq!(allowed.allows(text), expected, "{allowed} {text:?}");
        }
    }
}
