//! The steps of a chore: each says its name and the seconds it took.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// The steps done so far.
#[derive(Default)]
pub struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: Cow<'static, str>,
    took: Duration,
    passed: bool,
}

impl Steps {
    /// Does one step.
    pub fn step(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        work: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let name = name.into();
        println!("==> {name}");
        let started = Instant::now();
        let result = work();
        let step = Step { name: name.clone(), took: started.elapsed(), passed: result.is_ok() };
        println!("<== {}", step.line());
        self.done.push(step);
        result.with_context(|| format!("step `{name}` failed"))
    }

    /// The closing table: a line for each step that ran, and the sum.
    pub fn table(&self) -> String {
        let mut table = String::new();
        for step in &self.done {
            // Writing to a String cannot fail.
            let _ = writeln!(table, "{}", step.line());
        }
        let sum: Duration = self.done.iter().map(|step| step.took).sum();
        let _ = write!(table, "{:<14} {:>7.1} s", "altogether", sum.as_secs_f64());
        table
    }
}

impl Step {
    fn line(&self) -> String {
        let outcome = if self.passed { "passed" } else { "FAILED" };
        format!("{:<14} {:>7.1} s  {outcome}", self.name, self.took.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_step_and_says_which_failed() {
        let mut steps = Steps::default();
        steps.step("format", || Ok(())).unwrap();
        let error = steps.step("lint", || bail!("three warnings")).unwrap_err();
        assert_eq!(format!("{error:#}"), "step `lint` failed: three warnings");

        let table = steps.table();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("format") && lines[0].ends_with("passed"));
        assert!(lines[1].starts_with("lint") && lines[1].ends_with("FAILED"));
        assert!(lines[2].starts_with("altogether"));
    }
}
