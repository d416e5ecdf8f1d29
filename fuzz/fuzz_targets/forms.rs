//! Reads arbitrary text as a query, and arbitrary bytes as an urlencoded body: the first line end parts them.

#![no_main]

mod common;

use futures_util::FutureExt;
use http::header::CONTENT_TYPE;
use libfuzzer_sys::fuzz_target;
use portreeve_wire::Params;

const LIMIT: usize = 400;

fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let (query, body) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let Ok(query) = std::str::from_utf8(query) else { return };
    let fields = [(CONTENT_TYPE, &b"application/x-www-form-urlencoded"[..])];
    let Some(mut request) = common::request(&format!("/?{query}"), &fields, body) else { return };
    let params = request.params(LIMIT).now_or_never().expect("a whole body is waited for");
    let Ok(params) = params else { return };
    assert!(body.len() <= LIMIT, "a body beyond its limit is read");
    check(&params, input);
});

fn pairs(params: &Params) -> Vec<(String, Vec<String>)> {
    let values = |name: &str| params.values(name).map(str::to_owned).collect();
    params.names().map(|name| (name.to_owned(), values(name))).collect()
}

/// What was read says the same when it is written and read again, and no byte was made up.
fn check(params: &Params, input: &[u8]) {
    let mut written = form_urlencoded::Serializer::new(String::new());
    let mut taken = params.clone();
    for name in params.names() {
        assert!(params.get(name).is_some(), "{name} has no value");
        // a byte that is no text becomes three where the sender wrote such a mark too
        assert!(name.len() <= input.len() * 3);
    }
    let names: Vec<String> = params.names().map(str::to_owned).collect();
    for name in &names {
        if let Some(first) = taken.take(name) {
            assert_eq!(params.get(name), Some(first.as_str()));
            written.append_pair(name, &first);
        }
        assert_eq!(taken.get(name), None, "{name} is there still");
    }
    let mut again = Params::default();
    again.add_urlencoded(written.finish().as_bytes()).expect("what was written cannot be read");
    for (name, _) in pairs(&again) {
        assert_eq!(again.get(&name), params.get(&name), "{name} changed");
    }
}
