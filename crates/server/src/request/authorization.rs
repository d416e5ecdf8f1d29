//! The `Authorization` header. Anything in it that two programs could read in two ways is refused, and leaves no
//! trace in any record.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use portreeve_crypt::{MAX_PASSWORD_BYTES, SecretString};

use super::Request;

/// What the header holds.
pub enum Authorization {
    /// `Basic`, RFC 7617: a login name and a password.
    Basic {
        /// As it was sent; not yet anybody's name.
        login: String,
        /// The password.
        password: SecretString,
    },
    /// `whm USER:SECRET` or `cpanel USER:SECRET`, the scheme in any case.
    Token {
        /// Whether the scheme was `whm`.
        whm: bool,
        /// The claimed user.
        user: String,
        /// An API token, or an access hash.
        secret: SecretString,
    },
    /// `peer USER`: a program on the API socket that acts for an account.
    Peer {
        /// The account's name.
        user: String,
    },
    /// `ticket SECRET`: a call of a program that this server runs.
    Ticket {
        /// The ticket.
        secret: SecretString,
    },
    /// Some other scheme.
    Unknown,
}

/// Why a credential cannot be read. Each has one line for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// More than one field that carries a credential of one kind.
    TwoHeaders,
    /// Bytes that are no text.
    NotText,
    /// `Basic` followed by something that is not base64.
    NotBase64,
    /// No colon between user and secret.
    NoColon,
    /// A control character in user or secret.
    ControlCharacter,
    /// Longer than any user name or secret is.
    TooLong,
    /// Two values of one session cookie.
    TwoCookies,
}

impl Malformed {
    /// The line for the client: what was wrong.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Malformed::TwoHeaders => "The request has a credential's header twice; send it once.",
            Malformed::NotText => "The Authorization header is not text.",
            Malformed::NotBase64 => {
                "The Basic credential is not base64; a long one must not be broken into lines when it is encoded."
            }
            Malformed::NoColon => "The Authorization header has no colon between the user and the secret.",
            Malformed::ControlCharacter => {
                "The Authorization header has a control character inside the user or the secret."
            }
            Malformed::TooLong => "The Authorization header is longer than any user name and secret.",
            Malformed::TwoCookies => "The request has the same cookie twice with different values; send one.",
        }
    }
}

const LONGEST_LOGIN: usize = 320;
const LONGEST_TOKEN: usize = 4096;

impl Request {
    /// Reads the `Authorization` header, if there is one.
    pub fn authorization(&self) -> Result<Option<Authorization>, Malformed> {
        let Some(text) = self.only_header(AUTHORIZATION.as_str())?.map(str::trim) else { return Ok(None) };
        let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
        parse(&scheme.to_ascii_lowercase(), rest.trim()).map(Some)
    }
}

fn parse(scheme: &str, rest: &str) -> Result<Authorization, Malformed> {
    match scheme {
        "basic" => {
            if rest.len() > (LONGEST_LOGIN + MAX_PASSWORD_BYTES) * 2 {
                return Err(Malformed::TooLong);
            }
            let bytes = STANDARD.decode(rest).map_err(|_| Malformed::NotBase64)?;
            let text = String::from_utf8(bytes).map_err(|_| Malformed::NotText)?;
            let (login, password) = halves(&text, MAX_PASSWORD_BYTES)?;
            Ok(Authorization::Basic { login: login.to_owned(), password: password.to_owned().into() })
        }
        "whm" | "cpanel" => {
            let (user, secret) = halves(rest, LONGEST_TOKEN)?;
            Ok(Authorization::Token {
                whm: scheme == "whm",
                user: user.to_owned(),
                secret: secret.to_owned().into(),
            })
        }
        "ticket" if rest.len() > LONGEST_TOKEN => Err(Malformed::TooLong),
        "ticket" => Ok(Authorization::Ticket { secret: rest.to_owned().into() }),
        "peer" => Ok(Authorization::Peer { user: rest.to_owned() }),
        _ => Ok(Authorization::Unknown),
    }
}

/// User and secret: split at the first colon, since a password may have one (RFC 7617 2).
fn halves(text: &str, longest_secret: usize) -> Result<(&str, &str), Malformed> {
    let (user, secret) = text.split_once(':').ok_or(Malformed::NoColon)?;
    if text.chars().any(char::is_control) {
        return Err(Malformed::ControlCharacter);
    }
    if user.len() > LONGEST_LOGIN || secret.len() > longest_secret {
        return Err(Malformed::TooLong);
    }
    Ok((user, secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use portreeve_crypt::ExposeSecret;

    fn basic(text: &str) -> Result<(String, String), Malformed> {
        match parse("basic", &STANDARD.encode(text))? {
            Authorization::Basic { login, password } => Ok((login, password.expose_secret().to_owned())),
            _ => panic!("not Basic"),
        }
    }

    #[test]
    fn the_first_colon_splits_and_others_belong_to_the_password() {
        assert_eq!(basic("user:pa:ss"), Ok(("user".to_owned(), "pa:ss".to_owned())));
        assert_eq!(basic("user:"), Ok(("user".to_owned(), String::new())));
        assert_eq!(basic("user"), Err(Malformed::NoColon));
    }

    #[test]
    fn control_characters_anywhere_are_refused() {
        for control in (0..32).chain([127]).map(|code| char::from(code as u8)) {
            assert_eq!(basic(&format!("root:x{control}hasroot=1")), Err(Malformed::ControlCharacter));
            assert_eq!(basic(&format!("ro{control}ot:x")), Err(Malformed::ControlCharacter));
        }
    }

    #[test]
    fn base64_is_strict_and_length_is_bounded() {
        for bad in ["!!!!", "dXNlcjpw\u{a0}", "dXNlcjpwYXNz=", "dXNl cjpw"] {
            assert!(matches!(parse("basic", bad), Err(Malformed::NotBase64)), "{bad}");
        }
        assert_eq!(basic(&format!("user:{}", "x".repeat(MAX_PASSWORD_BYTES + 1))), Err(Malformed::TooLong));
        assert_eq!(basic(&format!("{}:x", "u".repeat(LONGEST_LOGIN + 1))), Err(Malformed::TooLong));
    }

    #[test]
    fn a_scheme_that_is_none_of_ours_is_no_error_yet() {
        assert!(matches!(parse("bearer", "abc"), Ok(Authorization::Unknown)));
    }
}
