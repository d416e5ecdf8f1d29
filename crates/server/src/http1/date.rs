//! The `Date` field (RFC 9110 5.6.7).

use std::cell::Cell;

const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
type Date = [u8; 29];

thread_local! {
    /// The date that was written last, for it is the same for all answers of a second.
    static LAST: Cell<Option<(i64, Date)>> = const { Cell::new(None) };
}

/// The date at so many seconds after the start of 1970; `None` outside the years 0 to 9999.
pub(crate) fn http_date(unix_seconds: i64) -> Option<Date> {
    match LAST.get() {
        Some((second, date)) if second == unix_seconds => Some(date),
        _ => {
            let date = format_date(unix_seconds)?;
            LAST.set(Some((unix_seconds, date)));
            Some(date)
        }
    }
}

fn format_date(unix_seconds: i64) -> Option<Date> {
    let (days, second) = (unix_seconds.div_euclid(86_400), unix_seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let weekday = WEEKDAYS.get(usize::try_from(days.rem_euclid(7)).ok()?)?;
    let month = MONTHS.get(month)?;
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let text = format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT");
    text.as_bytes().try_into().ok()
}

/// Year, month (January is 0) and day of the month of so many days after the start of 1970.
///
/// Counts in years that begin in March, so that the leap day is the last, and in cycles of 400 years.
fn civil(days: i64) -> (i64, usize, i64) {
    let days = days + 719_468;
    let (cycle, day_of_cycle) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_cycle =
        (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12;
    let year = cycle * 400 + year_of_cycle + i64::from(month < 2);
    (year, usize::try_from(month).unwrap_or_default(), day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_standard_shows() {
        for (second, date) in [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
            (1_709_251_200, "Fri, 01 Mar 2024 00:00:00 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] {
            assert_eq!(http_date(second).map(|date| date.to_vec()), Some(date.as_bytes().to_vec()));
        }
        assert_eq!(http_date(i64::MAX / 2), None);
    }
}
