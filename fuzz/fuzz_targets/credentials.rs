//! Reads arbitrary bytes as `Authorization`. A line end begins another field of that name.

#![no_main]

mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use libfuzzer_sys::fuzz_target;
use portreeve_crypt::ExposeSecret;
use portreeve_server::request::{Authorization, Malformed};

fuzz_target!(|input: &[u8]| {
    let fields: Vec<_> = input.split(|byte| *byte == b'\n').map(|value| (AUTHORIZATION, value)).collect();
    let Some(request) = common::request("/", &fields, b"") else { return };
    let read = request.authorization();
    if fields.len() > 1 {
        assert!(matches!(read, Err(Malformed::TwoHeaders)), "two credentials, and one of them is believed");
        return;
    }
    let Ok(Some(read)) = read else {
        assert!(read.is_err(), "a field that is there is passed over");
        return;
    };
    let text = std::str::from_utf8(input).expect("a credential that is no text is read").trim();
    let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
    let (scheme, rest) = (scheme.to_ascii_lowercase(), rest.trim());
    match read {
        Authorization::Basic { login, password } => {
            let pair = format!("{login}:{}", password.expose_secret());
            check_pair(&pair, &login);
            assert_eq!((scheme.as_str(), rest), ("basic", STANDARD.encode(pair).as_str()), "two spellings");
        }
        Authorization::Token { whm, user, secret } => {
            let pair = format!("{user}:{}", secret.expose_secret());
            check_pair(&pair, &user);
            assert_eq!((scheme.as_str(), rest), (if whm { "whm" } else { "cpanel" }, pair.as_str()));
        }
        Authorization::Peer { user } => assert_eq!((scheme.as_str(), rest), ("peer", user.as_str())),
        Authorization::Ticket { secret } => {
            assert_eq!((scheme.as_str(), rest), ("ticket", secret.expose_secret()));
        }
        Authorization::Unknown => {
            assert!(!["basic", "whm", "cpanel", "peer", "ticket"].contains(&scheme.as_str()), "{scheme}");
        }
    }
});

fn check_pair(pair: &str, user: &str) {
    assert!(!user.contains(':') && user.len() <= 320, "{user}");
    assert!(!pair.chars().any(char::is_control), "a control character reached the gate");
}
