//! Rules for the request target and `Host` (RFC 9112 3.2).

use bytes::Bytes;
use http::Uri;
use http::uri::PathAndQuery;

use super::refusal::Refusal;

/// The path and query that a target names, given the `Host` field's value.
///
/// An absolute target is taken only if it names the same host, and loses it: a service sees paths only.
pub(super) fn request_target(target: Bytes, host: Option<&[u8]>) -> Result<Uri, Refusal> {
    if !target.iter().all(|&byte| is_target_byte(byte)) {
        return Err(Refusal::TargetCharacter);
    }
    let path = match authority_length(&target) {
        None => target,
        Some((start, end)) => {
            let named = target.get(start..end).unwrap_or_default();
            if !host.is_some_and(|host| host.eq_ignore_ascii_case(named)) {
                return Err(Refusal::HostMismatch);
            }
            if end == target.len() { Bytes::from_static(b"/") } else { target.slice(end..) }
        }
    };
    if !path.starts_with(b"/") {
        return Err(Refusal::TargetForm);
    }
    if memchr::memmem::find(&path, b"%00").is_some() {
        return Err(Refusal::EncodedNul);
    }
    PathAndQuery::from_maybe_shared(path).map(Uri::from).map_err(|_| Refusal::TargetCharacter)
}

/// Where the host of an absolute target begins and ends; `None` for every other form.
fn authority_length(target: &[u8]) -> Option<(usize, usize)> {
    let start = [b"http://".as_slice(), b"https://"].into_iter().find_map(|scheme| {
        let found = target.get(..scheme.len())?.eq_ignore_ascii_case(scheme);
        found.then_some(scheme.len())
    })?;
    let rest = target.get(start..)?;
    let length = rest.iter().position(|byte| b"/?".contains(byte)).unwrap_or(rest.len());
    Some((start, start + length))
}

/// Visible ASCII without the fragment's mark and without what no URL may hold unencoded: a bit for each.
const TARGET_BYTES: u128 = {
    // from `!` to `~`
    let graphic = (u128::MAX << 0x21) & (u128::MAX >> 1);
    let not_in_urls = 1 << b'"' | 1 << b'<' | 1 << b'>' | 1 << b'\\' | 1 << b'^' | 1 << b'`';
    graphic & !(not_in_urls | 1 << b'#')
};

fn is_target_byte(byte: u8) -> bool {
    byte.is_ascii() && TARGET_BYTES >> byte & 1 == 1
}

/// Whether this is a host name, an IPv4 address or an IPv6 address in brackets, with an optional port.
pub(super) fn is_host(host: &[u8]) -> bool {
    let (name, port) = match host.iter().rposition(|&byte| byte == b':') {
        Some(colon) if !host.ends_with(b"]") => host.split_at(colon),
        _ => (host, b"".as_slice()),
    };
    let name_fits = match name.strip_prefix(b"[").and_then(|name| name.strip_suffix(b"]")) {
        Some(address) => {
            !address.is_empty() && address.iter().all(|byte| byte.is_ascii_hexdigit() || b":.".contains(byte))
        }
        None => {
            !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(byte))
        }
    };
    let port_fits =
        port.is_empty() || (2..=6).contains(&port.len()) && port.iter().skip(1).all(u8::is_ascii_digit);
    name_fits && port_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(target: &'static str, host: &'static str) -> Result<String, Refusal> {
        request_target(Bytes::from_static(target.as_bytes()), Some(host.as_bytes()))
            .map(|uri| uri.to_string())
    }

    #[test]
    fn a_path_keeps_its_spelling() {
        for path in ["/", "//evil/a", "/a%2Fb?c=d&e={f}|g", "/?a=http://b/"] {
            assert_eq!(target(path, "h").as_deref(), Ok(path));
        }
    }

    #[test]
    fn an_absolute_target_must_name_the_host_and_loses_it() {
        assert_eq!(target("http://H:2083/a?b", "h:2083").as_deref(), Ok("/a?b"));
        assert_eq!(target("HTTPS://h", "h").as_deref(), Ok("/"));
        assert_eq!(target("http://h?b", "h"), Err(Refusal::TargetForm));
        assert_eq!(target("http://other/a", "h"), Err(Refusal::HostMismatch));
        assert_eq!(target("http://u@h/a", "h"), Err(Refusal::HostMismatch));
    }

    #[test]
    fn other_forms_and_characters_are_refused() {
        for form in ["*", "h:80", "a/b", "ftp://h/"] {
            assert_eq!(target(form, "h"), Err(Refusal::TargetForm), "{form}");
        }
        for bad in ["/\"", "/<", "/>", "/\\", "/^", "/`", "/#a", "/\u{e4}", "/\u{7f}", "/a b"] {
            assert_eq!(target(bad, "h"), Err(Refusal::TargetCharacter), "{bad}");
        }
        assert_eq!(target("/a?b=%00", "h"), Err(Refusal::EncodedNul));
    }

    #[test]
    fn a_host_is_a_name_or_an_address_with_an_optional_port() {
        for host in ["h", "a.b-c_d", "127.0.0.1:2083", "[::1]", "[::1]:2087", "h:1"] {
            assert!(is_host(host.as_bytes()), "{host}");
        }
        for host in
            ["", ":80", "h:", "h:x", "h:123456", "a,b", "u@h", "h/p", "a b", "[]", "[::1", "::1", "h:1:2"]
        {
            assert!(!is_host(host.as_bytes()), "{host}");
        }
    }
}
