//! Reads arbitrary bytes as a `multipart/form-data` body; and writes them as one, which must read back as they were.

#![no_main]

mod common;

use std::collections::BTreeSet;

use futures_util::FutureExt;
use http::header::CONTENT_TYPE;
use libfuzzer_sys::fuzz_target;
use portreeve_wire::Params;

const LIMIT: usize = 2_000;

fuzz_target!(|input: &[u8]| {
    if let Some(params) = read(input) {
        assert!(input.len() <= LIMIT, "a body beyond its limit is read");
        let names: BTreeSet<&str> = params.names().collect();
        let held: usize = names.iter().map(|name| name.len() + params.get(name).map_or(0, str::len)).sum();
        assert!(held <= input.len(), "more is read than came");
    }
    let Ok(text) = std::str::from_utf8(input) else { return };
    // lines of name and value, which the boundary is no part of
    let pairs: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let sayable = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if pairs.is_empty() || text.contains("--B") || !pairs.iter().all(|(name, _)| sayable(name)) {
        return;
    }
    let part = |(name, value): &(&str, &str)| {
        format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = format!("{}--B--\r\n", pairs.iter().map(part).collect::<String>());
    let params = read(body.as_bytes());
    if body.len() > LIMIT {
        return assert!(params.is_none(), "a body beyond its limit is read");
    }
    let params = params.expect("what was written cannot be read");
    assert_eq!(params.names().collect::<Vec<_>>(), pairs.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (name, _) in &pairs {
        let first = pairs.iter().find(|(other, _)| other == name).map(|(_, value)| *value);
        assert_eq!(params.get(name), first);
    }
});

fn read(body: &[u8]) -> Option<Params> {
    let fields = [(CONTENT_TYPE, &b"multipart/form-data; boundary=B"[..])];
    let mut request = common::request("/", &fields, body)?;
    request.params(LIMIT).now_or_never().expect("a whole body is waited for").ok()
}
