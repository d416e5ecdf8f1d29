//! The table, and the file that keeps it. Neither names this machine or a path.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use jiff::Zoned;
use serde::Serialize;

use crate::cores::Cores;
use crate::figures::Spread;
use crate::options::Options;

/// Everything that a run found.
#[derive(Serialize)]
pub struct Report {
    date: String,
    /// What was measured; marked when it was changed since.
    commit: String,
    processor: String,
    cores: usize,
    rounds: u32,
    seconds: f64,
    /// What was switched on, and how all sides were asked.
    pub conditions: Vec<String>,
    /// What should have been measured beside the server and is not here.
    pub missing: Vec<String>,
    pub rows: Vec<Row>,
}

/// One side of one workload.
#[derive(Serialize)]
pub struct Row {
    pub workload: &'static str,
    pub what: String,
    pub side: String,
    pub unit: &'static str,
    pub value: Spread,
    /// The share of a core that the side was busy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub busy: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Ratio>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
}

/// How often a side costs what another does.
#[derive(Serialize)]
pub struct Ratio {
    pub to: &'static str,
    #[serde(flatten)]
    pub spread: Spread,
}

/// What is to be reached.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// At most so often what the other side costs.
    Ratio(f64),
    /// At most so much.
    Value(f64),
}

impl Report {
    pub fn new(options: &Options, cores: Cores) -> Result<Report> {
        let commit = git(&["rev-parse", "--short=8", "HEAD"])?;
        let is_changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
        let cpu = fs::read_to_string("/proc/cpuinfo").context("reading the processor's name")?;
        let name = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Ok(Report {
            date: Zoned::now().date().to_string(),
            commit: if is_changed { format!("{commit}-changed") } else { commit },
            processor: name.map_or("unknown", |(_, name)| name).to_owned(),
            cores: cores.count,
            rounds: options.rounds,
            seconds: options.seconds,
            conditions: Vec::new(),
            missing: Vec::new(),
            rows: Vec::new(),
        })
    }

    /// The table for people.
    pub fn table(&self) -> String {
        let mut text = format!(
            "{} at {}, {} ({} cores); {} rounds of {} s\n",
            self.commit, self.date, self.processor, self.cores, self.rounds, self.seconds
        );
        // Writing to a String cannot fail.
        for condition in &self.conditions {
            let _ = writeln!(text, "  {condition}");
        }
        for missing in &self.missing {
            let _ = writeln!(text, "  MISSING: {missing}");
        }
        for (index, row) in self.rows.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| self.rows.get(before));
            if before.is_none_or(|before| (before.workload, &before.what) != (row.workload, &row.what)) {
                let _ = writeln!(text, "\n{} {}", row.workload, row.what);
            }
            let _ = writeln!(text, "{}", row.line());
        }
        text
    }

    /// Writes table and figures to bench/results/, and says where.
    pub fn keep(&self, only: &str) -> Result<PathBuf> {
        let directory = Path::new("bench/results");
        fs::create_dir_all(directory).context("making the directory of the results")?;
        let name = format!("{}-{}{only}", self.date, self.commit);
        let path = directory.join(format!("{name}.json"));
        fs::write(&path, serde_json::to_string_pretty(self)? + "\n").context("writing the results")?;
        fs::write(directory.join(format!("{name}.txt")), self.table()).context("writing the table")?;
        Ok(path)
    }
}

impl Row {
    fn line(&self) -> String {
        let Spread { median, least, most } = self.value;
        let mut line = format!(
            "  {:<34} {median:>9.2} {:<4} {:<20}",
            self.side,
            self.unit,
            format!("({least:.2} to {most:.2})")
        );
        if let Some(busy) = self.busy {
            let _ = write!(line, " {:>3.0} % busy", busy * 100.0);
        }
        if let Some(Ratio { to, spread: Spread { median, least, most } }) = &self.ratio {
            let _ = write!(line, "  {median:.3} x {to} ({least:.3} to {most:.3})");
        }
        if let Some(limit) = self.limit {
            let most = match limit {
                Limit::Ratio(most) | Limit::Value(most) => most,
            };
            let verdict = match self.is_met() {
                Some(true) => "met",
                Some(false) => "NOT MET",
                None => "not compared",
            };
            let _ = write!(line, "  at most {most}: {verdict}");
        }
        line.trim_end().to_owned()
    }

    /// Whether the median keeps the limit; none when there is nothing to compare.
    fn is_met(&self) -> Option<bool> {
        match self.limit? {
            Limit::Ratio(most) => Some(self.ratio.as_ref()?.spread.median <= most),
            Limit::Value(most) => Some(self.value.median <= most),
        }
    }
}

fn git(arguments: &[&str]) -> Result<String> {
    let output = Command::new("git").args(arguments).output().context("asking git for the commit")?;
    ensure!(output.status.success(), "git does not know this directory");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(median: f64, limit: Limit) -> Row {
        let spread = Spread { median, least: 1.0, most: 2.0 };
        Row {
            workload: "W1",
            what: "a call".to_owned(),
            side: "portreeve".to_owned(),
            unit: "us",
            value: Spread { median: 10.0, least: 9.0, most: 11.0 },
            busy: Some(0.5),
            ratio: Some(Ratio { to: "nginx", spread }),
            limit: Some(limit),
        }
    }

    #[test]
    fn a_row_says_whether_its_limit_is_kept() {
        assert!(
            row(1.2, Limit::Ratio(1.2)).line().ends_with("1.200 x nginx (1.000 to 2.000)  at most 1.2: met")
        );
        assert!(row(1.21, Limit::Ratio(1.2)).line().ends_with("at most 1.2: NOT MET"));
        assert!(row(1.0, Limit::Value(9.0)).line().ends_with("at most 9: NOT MET"));
        let alone = Row { ratio: None, ..row(1.0, Limit::Ratio(1.2)) };
        assert!(alone.line().ends_with("at most 1.2: not compared"));
    }
}
