//! Hints: what somebody should do differently. They stand where scripts print them.

use std::borrow::Cow;

use portreeve_types::{Ports, Service, Services};

/// One sentence for the author of a script, ASCII so that a reason phrase can carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    topic: Topic,
    text: Cow<'static, str>,
}

/// What a hint is about: a section of docs/troubleshooting.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// The call or the credential belongs to another port.
    WrongPort,
    /// A security token without the cookie of its session.
    CookieMissing,
    /// A cookie without its session's security token.
    TokenMissing,
    /// A security token beside a header credential.
    NoTokenNeeded,
    /// A variable's name in the place of its value.
    VariableInAddress,
    /// A one-time code is missing.
    CodeNeeded,
    /// A one-time code came a second time.
    CodeUsed,
    /// A one-time code of an earlier time.
    ClockSlow,
    /// Few recovery codes are left.
    RecoveryCodes,
    /// A page was asked for with a header credential.
    PagesNeedASession,
    /// Credentials on a plain port from outside.
    UseTls,
    /// Access hashes are switched off.
    AccessHashDisabled,
    /// An API token that is right and not good now, or not from there; told in the log only.
    TokenRefused,
    /// A header's value holds a line break.
    LineBreakInHeader,
}

impl Topic {
    /// The heading of its section, which is the section's anchor too.
    #[must_use]
    pub const fn anchor(self) -> &'static str {
        match self {
            Topic::WrongPort => "wrong-port",
            Topic::CookieMissing => "cookie-missing",
            Topic::TokenMissing => "token-missing",
            Topic::NoTokenNeeded => "no-token-needed",
            Topic::VariableInAddress => "variable-in-address",
            Topic::CodeNeeded => "code-needed",
            Topic::CodeUsed => "code-used",
            Topic::ClockSlow => "clock-slow",
            Topic::RecoveryCodes => "recovery-codes",
            Topic::PagesNeedASession => "pages-need-a-session",
            Topic::UseTls => "use-tls",
            Topic::AccessHashDisabled => "access-hash-disabled",
            Topic::TokenRefused => "token-refused",
            Topic::LineBreakInHeader => "line-break-in-header",
        }
    }
}

impl Hint {
    const fn of(topic: Topic, text: &'static str) -> Hint {
        Hint { topic, text: Cow::Borrowed(text) }
    }

    /// The call is right, the port is not.
    #[must_use]
    pub fn wrong_port(ports: &Ports, services: Services) -> Hint {
        let ports: Vec<String> = services
            .iter()
            .map(|service| {
                format!("{} ({}) for {service}", ports.number(service, true), ports.number(service, false))
            })
            .collect();
        let text = format!("right call, wrong port: use {}", ports.join(" or "));
        Hint { topic: Topic::WrongPort, text: text.into() }
    }

    /// The credential is right and belongs to another service's ports.
    #[must_use]
    pub fn wrong_service(ports: &Ports, service: Service) -> Hint {
        let text = format!(
            "right credential, wrong port: use {} ({})",
            ports.number(service, true),
            ports.number(service, false)
        );
        Hint { topic: Topic::WrongPort, text: text.into() }
    }

    /// A code of so many seconds ago.
    #[must_use]
    pub fn clock_slow(seconds: i64) -> Hint {
        Hint { topic: Topic::ClockSlow, text: format!("your clock is {seconds} s slow").into() }
    }

    /// A code that was used already.
    #[must_use]
    pub fn code_used(next_in: u64) -> Hint {
        Hint {
            topic: Topic::CodeUsed,
            text: format!("Security code already used, next in {next_in} s").into(),
        }
    }

    /// Somebody gave one of the last recovery codes.
    #[must_use]
    pub fn recovery_codes_left(left: usize) -> Hint {
        let text = format!("recovery codes left: {left}; make new ones");
        Hint { topic: Topic::RecoveryCodes, text: text.into() }
    }

    /// A security token came without the cookie that it belongs to.
    pub const COOKIE_MISSING: Hint =
        Hint::of(Topic::CookieMissing, "security token present, session cookie missing");

    /// A cookie came without its session's security token.
    pub const TOKEN_MISSING: Hint =
        Hint::of(Topic::TokenMissing, "the session's security token is missing from the address");

    /// A cookie came with another security token than its session's.
    pub const TOKEN_WRONG: Hint =
        Hint::of(Topic::TokenMissing, "the security token in the address is not this session's");

    /// A security token came beside a header credential.
    pub const NO_TOKEN_NEEDED: Hint =
        Hint::of(Topic::NoTokenNeeded, "header credentials need no cpsess: leave it out");

    /// The address was put together without its variable's value.
    pub const VARIABLE_IN_ADDRESS: Hint = Hint::of(
        Topic::VariableInAddress,
        "the address holds the name of a variable where its value belongs",
    );

    /// A page was asked for with a header credential.
    pub const PAGES_NEED_A_SESSION: Hint =
        Hint::of(Topic::PagesNeedASession, "header credentials serve the API only: log in for pages");

    /// A call on a plain port from outside.
    pub const USE_TLS: Hint = Hint::of(Topic::UseTls, "credentials travel over TLS only: use the TLS port");

    /// The one-time code is missing.
    pub const SEND_CODE: Hint = Hint::of(Topic::CodeNeeded, "send X-CPANEL-OTP with the code of now");

    /// An API token that is not good any more; for the log.
    pub const TOKEN_EXPIRED: Hint = Hint::of(Topic::TokenRefused, "the API token has expired");

    /// An API token from an address that it is not good from; for the log.
    pub const TOKEN_ADDRESS: Hint =
        Hint::of(Topic::TokenRefused, "the API token is not good from this address");

    /// An API token that is good from some addresses only, over plain HTTP; for the log.
    pub const TOKEN_NOT_ON_TLS: Hint =
        Hint::of(Topic::TokenRefused, "the API token is limited to addresses and therefore good on TLS only");

    /// An API token that needs a code that nobody can give; for the log.
    pub const TOKEN_WITHOUT_FACTOR: Hint = Hint::of(
        Topic::TokenRefused,
        "the API token needs a security code and its owner has no second factor",
    );

    /// Switched off by the administrator.
    pub const NO_ACCESS_HASH: Hint =
        Hint::of(Topic::AccessHashDisabled, "Access hash disabled; create an API token");

    /// A header's value was sent in several lines.
    pub const LINE_BREAK_IN_HEADER: Hint =
        Hint::of(Topic::LineBreakInHeader, "a header value holds a line break");

    /// The words.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The words, and where to read on: the value of `X-Portreeve-Hint`.
    #[must_use]
    pub fn with_section(&self) -> String {
        format!("{} (troubleshooting.md#{})", self.text, self.topic.anchor())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUIDE: &str = include_str!("../../../docs/troubleshooting.md");

    #[test]
    fn each_hint_has_its_section_of_the_guide_which_quotes_it() {
        let ports = Ports::new([]);
        for hint in [
            Hint::wrong_port(&ports, Services::WHM),
            Hint::wrong_service(&ports, Service::Cpanel),
            Hint::COOKIE_MISSING,
            Hint::TOKEN_MISSING,
            Hint::TOKEN_WRONG,
            Hint::NO_TOKEN_NEEDED,
            Hint::VARIABLE_IN_ADDRESS,
            Hint::SEND_CODE,
            Hint::code_used(17),
            Hint::clock_slow(40),
            Hint::recovery_codes_left(2),
            Hint::PAGES_NEED_A_SESSION,
            Hint::USE_TLS,
            Hint::NO_ACCESS_HASH,
            Hint::TOKEN_EXPIRED,
            Hint::TOKEN_ADDRESS,
            Hint::TOKEN_NOT_ON_TLS,
            Hint::TOKEN_WITHOUT_FACTOR,
            Hint::LINE_BREAK_IN_HEADER,
        ] {
            let heading = format!("\n## {}\n", hint.topic.anchor());
            let section = GUIDE.split_once(&heading).map(|(_, rest)| rest.split("\n## ").next().unwrap());
            let section = section.unwrap_or_else(|| panic!("no section {}", hint.topic.anchor()));
            assert!(section.contains(&format!("\n> {}\n", hint.text())), "{}", hint.text());
            assert!(hint.with_section().is_ascii() && hint.with_section().len() < 200);
        }
    }
}
