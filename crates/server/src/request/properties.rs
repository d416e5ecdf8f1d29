//! What holds of every request, whatever its credentials, cookies, address and parameters are.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::FutureExt;
use http::HeaderValue;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use portreeve_crypt::ExposeSecret;
use portreeve_types::RequestId;
use portreeve_wire::Params;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const LIMIT: usize = 4096;

fn request(target: &str, fields: &[(HeaderName, &str)], body: &str) -> Option<Request> {
    let mut request = http::Request::builder().uri(target);
    for (name, value) in fields {
        request = request.header(name, HeaderValue::from_bytes(value.as_bytes()).ok()?);
    }
    let connection = Connection {
        service: Service::Cpanel,
        port: Some(2083),
        address: None,
        tls: true,
        peer: Peer::Network(Ipv4Addr::LOCALHOST.into()),
    };
    let body = Bytes::copy_from_slice(body.as_bytes()).into();
    Some(Request::new(RequestId::new(0, 0), connection, request.body(body).ok()?, None))
}

fn authorization(value: &str) -> Option<Result<Option<Authorization>, Malformed>> {
    Some(request("/", &[(AUTHORIZATION, value)], "")?.authorization())
}

/// The parameters of a body of this type.
fn params(content_type: &str, body: &str) -> Option<Params> {
    let mut request = request("/", &[(CONTENT_TYPE, content_type)], body)?;
    request.params(LIMIT).now_or_never().expect("the whole body is there").ok()
}

fn pairs_of(params: &Params) -> Vec<(String, String)> {
    let mut left = params.clone();
    let names: Vec<String> = params.names().map(str::to_owned).collect();
    // names that come once: `take` removes every value of its name
    names.into_iter().filter_map(|name| left.take(&name).map(|value| (name, value))).collect()
}

/// Names that differ, each with a value.
fn distinct() -> impl Strategy<Value = Vec<(String, String)>> {
    vec(("[a-z][a-z0-9_.]{0,8}", "\\PC{0,20}"), 0..6).prop_map(|pairs| {
        let mut seen = BTreeSet::new();
        pairs.into_iter().filter(|(name, _)| seen.insert(name.clone())).collect()
    })
}

proptest! {
    #[test]
    fn a_basic_credential_is_read_as_it_was_meant(login in "[^:\\pC]{0,40}", password in "\\PC{0,60}") {
        let sent = format!("Basic {}", STANDARD.encode(format!("{login}:{password}")));
        let Some(Ok(Some(Authorization::Basic { login: read, password: secret }))) = authorization(&sent) else {
            return Err(TestCaseError::fail("it is not read"));
        };
        prop_assert_eq!((read.as_str(), secret.expose_secret()), (login.as_str(), password.as_str()));
    }

    #[test]
    fn a_token_is_read_as_it_was_meant_in_any_case_of_its_scheme(
        whm: bool, upper: bool, user in "[a-z0-9@.]{1,16}", secret in "[A-Za-z0-9:]{0,40}",
    ) {
        let scheme = if whm { "whm" } else { "cpanel" };
        let scheme = if upper { scheme.to_uppercase() } else { scheme.to_owned() };
        let read = authorization(&format!("{scheme} {user}:{secret}"));
        let Some(Ok(Some(Authorization::Token { whm: of_whm, user: name, secret: held }))) = read else {
            return Err(TestCaseError::fail("it is not read"));
        };
        prop_assert_eq!((of_whm, name, held.expose_secret()), (whm, user, secret.as_str()));
    }

    #[test]
    fn no_credential_that_is_read_has_a_control_character_or_a_second_spelling(
        scheme in "(?i)(basic|whm|cpanel)", rest in "[ -~\t]{0,40}",
    ) {
        match authorization(&format!("{scheme} {rest}")) {
            Some(Ok(Some(Authorization::Basic { login, password }))) => {
                let pair = format!("{login}:{}", password.expose_secret());
                prop_assert!(!pair.chars().any(char::is_control));
                prop_assert_eq!(STANDARD.encode(pair), rest.trim());
            }
            Some(Ok(Some(Authorization::Token { user, secret, .. }))) => {
                let pair = format!("{user}:{}", secret.expose_secret());
                prop_assert!(!pair.chars().any(char::is_control));
                prop_assert_eq!(pair, rest.trim());
            }
            read => prop_assert!(matches!(read, None | Some(Err(_)))),
        }
    }

    #[test]
    fn two_credentials_are_never_one(one in "[ -~]{0,20}", other in "[ -~]{0,20}") {
        let fields = [(AUTHORIZATION, one.as_str()), (AUTHORIZATION, other.as_str())];
        let read = request("/", &fields, "").map(|request| request.authorization());
        prop_assert!(matches!(read, Some(Err(Malformed::TwoHeaders))));
    }

    #[test]
    fn a_cookie_has_the_one_value_that_was_sent_wherever_it_stands(
        pairs in vec(("(cpsession|cpsessionx|other)", "[!-:<-~]{0,12}"), 0..6), in_fields: bool,
    ) {
        let texts: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let fields = if in_fields { texts } else { vec![texts.join("; ")] };
        let fields: Vec<_> = fields.iter().map(|field| (COOKIE, field.as_str())).collect();
        let request = request("/", &fields, "").expect("sayable cookies");
        let own = pairs.iter().filter(|(name, _)| name == "cpsession");
        let values: BTreeSet<&str> = own.map(|(_, value)| value.as_str()).collect();
        match request.cookie("cpsession") {
            Ok(found) => prop_assert_eq!(values.into_iter().collect::<Vec<_>>(), Vec::from_iter(found)),
            Err(why) => prop_assert!(why == Malformed::TwoCookies && values.len() > 1),
        }
        let all: Vec<&str> = pairs.iter().filter(|(name, _)| name.starts_with("cpsession")).map(|(_, value)| value.as_str()).collect();
        prop_assert_eq!(request.cookies_of("cpsession"), all);
    }

    #[test]
    fn an_address_is_its_security_token_and_its_path_and_nothing_is_lost(
        digits in "[0-9]{0,12}", junk in "[a-z%]{0,2}", rest in "(/[a-z0-9./_-]{0,20})?", query in "[a-z=&0-9]{0,12}",
    ) {
        let path = format!("/cpsess{digits}{junk}{rest}");
        let request = request(&format!("{path}?{query}"), &[], "").expect("a sayable address");
        prop_assert_eq!(&request.query, &query);
        prop_assert!(request.path.starts_with('/'));
        if junk.is_empty() && !digits.is_empty() {
            prop_assert_eq!(request.security_token.as_deref(), Some(digits.as_str()));
            prop_assert_eq!(request.path, if rest.is_empty() { "/".to_owned() } else { rest });
        } else {
            prop_assert_eq!((request.security_token, request.path), (None, path));
        }
    }

    #[test]
    fn a_form_says_the_same_in_every_encoding(pairs in distinct()) {
        let urlencoded: String = form(&pairs);
        let read = params("application/x-www-form-urlencoded", &urlencoded).expect("a form");
        prop_assert_eq!(pairs_of(&read), pairs.clone());
        let object: serde_json::Map<_, _> =
            pairs.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        let json = serde_json::Value::Object(object).to_string();
        prop_assert_eq!(pairs_of(&params("application/json", &json).expect("JSON")), pairs.clone());
        let part = |(name, value): &(String, String)| {
            format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let multipart = format!("{}--B--\r\n", pairs.iter().map(part).collect::<String>());
        let read = params("multipart/form-data; boundary=B", &multipart).expect("multipart");
        prop_assert_eq!(pairs_of(&read), pairs);
    }

    #[test]
    fn a_body_beyond_its_limit_is_never_read(
        kind in "(application/json|multipart/form-data; boundary=B|application/x-www-form-urlencoded)",
        more in 1_usize..200,
    ) {
        let value = "x".repeat(LIMIT + more);
        let body = match kind.as_str() {
            "application/json" => format!("{{\"a\":\"{value}\"}}"),
            "application/x-www-form-urlencoded" => format!("a={value}"),
            _ => format!("--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{value}\r\n--B--\r\n"),
        };
        let mut request = request("/", &[(CONTENT_TYPE, &kind)], &body).expect("a request");
        let read = request.params(LIMIT).now_or_never().expect("the whole body is there");
        prop_assert!(matches!(read.err(), Some(FormError::TooLarge(LIMIT))));
    }

    #[test]
    fn no_body_is_more_than_an_error(
        kind in "(application/json|multipart/form-data; boundary=B|application/x-www-form-urlencoded|)",
        body in "(--B|\r\n|Content-Disposition: form-data; name=\"a\"|[ -~]|\\PC){0,60}",
    ) {
        if let Some(read) = params(&kind, &body) {
            prop_assert!(read.names().all(|name| name.len() <= body.len()));
        }
    }
}

fn form(pairs: &[(String, String)]) -> String {
    let escaped = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let pair = |(name, value): &(String, String)| format!("{}={}", escaped(name), escaped(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}
