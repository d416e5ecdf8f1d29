//! The security token's segment of a path.

/// Splits `/cpsess1234567890/rest` into the digits and `/rest`; any other path comes back whole.
pub(super) fn split(path: &str) -> (Option<&str>, &str) {
    let Some(after) = path.strip_prefix("/cpsess") else { return (None, path) };
    let (digits, rest) = after.split_at(after.find('/').unwrap_or(after.len()));
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return (None, path);
    }
    (Some(digits), if rest.is_empty() { "/" } else { rest })
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn only_digits_make_a_security_token_and_only_in_the_first_segment() {
        assert_eq!(split("/cpsess123/execute/Email/list_pops"), (Some("123"), "/execute/Email/list_pops"));
        assert_eq!(split("/cpsess123"), (Some("123"), "/"));
        assert_eq!(split("/cpsess123/"), (Some("123"), "/"));
        for whole in ["/", "/cpsess/x", "/cpsess12a/x", "/x/cpsess123/y", "/CPSESS123/x", "//cpsess1/"] {
            assert_eq!(split(whole), (None, whole));
        }
    }
}
