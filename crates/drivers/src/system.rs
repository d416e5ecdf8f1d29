//! The machine that the server runs on.

use std::io::{Error, ErrorKind};

use crate::error::DriverError;
use crate::{Step, blocking};

/// What there is to know of the machine.
pub trait System: Send + Sync {
    /// How busy it is.
    fn load_averages(&self) -> Step<'_, LoadAverages>;
}

/// How many programs ran or waited, on average: decimal numbers with two digits, as the kernel writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadAverages {
    /// Over the last minute.
    pub one: String,
    /// Over the last five minutes.
    pub five: String,
    /// Over the last fifteen minutes.
    pub fifteen: String,
}

/// What Linux says of itself, in `/proc`.
pub struct Linux;

const LOAD_AVERAGES: &str = "/proc/loadavg";

impl System for Linux {
    fn load_averages(&self) -> Step<'_, LoadAverages> {
        blocking(|| {
            let failed = |source| DriverError::Machine { path: LOAD_AVERAGES.into(), source };
            let text = std::fs::read_to_string(LOAD_AVERAGES).map_err(failed)?;
            parse(&text).ok_or_else(|| failed(Error::from(ErrorKind::InvalidData)))
        })
    }
}

/// The first three words, if they are numbers.
fn parse(text: &str) -> Option<LoadAverages> {
    let mut words = text.split_ascii_whitespace();
    let mut next =
        || words.next().filter(|word| word.parse::<f64>().is_ok_and(f64::is_finite)).map(str::to_owned);
    Some(LoadAverages { one: next()?, five: next()?, fifteen: next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_line_has_the_averages_first() {
        let found = parse("0.06 0.03 0.01 1/234 5678\n").unwrap();
        assert_eq!(
            (found.one.as_str(), found.five.as_str(), found.fifteen.as_str()),
            ("0.06", "0.03", "0.01")
        );
        for bad in ["", "0.06 0.03", "a b c", "0.06 x 1/2"] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
    }

    #[tokio::test]
    async fn this_machine_has_load_averages() {
        let found = Linux.load_averages().await.unwrap();
        assert!(found.one.parse::<f64>().unwrap() >= 0.0, "{found:?}");
    }
}
