//! Means, variances, and Welch's t.

/// The part of all samples, both classes together, that is kept: the quickest nine tenths.
const KEPT: f64 = 0.9;

/// Mean, variance and number of some samples.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let from_old = value - self.mean;
        self.mean += from_old / self.count;
        self.squares += from_old * (value - self.mean);
    }

    /// The mean.
    pub fn mean(self) -> f64 {
        self.mean
    }

    fn variance_of_mean(self) -> f64 {
        if self.count < 2.0 { f64::INFINITY } else { self.squares / (self.count - 1.0) / self.count }
    }
}

/// The moments of both classes without the slowest samples.
pub fn cropped(samples: &[(bool, u64)]) -> (Moments, Moments) {
    let mut sorted: Vec<u64> = samples.iter().map(|(_, nanos)| *nanos).collect();
    sorted.sort_unstable();
    let last = (sorted.len() as f64 * KEPT) as usize;
    let most = sorted.get(last.saturating_sub(1)).copied().unwrap_or(u64::MAX);
    let (mut first, mut second) = (Moments::default(), Moments::default());
    for (is_second, nanos) in samples.iter().filter(|(_, nanos)| *nanos <= most) {
        if *is_second { second.add(*nanos as f64) } else { first.add(*nanos as f64) }
    }
    (first, second)
}

/// Welch's t: the difference of the means in units of what chance makes of it.
pub fn welch(first: Moments, second: Moments) -> f64 {
    let spread = (first.variance_of_mean() + second.variance_of_mean()).sqrt();
    if spread == 0.0 { 0.0 } else { (first.mean - second.mean) / spread }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(values: &[f64]) -> Moments {
        let mut moments = Moments::default();
        values.iter().for_each(|value| moments.add(*value));
        moments
    }

    #[test]
    fn t_is_what_the_formula_says() {
        // means 20 and 22, variances of the means 250/20 and 14/7
        let (first, second) = (moments(&[10.0, 15.0, 20.0, 25.0, 30.0]), moments(&[20.0, 22.0, 24.0]));
        let expected = -2.0 / (62.5_f64 / 5.0 + 4.0 / 3.0).sqrt();
        assert!((welch(first, second) - expected).abs() < 1e-9);
        assert!((welch(second, first) + expected).abs() < 1e-9);
    }

    #[test]
    fn the_slowest_tenth_of_both_together_is_left_out() {
        let samples: Vec<(bool, u64)> = (1..=20).map(|number| (number % 2 == 0, number)).collect();
        let (first, second) = cropped(&samples);
        assert_eq!((first.mean(), second.mean()), (9.0, 10.0));
    }

    #[test]
    fn what_cannot_be_told_apart_has_a_small_t_and_what_can_a_large_one() {
        let noise = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
        let same: Vec<(bool, u64)> = (0..10_000).map(|number| (number % 3 == 0, noise(number))).collect();
        let (first, second) = cropped(&same);
        assert!(welch(first, second).abs() < 4.5);
        let apart: Vec<(bool, u64)> =
            same.iter().map(|(second, nanos)| (*second, nanos + u64::from(*second) * 60)).collect();
        let (first, second) = cropped(&apart);
        assert!(welch(first, second).abs() > 4.5);
    }
}
