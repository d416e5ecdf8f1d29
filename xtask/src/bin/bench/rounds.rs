//! Sides take turns, A B A B: a machine that is slow for a while is slow for all of them.

use anyhow::{Context, Result};

use crate::figures::{Sample, Spread};
use crate::report::{Limit, Ratio, Row};

/// One way to do something.
pub struct Side<'a> {
    /// What it is called in the table.
    pub name: &'static str,
    /// One turn of it.
    pub turn: Box<dyn FnMut() -> Result<Sample> + 'a>,
}

/// What came of the turns of some sides.
pub struct Rounds(Vec<(&'static str, Vec<Sample>)>);

impl<'a> Side<'a> {
    pub fn new(name: &'static str, turn: impl FnMut() -> Result<Sample> + 'a) -> Side<'a> {
        Side { name, turn: Box::new(turn) }
    }
}

impl Rounds {
    /// Lets each side have so many turns, after one that does not count.
    pub fn of(rounds: u32, mut sides: Vec<Side<'_>>) -> Result<Rounds> {
        let mut all: Vec<(&'static str, Vec<Sample>)> =
            sides.iter().map(|side| (side.name, Vec::new())).collect();
        for round in 0..=rounds {
            for (side, (_, samples)) in sides.iter_mut().zip(&mut all) {
                let sample = (side.turn)().with_context(|| format!("measuring {}", side.name))?;
                if round > 0 {
                    samples.push(sample);
                }
            }
        }
        Ok(Rounds(all))
    }

    /// A side's row in the table, compared turn by turn with another side, of whose cost it may be so many times. No
    /// row for a side that was not there.
    pub fn row(
        &self,
        workload: &'static str,
        what: &str,
        side: &'static str,
        to: Option<(&'static str, Option<f64>)>,
    ) -> Option<Row> {
        let samples = Some(self.samples(side)).filter(|samples| !samples.is_empty())?;
        let ratio = to.map(|(to, _)| (to, self.samples(to))).filter(|(_, others)| !others.is_empty());
        let ratio = ratio.map(|(to, others)| {
            let pairs = samples.iter().zip(others);
            Ratio { to, spread: Spread::of(pairs.map(|(own, other)| own.micros() / other.micros())) }
        });
        Some(Row {
            workload,
            what: what.to_owned(),
            side: side.to_owned(),
            unit: "us",
            value: Spread::of(samples.iter().map(Sample::micros)),
            busy: Some(Spread::of(samples.iter().map(Sample::busy)).median),
            ratio,
            limit: to.and_then(|(_, most)| most).map(Limit::Ratio),
        })
    }

    fn samples(&self, side: &str) -> &[Sample] {
        self.0
            .iter()
            .find(|(name, _)| *name == side)
            .map(|(_, samples)| samples.as_slice())
            .unwrap_or_default()
    }
}
