//! The settings that decide, with their defaults.

use std::collections::HashMap;
use std::time::Duration;

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
    /// How long sessions last.
    pub session_times: SessionTimes,
}

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTimes {
    /// `session.idle_minutes`: without a request.
    pub idle: Duration,
    /// `session.absolute_hours`: altogether.
    pub absolute: Duration,
}

impl Default for SessionTimes {
    fn default() -> SessionTimes {
        SessionTimes { idle: Duration::from_secs(30 * 60), absolute: Duration::from_secs(24 * 3600) }
    }
}

impl Default for Policies {
    fn default() -> Policies {
        Policies {
            two_factor_auth: true,
            xml_api: true,
            security_token_digits: 10,
            otp_window: 1,
            otp_reuse_never: false,
            allow_access_hash: false,
            requiressl: true,
            session_times: SessionTimes::default(),
        }
    }
}

impl Policies {
    /// The policies that rows of settings make; what is not set, or set to nothing sensible, has its default.
    pub(crate) fn from_settings(settings: &HashMap<String, String>) -> Policies {
        let default = Policies::default();
        let text = |key: &str| settings.get(key).map(|text| text.trim());
        let switch = |key: &str, default: bool| match text(key) {
            Some("1") => true,
            Some("0") => false,
            _ => default,
        };
        let number = |key: &str, least: u32, most: u32, default: u32| {
            let set = text(key).and_then(|text| text.parse::<u32>().ok());
            set.filter(|number| (least..=most).contains(number)).unwrap_or(default)
        };
        let small = |key: &str, least: u8, most: u8, default: u8| {
            u8::try_from(number(key, least.into(), most.into(), default.into())).unwrap_or(default)
        };
        Policies {
            two_factor_auth: switch("SecurityPolicy::TwoFactorAuth", default.two_factor_auth),
            xml_api: switch("SecurityPolicy::xml-api", default.xml_api),
            security_token_digits: small("security_token_digits", 10, 39, default.security_token_digits),
            otp_window: small("otp.window", 0, 2, default.otp_window),
            otp_reuse_never: text("otp.reuse") == Some("never"),
            allow_access_hash: switch("allow_deprecated_accesshash", default.allow_access_hash),
            requiressl: switch("requiressl", default.requiressl),
            session_times: SessionTimes {
                idle: Duration::from_secs(60 * u64::from(number("session.idle_minutes", 1, 10_080, 30))),
                absolute: Duration::from_secs(3600 * u64::from(number("session.absolute_hours", 1, 720, 24))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policies(settings: &[(&str, &str)]) -> Policies {
        let owned = |(key, text): &(&str, &str)| ((*key).to_owned(), (*text).to_owned());
        Policies::from_settings(&settings.iter().map(owned).collect())
    }

    #[test]
    fn what_is_not_set_has_its_default() {
        assert_eq!(policies(&[]), Policies::default());
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
            ("session.idle_minutes", "5"),
            ("session.absolute_hours", "1"),
        ]);
        let expected = Policies {
            two_factor_auth: false,
            xml_api: false,
            security_token_digits: 20,
            otp_window: 2,
            otp_reuse_never: true,
            allow_access_hash: true,
            requiressl: false,
            session_times: SessionTimes {
                idle: Duration::from_secs(300),
                absolute: Duration::from_secs(3600),
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
        ]);
        assert_eq!(nonsense, Policies::default());
    }
}
