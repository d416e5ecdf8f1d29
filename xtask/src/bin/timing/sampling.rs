//! Taking samples of two classes of input, interleaved at random.

use std::time::Instant;

use anyhow::Result;
use portreeve_crypt::{Entropy as _, SystemEntropy};

use crate::statistics::{cropped, welch};

/// What came of a case.
pub struct Outcome {
    /// What was compared.
    pub case: String,
    /// How many samples, both classes together.
    pub samples: usize,
    /// Mean nanoseconds of the first class.
    pub first: f64,
    /// Mean nanoseconds of the second class.
    pub second: f64,
    /// Welch's t.
    pub t: f64,
}

/// Takes samples of a check. `input` makes a sample's input before the clock runs: `true` for the second class.
///
/// # Errors
/// When the check itself fails.
pub async fn measure<Input>(
    case: &str,
    samples: usize,
    mut input: impl FnMut(bool) -> Input,
    check: impl AsyncFn(Input) -> Result<()>,
) -> Result<Outcome> {
    // what is read into memory once is there then
    for class in [false, true] {
        check(input(class)).await?;
    }
    let mut taken = Vec::with_capacity(samples);
    for class in classes(samples) {
        let input = input(class);
        let started = Instant::now();
        check(input).await?;
        taken.push((class, u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX)));
    }
    let (first, second) = cropped(&taken);
    let t = welch(first, second);
    Ok(Outcome { case: case.to_owned(), samples, first: first.mean(), second: second.mean(), t })
}

/// The classes of all samples, each with the same probability.
fn classes(samples: usize) -> Vec<bool> {
    let mut bytes = vec![0; samples];
    SystemEntropy.fill(&mut bytes);
    bytes.into_iter().map(|byte| byte & 1 == 1).collect()
}
