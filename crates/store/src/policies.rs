//! The settings that decide, with their defaults.

use std::collections::HashMap;
use std::time::Duration;

use crate::settings_table::Setting;
use crate::throttle::Figures;

/// So many days of the audit trail are kept whatever the setting is: whoever gets hold of an administrator's session must
/// not be able to have what was done in it forgotten the next day.
const LEAST_TRAIL_DAYS: u32 = 30;

/// The policies of an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policies {
    /// `SecurityPolicy::TwoFactorAuth`: accounts may have, and then must give, a second factor.
    pub two_factor_auth: bool,
    /// `SecurityPolicy::xml-api`: the policies hold for API requests with header credentials too.
    pub xml_api: bool,
    /// `security_token_digits`: how long security tokens are, 10 to 39.
    pub security_token_digits: u8,
    /// `otp.window`: how many steps before and after the present one a code may be from, 0 to 2.
    pub otp_window: u8,
    /// `otp.reuse` is `never`: a one-time code is good for one use altogether.
    pub otp_reuse_never: bool,
    /// `allow_deprecated_accesshash`: access hashes are looked at.
    pub allow_access_hash: bool,
    /// `requiressl`: pages are served on TLS only.
    pub requiressl: bool,
    /// `security_tokens`: a session's requests must carry its security token.
    pub security_tokens: bool,
    /// `cookieipvalidation`: from where a session's cookie is good.
    pub cookie_address: CookieAddress,
    /// `account_login_access`: whose password opens an account beside its own.
    pub account_login_access: AccountLoginAccess,
    /// `minpwstrength`: how strong new passwords must be, 0 to 100.
    pub least_password_strength: u8,
    /// `SecurityPolicy::PasswordStrength`: whoever logs in with a password that is too weak must change it.
    pub password_strength: bool,
    /// `SecurityPolicy::PasswordAge`, with `SecurityPolicy::PasswordAge::maxage` in days: older passwords must be
    /// changed.
    pub password_age: Option<Duration>,
    /// `SecurityPolicy::SourceIPCheck`: logins come from verified addresses only.
    pub source_ip_check: bool,
    /// `SecurityPolicy::dnsclustering`: the policies hold for DNS cluster requests too.
    pub dns_clustering: bool,
    /// How long sessions last.
    pub session_times: SessionTimes,
    /// `audit.days`: how long entries of the audit trail are kept; for ever where there is none.
    pub trail_kept: Option<Duration>,
    /// The figures of the throttle.
    pub throttling: Figures,
}

/// From where a session's cookie is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieAddress {
    /// `disabled`: from anywhere.
    Anywhere,
    /// `loose`: from the network of the address that opened the session (IPv4 /24, IPv6 /56).
    Network,
    /// `strict`: from the address that opened the session.
    Address,
}

/// Whose password opens an account beside its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountLoginAccess {
    /// `owner_root`: its owner's and root's.
    OwnerAndRoot,
    /// `owner`: its owner's.
    Owner,
    /// `user`: nobody else's.
    User,
}

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTimes {
    /// `session.idle_minutes`: without a request.
    pub idle: Duration,
    /// `session.absolute_hours`: altogether.
    pub absolute: Duration,
    /// `session.temporary_minutes`: until a temporary session must have been taken up.
    pub temporary: Duration,
}

impl Default for Policies {
    /// What holds when nothing was ever set.
    fn default() -> Policies {
        Policies::from_settings(&HashMap::new())
    }
}

impl Policies {
    /// The policies that rows of settings make; what is not set, or set to what is not allowed, has its default.
    pub(crate) fn from_settings(settings: &HashMap<String, String>) -> Policies {
        let text = |key: &str| match (Setting::find(key), settings.get(key).map(|text| text.trim())) {
            (Some(setting), Some(text)) if setting.allowed.allows(text) => text,
            (Some(setting), _) => setting.default,
            (None, _) => "",
        };
        let switch = |key: &str| text(key) == "1";
        let number = |key: &str| text(key).parse::<u32>().unwrap_or_default();
        let small = |key: &str| u8::try_from(number(key)).unwrap_or_default();
        Policies {
            two_factor_auth: switch("SecurityPolicy::TwoFactorAuth"),
            xml_api: switch("SecurityPolicy::xml-api"),
            security_token_digits: small("security_token_digits"),
            otp_window: small("otp.window"),
            otp_reuse_never: text("otp.reuse") == "never",
            allow_access_hash: switch("allow_deprecated_accesshash"),
            requiressl: switch("requiressl"),
            security_tokens: switch("security_tokens"),
            cookie_address: match text("cookieipvalidation") {
                "disabled" => CookieAddress::Anywhere,
                "loose" => CookieAddress::Network,
                _ => CookieAddress::Address,
            },
            account_login_access: match text("account_login_access") {
                "owner_root" => AccountLoginAccess::OwnerAndRoot,
                "owner" => AccountLoginAccess::Owner,
                _ => AccountLoginAccess::User,
            },
            least_password_strength: small("minpwstrength"),
            password_strength: switch("SecurityPolicy::PasswordStrength"),
            password_age: switch("SecurityPolicy::PasswordAge")
                .then(|| days(number("SecurityPolicy::PasswordAge::maxage"))),
            source_ip_check: switch("SecurityPolicy::SourceIPCheck"),
            dns_clustering: switch("SecurityPolicy::dnsclustering"),
            session_times: SessionTimes {
                idle: minutes(number("session.idle_minutes")),
                absolute: Duration::from_secs(3600 * u64::from(number("session.absolute_hours"))),
                temporary: minutes(number("session.temporary_minutes")),
            },
            trail_kept: match number("audit.days") {
                0 => None,
                given => Some(days(given.max(LEAST_TRAIL_DAYS))),
            },
            throttling: Figures {
                enabled: switch("cphulk::is_enabled"),
                by_address: switch("cphulk::ip_based_protection"),
                by_user: switch("cphulk::username_based_protection"),
                by_user_for_root: switch("cphulk::username_based_protection_for_root"),
                failures_of_address: number("cphulk::max_failures_byip"),
                address_period: minutes(number("cphulk::ip_brute_force_period_mins")),
                block_from: number("cphulk::mark_as_brute"),
                failures_of_user: number("cphulk::max_failures"),
                user_period: minutes(number("cphulk::brute_force_period_mins")),
                lookback: minutes(number("cphulk::lookback_period_min")),
            },
        }
    }
}

impl Default for Figures {
    /// What holds when nothing was ever set.
    fn default() -> Figures {
        Policies::default().throttling
    }
}

fn minutes(number: u32) -> Duration {
    Duration::from_secs(60 * u64::from(number))
}

fn days(number: u32) -> Duration {
    Duration::from_secs(86_400 * u64::from(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings_table::SETTINGS;

    fn policies(settings: &[(&str, &str)]) -> Policies {
        let owned = |(key, text): &(&str, &str)| ((*key).to_owned(), (*text).to_owned());
        Policies::from_settings(&settings.iter().map(owned).collect())
    }

    #[test]
    fn what_is_not_set_has_its_default() {
        let expected = Policies {
            two_factor_auth: true,
            xml_api: true,
            security_token_digits: 10,
            otp_window: 1,
            otp_reuse_never: false,
            allow_access_hash: false,
            requiressl: true,
            security_tokens: true,
            cookie_address: CookieAddress::Network,
            account_login_access: AccountLoginAccess::OwnerAndRoot,
            least_password_strength: 65,
            password_strength: false,
            password_age: None,
            source_ip_check: false,
            dns_clustering: false,
            session_times: SessionTimes {
                idle: Duration::from_secs(30 * 60),
                absolute: Duration::from_secs(24 * 3600),
                temporary: Duration::from_secs(15 * 60),
            },
            trail_kept: Some(days(400)),
            throttling: Figures {
                enabled: true,
                by_address: true,
                by_user: true,
                by_user_for_root: true,
                failures_of_address: 20,
                address_period: Duration::from_secs(900),
                block_from: 30,
                failures_of_user: 50,
                user_period: Duration::from_secs(3600),
                lookback: Duration::from_secs(360 * 60),
            },
        };
        assert_eq!(policies(&[]), expected);
    }

    #[test]
    fn every_setting_is_read() {
        for setting in SETTINGS {
            // how old is of interest only where age is
            let is_age = setting.key == "SecurityPolicy::PasswordAge::maxage";
            let before = [("SecurityPolicy::PasswordAge", if is_age { "1" } else { "0" })];
            let other = ["0", "1", "2", "11", "strict", "owner", "never"];
            let other = other.iter().find(|text| **text != setting.default && setting.allowed.allows(text));
            let changed = policies(&[before[0], (setting.key, other.unwrap())]);
            assert_ne!(changed, policies(&before), "{}", setting.key);
        }
    }

    #[test]
    fn settings_are_read_under_their_keys() {
        let set = policies(&[
            ("SecurityPolicy::TwoFactorAuth", "0"),
            ("SecurityPolicy::xml-api", "0"),
            ("security_token_digits", "20"),
            ("otp.window", "2"),
            ("otp.reuse", "never"),
            ("allow_deprecated_accesshash", "1"),
            ("requiressl", "0"),
            ("security_tokens", "0"),
            ("cookieipvalidation", "strict"),
            ("account_login_access", "user"),
            ("minpwstrength", "80"),
            ("SecurityPolicy::PasswordStrength", "1"),
            ("SecurityPolicy::PasswordAge", "1"),
            ("SecurityPolicy::PasswordAge::maxage", "30"),
            ("SecurityPolicy::SourceIPCheck", "1"),
            ("SecurityPolicy::dnsclustering", "1"),
            ("session.idle_minutes", "5"),
            ("session.absolute_hours", "1"),
            ("session.temporary_minutes", "2"),
            ("audit.days", "31"),
            ("cphulk::is_enabled", "0"),
            ("cphulk::ip_based_protection", "0"),
            ("cphulk::username_based_protection", "0"),
            ("cphulk::username_based_protection_for_root", "0"),
            ("cphulk::max_failures_byip", "6"),
            ("cphulk::ip_brute_force_period_mins", "7"),
            ("cphulk::mark_as_brute", "8"),
            ("cphulk::max_failures", "9"),
            ("cphulk::brute_force_period_mins", "10"),
            ("cphulk::lookback_period_min", "11"),
        ]);
        let expected = Policies {
            two_factor_auth: false,
            xml_api: false,
            security_token_digits: 20,
            otp_window: 2,
            otp_reuse_never: true,
            allow_access_hash: true,
            requiressl: false,
            security_tokens: false,
            cookie_address: CookieAddress::Address,
            account_login_access: AccountLoginAccess::User,
            least_password_strength: 80,
            password_strength: true,
            password_age: Some(days(30)),
            source_ip_check: true,
            dns_clustering: true,
            session_times: SessionTimes {
                idle: Duration::from_secs(300),
                absolute: Duration::from_secs(3600),
                temporary: Duration::from_secs(120),
            },
            trail_kept: Some(days(31)),
            throttling: Figures {
                enabled: false,
                by_address: false,
                by_user: false,
                by_user_for_root: false,
                failures_of_address: 6,
                address_period: Duration::from_secs(420),
                block_from: 8,
                failures_of_user: 9,
                user_period: Duration::from_secs(600),
                lookback: Duration::from_secs(660),
            },
        };
        assert_eq!(set, expected);
    }

    #[test]
    fn nonsense_never_loosens_a_policy() {
        let nonsense = policies(&[
            ("SecurityPolicy::TwoFactorAuth", "off"),
            ("SecurityPolicy::xml-api", ""),
            ("security_token_digits", "9"),
            ("otp.window", "300"),
            ("session.idle_minutes", "0"),
            ("security_tokens", "no"),
            ("cookieipvalidation", "off"),
            ("account_login_access", "everybody"),
            ("minpwstrength", "101"),
        ]);
        assert_eq!(nonsense, Policies::default());
    }
}
