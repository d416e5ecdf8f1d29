//! Reads arbitrary text as the target of a request: where the security token ends and the path begins.

#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|target: &str| {
    if !target.starts_with('/') {
        return;
    }
    let Some(request) = common::request(target, &[], b"") else { return };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = match path.split_once('#') {
        Some((path, _)) => (path, ""),
        None => (path, query.split('#').next().unwrap_or_default()),
    };
    assert_eq!(request.query, query);
    assert!(request.path.starts_with('/'), "{}", request.path);
    match &request.security_token {
        Some(digits) => {
            assert!(!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits}");
            let whole = format!("/cpsess{digits}{}", request.path);
            assert!(path == whole || whole.strip_suffix('/') == Some(path), "{path} became {whole}");
        }
        None => {
            assert_eq!(request.path, path);
            let first = path.split('/').nth(1).unwrap_or_default();
            let digits = first.strip_prefix("cpsess").unwrap_or("-");
            assert!(
                digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()),
                "the security token of {path} stays in the path"
            );
        }
    }
    assert!(request.place().starts_with(&request.path));
});
