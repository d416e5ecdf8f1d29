//! Reads arbitrary bytes as the header fields of a proxy's request: `name: value` on each line.

#![no_main]

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use portreeve_server::listener::proxy::forwarded::{client, withhold};

fuzz_target!(|input: &[u8]| {
    let mut headers = HeaderMap::new();
    for line in input.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (name, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) else {
            continue;
        };
        headers.append(name, value);
    }
    if let Ok(address) = client(&headers) {
        let fields: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
        let [field] = fields[..] else { panic!("{} fields name a client", fields.len()) };
        let text = field.to_str().expect("no text names a client");
        let last = text.rsplit_once(',').map_or(text, |(_, last)| last).trim();
        assert_eq!(last.parse::<IpAddr>().map(|address| address.to_canonical()), Ok(address));
        assert!(!address.is_unspecified() && !address.is_multicast(), "{address} is nobody");
    }
    let others = headers.keys().filter(|name| !is_a_proxys(name.as_str())).count();
    withhold(&mut headers);
    assert!(!headers.keys().any(|name| is_a_proxys(name.as_str())), "{headers:?}");
    assert_eq!(headers.keys_len(), others, "{headers:?} lost more than it had to");
});

/// What must never come through.
fn is_a_proxys(name: &str) -> bool {
    let name: String = name.chars().map(|letter| if letter == '_' { '-' } else { letter }).collect();
    let families = ["x-forwarded", "x-original-", "x-ssl-", "ssl-", "proxy"];
    let whole = ["forwarded", "x-real-ip", "client-ip", "x-client-ip", "true-client-ip", "remote-addr"];
    families.iter().any(|family| name.starts_with(family))
        || whole.contains(&name.as_str())
        || ["remote-user", "x-remote-user"].contains(&name.as_str())
}
