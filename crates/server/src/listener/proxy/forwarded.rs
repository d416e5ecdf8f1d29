//! `X-Forwarded-For`, whose last hop a proxy on a Unix socket writes; and the fields of its kind, which nobody may
//! send.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName};

use super::possible;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Why a proxy's request has no client. Each has a line for whoever set the proxy up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoClient {
    /// There is no such field.
    #[error("The proxy does not name its client: have it set X-Forwarded-For to the client's address.")]
    Missing,
    /// There are several, and which is the proxy's own cannot be known.
    #[error("The request has X-Forwarded-For twice: have the proxy set the field, not add another.")]
    Repeated,
    /// The last hop is no client's address.
    #[error("X-Forwarded-For does not end with a client's address: have the proxy set it to just that.")]
    NoAddress,
}

/// The client whom a trusted proxy names: the last hop, which is the proxy's own word. Those before it are the
/// client's, and mean nothing.
///
/// # Errors
/// When it names none, or not clearly.
pub fn client(headers: &HeaderMap) -> Result<IpAddr, NoClient> {
    let mut fields = headers.get_all(FORWARDED_FOR).iter();
    let field = match (fields.next(), fields.next()) {
        (None, _) => return Err(NoClient::Missing),
        (Some(_), Some(_)) => return Err(NoClient::Repeated),
        (Some(field), None) => field.to_str().map_err(|_| NoClient::NoAddress)?,
    };
    let last = field.rsplit(',').next().unwrap_or_default();
    let address = last.trim_matches([' ', '\t']).parse().map_err(|_| NoClient::NoAddress)?;
    possible(address).ok_or(NoClient::NoAddress)
}

/// What programs behind other servers read of a proxy, beside all that begin with one of [`FAMILIES`].
const FIELDS: [&str; 6] =
    ["client-ip", "fastly-client-ip", "fly-client-ip", "forwarded", "true-client-ip", "x-real-ip"];

/// `Proxy` itself among them: a program would take it for the address of a proxy of its own.
const FAMILIES: [&str; 20] = [
    "cf-access-",
    "cf-connecting-",
    "proxy",
    "remote-",
    "ssl-",
    "x-auth-request-",
    "x-authenticated-",
    "x-client-",
    "x-cluster-client-",
    "x-envoy-external-",
    "x-forwarded",
    "x-goog-authenticated-",
    "x-ms-client-principal",
    "x-original-",
    "x-originating-",
    "x-remote-",
    "x-rewrite-",
    "x-ssl-",
    "x-verified-",
    "x-webauth-",
];

/// Takes all such fields off a request, so that nothing behind the listeners can believe one: no rule of ours, and no
/// plugin's program.
pub fn withhold(headers: &mut HeaderMap) {
    let names: Vec<HeaderName> = headers.keys().filter(|name| is_a_proxys(name.as_str())).cloned().collect();
    for name in names {
        headers.remove(name);
    }
}

fn is_a_proxys(name: &str) -> bool {
    let begins = |with: &str| {
        // a program's environment does not tell `_` from `-`
        let plain = name.bytes().map(|byte| if byte == b'_' { b'-' } else { byte });
        name.len() >= with.len() && plain.zip(with.bytes()).all(|(one, other)| one == other)
    };
    FIELDS.iter().any(|field| name.len() == field.len() && begins(field)) || FAMILIES.into_iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn of(values: &[&str]) -> Result<String, NoClient> {
        let fields: Vec<_> = values.iter().map(|value| ("x-forwarded-for", *value)).collect();
        client(&headers(&fields)).map(|address| address.to_string())
    }

    #[test]
    fn the_last_hop_is_the_client_whatever_stands_before_it() {
        for (field, address) in [
            ("192.0.2.1", "192.0.2.1"),
            ("127.0.0.1, 192.0.2.1", "192.0.2.1"),
            ("unknown, \"x,\t192.0.2.1 ", "192.0.2.1"),
            (",2001:DB8::1", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("127.0.0.1", "127.0.0.1"),
        ] {
            assert_eq!(of(&[field]).as_deref(), Ok(address), "{field}");
        }
    }

    #[test]
    fn a_request_without_one_clear_address_has_no_client() {
        assert_eq!(of(&[]), Err(NoClient::Missing));
        assert_eq!(of(&["192.0.2.1", "192.0.2.1"]), Err(NoClient::Repeated));
        for bad in [
            "",
            ",",
            "192.0.2.1,",
            "192.0.2.1, ",
            "unknown",
            "unix:",
            "192.0.2.1:80",
            "[2001:db8::1]",
            "[2001:db8::1]:80",
            "\"192.0.2.1\"",
            "192.0.2.1 192.0.2.2",
            "192.0.2.01",
            "192.0.2",
            "3221225985",
            "fe80::1%eth0",
            "for=192.0.2.1",
            "0.0.0.0",
            "::",
            "255.255.255.255",
            "224.0.0.1",
            "ff02::1",
            "192.0.2.1\u{e4}",
        ] {
            assert_eq!(of(&[bad]), Err(NoClient::NoAddress), "{bad:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_client_wrote_before_it_the_proxys_word_counts(
            before in "[ -~\t]{0,30}", v6: std::net::Ipv6Addr, v4: bool,
        ) {
            let address = if v4 { IpAddr::from(std::net::Ipv4Addr::from_bits(v6.to_bits() as u32)) } else { v6.into() };
            let expected = possible(address).map(|address| address.to_string()).ok_or(NoClient::NoAddress);
            proptest::prop_assert_eq!(of(&[&format!("{before}, {address}")]), expected.clone());
            proptest::prop_assert_eq!(of(&[&address.to_string()]), expected);
        }
    }

    #[test]
    fn what_only_proxies_say_is_taken_off_and_nothing_else() {
        let mut all = headers(&[
            ("client", "z"),
            ("host", "x"),
            ("remotes", "x"),
            ("x-cpanel-otp", "123456"),
            ("x-auth-token", "x"),
            ("user-agent", "y"),
        ]);
        let kept = all.len();
        for (name, value) in portreeve_testkit::SAID_BY_PROXIES {
            let name: HeaderName = name.parse().unwrap();
            all.append(name.clone(), value.parse().unwrap());
            all.append(name, "again".parse().unwrap());
        }
        assert!(all.len() > kept);
        withhold(&mut all);
        let mut left: Vec<&str> = all.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["client", "host", "remotes", "user-agent", "x-auth-token", "x-cpanel-otp"]);
    }
}
