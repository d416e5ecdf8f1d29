//! Moments as pages show and take them, in UTC.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use portreeve_types::Timestamp;

/// The time of day, as a clock on the wall shows it.
pub(super) fn clock(at: Timestamp) -> String {
    formatted(at, "%H:%M:%S UTC")
}

/// The day and the minute.
pub(super) fn minute(at: Timestamp) -> String {
    formatted(at, "%Y-%m-%d %H:%M UTC")
}

/// The day, as a form's date field has it.
pub(super) fn day(at: Timestamp) -> String {
    formatted(at, "%Y-%m-%d")
}

fn formatted(at: Timestamp, format: &str) -> String {
    jiff::Timestamp::from_second(at.seconds())
        .map_or_else(|_| at.seconds().to_string(), |at| at.strftime(format).to_string())
}

/// The last second of a day that a form's date field named.
pub(super) fn end_of_day(day: &str) -> Result<Timestamp, String> {
    let no_day = || format!("“{day}” is no day: write it as 2026-12-31.");
    let day: Date = day.parse().map_err(|_| no_day())?;
    let end = day.at(23, 59, 59, 0).to_zoned(TimeZone::UTC).map_err(|_| no_day())?;
    Ok(Timestamp::from_seconds(end.timestamp().as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_with_its_last_second() {
        let end = end_of_day("2026-12-31").unwrap();
        assert_eq!(minute(end), "2026-12-31 23:59 UTC");
        assert_eq!(clock(end), "23:59:59 UTC");
        assert_eq!(day(end), "2026-12-31");
        assert!(end_of_day("31.12.2026").unwrap_err().contains("31.12.2026"));
    }
}
