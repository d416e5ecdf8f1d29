//! A single byte range of a file (RFC 9110 14).

/// What of a file is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    Whole,
    /// From the first byte to the one before the second.
    Part(u64, u64),
    /// Nothing that the file has.
    Beyond,
}

/// What a `Range` field asks of so many bytes. Anything but one range of bytes is not understood, and means all.
pub(super) fn wanted(range: &str, length: u64) -> Wanted {
    let Some(range) = range.trim().strip_prefix("bytes=") else { return Wanted::Whole };
    let Some((first, last)) = range.trim().split_once('-') else { return Wanted::Whole };
    match (number(first), number(last)) {
        (Some(first), _) if first >= length && (last.is_empty() || number(last) >= Some(first)) => {
            Wanted::Beyond
        }
        (Some(first), None) if last.is_empty() => Wanted::Part(first, length),
        (Some(first), Some(last)) if first <= last => Wanted::Part(first, last.saturating_add(1).min(length)),
        (None, Some(0)) if first.is_empty() => Wanted::Beyond,
        (None, Some(_)) if first.is_empty() && length == 0 => Wanted::Beyond,
        (None, Some(tail)) if first.is_empty() => Wanted::Part(length.saturating_sub(tail), length),
        _ => Wanted::Whole,
    }
}

fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood_and_everything_else_means_all() {
        for (range, meant) in [
            ("bytes=0-4", Wanted::Part(0, 5)),
            ("bytes=2-", Wanted::Part(2, 10)),
            ("bytes=-3", Wanted::Part(7, 10)),
            ("bytes=-30", Wanted::Part(0, 10)),
            ("bytes=4-99", Wanted::Part(4, 10)),
            ("bytes=10-", Wanted::Beyond),
            ("bytes=10-12", Wanted::Beyond),
            ("bytes=-0", Wanted::Beyond),
            ("bytes=5-2", Wanted::Whole),
            ("bytes=12-11", Wanted::Whole),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("lines=0-1", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
        ] {
            assert_eq!(wanted(range, 10), meant, "{range}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Beyond);
    }
}
