//! What is in the memory of a process: all that a core dump of it would hold.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use anyhow::{Context, Result, ensure};

const PAGE: usize = 4096;

/// The readable memory of a process, a piece for each of its mappings; those of the kernel's own are left out.
///
/// # Errors
/// When this user may not read it.
pub fn memory_of(process: u32) -> Result<Vec<Vec<u8>>> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).context("reading the list of mappings")?;
    let memory = File::open(format!("/proc/{process}/mem")).context("opening the memory")?;
    let mut pieces = Vec::new();
    for line in maps.lines() {
        let mut fields = line.split_ascii_whitespace();
        let (Some(range), Some(rights)) = (fields.next(), fields.next()) else { continue };
        if !rights.starts_with('r') || line.contains("[v") {
            continue;
        }
        let (start, end) = range.split_once('-').context("a mapping without an end")?;
        let (start, end) = (u64::from_str_radix(start, 16)?, u64::from_str_radix(end, 16)?);
        let mut piece = vec![0; usize::try_from(end - start)?];
        // page by page: what cannot be read (a guard, the stack of a thread that ended) takes nothing else along
        for (page, place) in piece.chunks_mut(PAGE).zip((start..end).step_by(PAGE)) {
            let _ = memory.read_exact_at(page, place);
        }
        pieces.push(piece);
    }
    ensure!(!pieces.is_empty(), "nothing of the memory could be read");
    Ok(pieces)
}
