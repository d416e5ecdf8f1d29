//! What a flood came to, each figure with the bound that it has to keep.

use anyhow::{Result, ensure};

/// What a figure must not exceed, or fall below.
#[derive(Clone, Copy)]
pub enum Bound {
    None,
    Most(f64),
    Least(f64),
}

/// The table, printed as it grows: a flood takes a while.
#[derive(Default)]
pub struct Findings {
    missed: usize,
}

impl Bound {
    fn is_kept(self, value: f64) -> bool {
        match self {
            Bound::None => true,
            Bound::Most(most) => value <= most,
            Bound::Least(least) => value >= least,
        }
    }

    fn words(self) -> String {
        match self {
            Bound::None => String::new(),
            Bound::Most(most) => format!("at most {most:.1}"),
            Bound::Least(least) => format!("at least {least:.1}"),
        }
    }
}

impl Findings {
    /// A figure.
    pub fn add(&mut self, what: &str, value: f64, unit: &str, bound: Bound) {
        let verdict = if bound.is_kept(value) { "" } else { "MISSED" };
        println!("{what:<42} {value:>10.1} {unit:<4} {:<20} {verdict}", bound.words());
        self.missed += usize::from(!bound.is_kept(value));
    }

    /// Something that could not be compared.
    pub fn miss(&mut self, what: &str) {
        println!("missing: {what}");
        self.missed += 1;
    }

    /// Whether all bounds were kept.
    pub fn conclude(&self) -> Result<()> {
        ensure!(self.missed == 0, "{} of the figures are not as they have to be", self.missed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_beyond_its_bound_fails_the_run() {
        let mut findings = Findings::default();
        findings.add("a", 2.0, "", Bound::Most(2.0));
        findings.add("b", 2.0, "", Bound::Least(2.0));
        findings.add("c", 2.0, "", Bound::None);
        assert!(findings.conclude().is_ok());
        findings.add("d", 2.1, "", Bound::Most(2.0));
        assert!(findings.conclude().is_err());
    }
}
