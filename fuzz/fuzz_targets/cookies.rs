//! Reads arbitrary bytes as `Cookie`. A line end begins another field of that name.

#![no_main]

mod common;

use std::collections::BTreeSet;

use http::header::COOKIE;
use libfuzzer_sys::fuzz_target;
use portreeve_server::request::Malformed;

const NAME: &str = "cpsession";

fuzz_target!(|input: &[u8]| {
    let fields: Vec<_> = input.split(|byte| *byte == b'\n').map(|value| (COOKIE, value)).collect();
    let Some(request) = common::request("/", &fields, b"") else { return };
    let values = values(&fields.iter().map(|(_, value)| *value).collect::<Vec<_>>());
    match request.cookie(NAME) {
        Ok(None) => assert!(values.is_empty(), "{values:?} are passed over"),
        Ok(Some(value)) => assert_eq!(values, BTreeSet::from([value.to_owned()])),
        Err(Malformed::TwoCookies) => assert!(values.len() > 1, "{values:?} are one"),
        Err(other) => panic!("{other:?} is no matter of cookies"),
    }
    let all: BTreeSet<String> = request.cookies_of(NAME).into_iter().map(str::to_owned).collect();
    assert!(values.is_subset(&all), "{all:?} are not all of {values:?}");
});

/// Byte by byte, as a browser's rules have it: pairs between semicolons, blanks and tabulators around them.
fn values(fields: &[&[u8]]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for field in fields {
        // not text, so no cookie of ours
        if !field.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == b'\t') {
            continue;
        }
        for pair in field.split(|byte| *byte == b';') {
            let pair = pair.trim_ascii();
            if let Some(value) = pair.strip_prefix(b"cpsession=") {
                found.insert(String::from_utf8_lossy(value).into_owned());
            }
        }
    }
    found
}
