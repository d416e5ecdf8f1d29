//! What was measured: samples, their spread, and how two sides compare.

use std::time::Duration;

use serde::Serialize;

/// What one side did in one turn.
#[derive(Clone, Copy)]
pub struct Sample {
    /// How many requests, or whatever is counted.
    pub count: u64,
    /// The processor time that they took, of all processes of the side.
    pub time: Duration,
    /// How long the turn took.
    pub wall: Duration,
}

/// The middle of some figures, and the ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Sample {
    /// Microseconds of processor time for each.
    pub fn micros(&self) -> f64 {
        self.time.as_secs_f64() * 1e6 / self.count.max(1) as f64
    }

    /// The share of a core that the side was busy.
    pub fn busy(&self) -> f64 {
        self.time.as_secs_f64() / self.wall.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

impl Spread {
    /// The spread of some figures; of none it is all zero.
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Spread {
        let mut sorted: Vec<f64> = figures.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let at = |index: usize| sorted.get(index).copied().unwrap_or_default();
        let last = sorted.len().saturating_sub(1);
        Spread { median: (at(last / 2) + at(last.div_ceil(2))) / 2.0, least: at(0), most: at(last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(Spread::of([4.0, 1.0, 3.0]), Spread { median: 3.0, least: 1.0, most: 4.0 });
        assert_eq!(Spread::of([4.0, 1.0, 3.0, 2.0]).median, 2.5);
        assert_eq!(Spread::of([]), Spread { median: 0.0, least: 0.0, most: 0.0 });
    }

    #[test]
    fn a_sample_says_what_each_took() {
        let sample = Sample { count: 100, time: Duration::from_millis(2), wall: Duration::from_millis(4) };
        assert_eq!((sample.micros(), sample.busy()), (20.0, 0.5));
    }
}
