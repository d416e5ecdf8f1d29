//! Keeps secrets out of logged addresses.

/// Parameters whose values are never a secret: what a reader of the log needs to tell calls apart. Every other
/// value is masked, so that a parameter nobody thought of is masked too.
const SHOWN: [&str; 18] = [
    "api.version",
    "cpanel_jsonapi_apiversion",
    "cpanel_jsonapi_module",
    "cpanel_jsonapi_func",
    "cpanel_jsonapi_user",
    "cpanel_xmlapi_apiversion",
    "cpanel_xmlapi_module",
    "cpanel_xmlapi_func",
    "cpanel_xmlapi_user",
    "cpanel.module",
    "cpanel.function",
    "cpanel.user",
    "apiversion",
    "module",
    "func",
    "login_only",
    "domain",
    "zone",
];

const MASK: &str = "***";

/// A path and query with the security token's digits and the values of parameters masked.
pub(super) fn mask(target: &str) -> String {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let mut masked = String::with_capacity(target.len() + MASK.len());
    mask_digits(path, &mut masked);
    for (position, pair) in query.into_iter().flat_map(|query| query.split('&')).enumerate() {
        masked.push(if position == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((name, value)) => {
                mask_digits(name, &mut masked);
                masked.push('=');
                masked.push_str(if SHOWN.contains(&name) && is_plain(value) { value } else { MASK });
            }
            // without a name it may be anything
            None if pair.is_empty() => {}
            None => masked.push_str(MASK),
        }
    }
    masked
}

/// Digits after every `cpsess`, in any case, and every run of six digits or more, however the rest is spelled: a
/// security token in a misspelled address is one too.
fn mask_digits(text: &str, masked: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.bytes().position(|byte| byte.is_ascii_digit()) {
        let (before, from_digits) = rest.split_at(start);
        let end = from_digits.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(from_digits.len());
        let (digits, after) = from_digits.split_at(end);
        masked.push_str(before);
        let named = masked.len().checked_sub(6).and_then(|start| masked.get(start..));
        let secret = digits.len() >= 6 || named.is_some_and(|name| name.eq_ignore_ascii_case("cpsess"));
        masked.push_str(if secret { MASK } else { digits });
        rest = after;
    }
    masked.push_str(rest);
}

/// Short and unescaped: a value that somebody meant for this parameter.
fn is_plain(value: &str) -> bool {
    value.len() <= 100
        && !value.contains("cpsess")
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn security_tokens_and_parameter_values_are_masked() {
        let cases = [
            ("/cpsess1234567890/execute/Email/list_pops", "/cpsess***/execute/Email/list_pops"),
            ("/login/?user=a&pass=secret&tfa_token=123456", "/login/?user=***&pass=***&tfa_token=***"),
            ("/json-api/applist?api.version=1", "/json-api/applist?api.version=1"),
            ("/x?domain=a.example&domain=a%20b", "/x?domain=a.example&domain=***"),
            ("/x?goto_uri=/cpsess123/y", "/x?goto_uri=***"),
            ("/x?cpsess123=1&secretalone&", "/x?cpsess***=***&***&"),
            ("/a/cpsess12/cpsess34", "/a/cpsess***/cpsess***"),
            ("/CPSESS12/%63psess1234567890/v2", "/CPSESS***/%63psess***/v2"),
        ];
        for (target, masked) in cases {
            assert_eq!(mask(target), masked);
        }
    }
}
