//! Disk usage and quotas, in the units and texts that the original's lists have.

use portreeve_types::Quota;

const MIB: u64 = 1 << 20;

/// What lies somewhere, and how much may.
pub(crate) struct Disk {
    pub(crate) bytes: u64,
    pub(crate) quota: Quota,
}

impl Disk {
    /// What is used, in MiB with two digits: `1.05`.
    pub(crate) fn used(&self) -> String {
        two_digits(self.bytes, MIB)
    }

    /// What is used, in whole MiB, rounded.
    pub(crate) fn used_whole(&self) -> u64 {
        self.bytes.saturating_add(MIB / 2) / MIB
    }

    /// The quota in MiB with two digits; `0.00` for none.
    pub(crate) fn limit(&self) -> String {
        format!("{}.00", self.quota.as_mib())
    }

    /// The quota in MiB with two digits, or `unlimited`.
    pub(crate) fn limit_or_unlimited(&self) -> String {
        if self.quota == Quota::UNLIMITED { "unlimited".to_owned() } else { self.limit() }
    }

    /// The quota in bytes; 0 for none.
    pub(crate) fn limit_in_bytes(&self) -> u64 {
        u64::from(self.quota.as_mib()) * MIB
    }

    /// How much of the quota is used, in hundredths of a percent; 0 without a quota.
    fn hundredths_of_percent(&self) -> u32 {
        let share = self.bytes.saturating_mul(10_000).checked_div(self.limit_in_bytes()).unwrap_or_default();
        u32::try_from(share).unwrap_or(u32::MAX)
    }

    /// How much of the quota is used, in percent; 0 without a quota.
    pub(crate) fn percent(&self) -> f64 {
        f64::from(self.hundredths_of_percent()) / 100.0
    }

    /// The same, whole.
    pub(crate) fn whole_percent(&self) -> u32 {
        self.hundredths_of_percent() / 100
    }

    /// The same in steps of 20, 100 at most.
    pub(crate) fn percent_in_steps(&self) -> u32 {
        (self.whole_percent().min(100) + 10) / 20 * 20
    }
}

/// A size as people read it: `12.5 KB` with a blank that does not break; `None` for nothing.
pub(crate) fn readable(bytes: u64) -> String {
    let unit = [(MIB << 10, "GB"), (MIB, "MB"), (1 << 10, "KB")].into_iter().find(|(size, _)| bytes >= *size);
    match unit {
        _ if bytes == 0 => "None".to_owned(),
        None => format!("{bytes}\u{a0}bytes"),
        Some((size, name)) => {
            let number = two_digits(bytes, size);
            format!("{}\u{a0}{name}", number.trim_end_matches('0').trim_end_matches('.'))
        }
    }
}

/// A number of units with two digits, rounded.
fn two_digits(bytes: u64, unit: u64) -> String {
    let hundredths = (u128::from(bytes) * 100 + u128::from(unit) / 2) / u128::from(unit);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(bytes: u64, mib: u32) -> Disk {
        Disk { bytes, quota: Quota::mib(mib) }
    }

    #[test]
    fn figures_have_the_units_of_their_fields() {
        let half = disk(125 * MIB + 5, 250);
        assert_eq!((half.used().as_str(), half.limit().as_str()), ("125.00", "250.00"));
        assert_eq!((half.limit_or_unlimited().as_str(), half.limit_in_bytes()), ("250.00", 262_144_000));
        assert_eq!((half.percent(), half.whole_percent(), half.percent_in_steps()), (50.0, 50, 60));
        let none = disk(u64::MAX, 0);
        assert_eq!((none.limit().as_str(), none.limit_or_unlimited().as_str()), ("0.00", "unlimited"));
        assert_eq!((none.percent(), none.limit_in_bytes()), (0.0, 0));
        assert_eq!(disk(6 * MIB / 100, 1).used(), "0.06");
        assert_eq!((disk(MIB / 2, 1).used_whole(), disk(MIB / 2 - 1, 1).used_whole()), (1, 0));
    }

    #[test]
    fn steps_of_twenty_end_at_a_hundred() {
        for (percent, steps) in [(0, 0), (9, 0), (10, 20), (29, 20), (30, 40), (99, 100), (250, 100)] {
            assert_eq!(disk(percent * MIB, 100).percent_in_steps(), steps, "{percent}");
        }
    }

    #[test]
    fn sizes_are_readable() {
        for (bytes, text) in [
            (0, "None"),
            (1, "1\u{a0}bytes"),
            (1536, "1.5\u{a0}KB"),
            (100 << 10, "100\u{a0}KB"),
            (250 * MIB, "250\u{a0}MB"),
            (5 * 1024 * MIB, "5\u{a0}GB"),
        ] {
            assert_eq!(readable(bytes), text);
        }
    }
}
