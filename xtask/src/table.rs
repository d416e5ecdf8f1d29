//! Adding a row to a `mod.rs` that holds modules and their table.

use anyhow::{Context as _, Result, ensure};

/// A module and its row.
pub struct Row {
    /// The module's name: `count_pops`.
    pub module: String,
    /// What stands in the table: `Entry::of::<count_pops::CountPops>()`.
    pub row: String,
}

/// Adds a module and its row to the text of a `mod.rs`. The order of the modules is rustfmt's business.
pub fn add(text: &str, new: &Row) -> Result<String> {
    let Row { module, row } = new;
    ensure!(!text.lines().any(|line| line == format!("mod {module};")), "`mod {module};` is already there");
    let with_module = add_module(text, module);
    add_row(&with_module, row)
}

fn add_module(text: &str, module: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| line.starts_with("mod "));
    let line = format!("mod {module};");
    if let Some(first) = first {
        lines.insert(first, &line);
    } else {
        // A table without modules: they come below the words about the file.
        let below = lines.iter().position(|line| !line.starts_with("//!")).unwrap_or(lines.len());
        lines.splice(below..below, ["", &line]);
    }
    lines.join("\n") + "\n"
}

/// Adds a row before the first that is greater, so that a sorted table stays sorted. Nothing else moves.
fn add_row(text: &str, row: &str) -> Result<String> {
    let table = text.find("static TABLE").context("there is no `static TABLE`")?;
    let (before, rest) = text.split_at(table);
    let (head, body) = rest.split_once('=').context("`static TABLE` has no value")?;
    // rustfmt puts the table on a line of its own where it fits on one.
    let body = body.trim_start().strip_prefix("&[").context("the table does not begin with `&[`")?;
    let (body, after) = body.split_once("];").context("the table does not end with `];`")?;
    let mut rows: Vec<&str> = body.trim_end().split_terminator(',').collect();
    let place = rows.iter().position(|other| other.trim() > row).unwrap_or(rows.len());
    let line = format!("\n    {row}");
    rows.insert(place, &line);
    Ok(format!("{before}{head}= &[{},\n];{after}", rows.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new() -> Row {
        Row { module: "count_pops".to_owned(), row: "Entry::of::<count_pops::CountPops>()".to_owned() }
    }

    #[test]
    fn a_row_and_a_module_go_to_their_places_in_the_table() {
        let text = "//! `Email`.\n\nmod add_pop;\nmod list_pops;\n\nuse portreeve_api::Entry;\n\n\
                    pub(super) static TABLE: &[Entry] = &[\n    Entry::of::<add_pop::AddPop>(),\n    \
                    Entry::of::<list_pops::ListPops>(),\n];\n\nfn helper() {}\n";
        let expected = "//! `Email`.\n\nmod count_pops;\nmod add_pop;\nmod list_pops;\n\n\
                        use portreeve_api::Entry;\n\npub(super) static TABLE: &[Entry] = &[\n    \
                        Entry::of::<add_pop::AddPop>(),\n    Entry::of::<count_pops::CountPops>(),\n    \
                        Entry::of::<list_pops::ListPops>(),\n];\n\nfn helper() {}\n";
        assert_eq!(add(text, &new()).unwrap(), expected);
    }

    #[test]
    fn a_table_in_one_line_takes_a_row_at_its_end() {
        let text = "//! All.\n\nmod aa;\n\npub(crate) static TABLES: &[&[Entry]] = &[aa::TABLE];\n";
        let new = Row { module: "bb".to_owned(), row: "bb::TABLE".to_owned() };
        let expected = "//! All.\n\nmod bb;\nmod aa;\n\n\
                        pub(crate) static TABLES: &[&[Entry]] = &[aa::TABLE,\n    bb::TABLE,\n];\n";
        assert_eq!(add(text, &new).unwrap(), expected);
    }

    #[test]
    fn a_table_below_its_name_takes_a_row() {
        let text = "//! `Email`.\n\nmod addpop;\n\npub(super) static TABLE: &[Entry] =\n    \
                    &[Entry::of::<addpop::Addpop>()];\n";
        let expected = "//! `Email`.\n\nmod count_pops;\nmod addpop;\n\npub(super) static TABLE: &[Entry] = \
                        &[Entry::of::<addpop::Addpop>(),\n    Entry::of::<count_pops::CountPops>(),\n];\n";
        assert_eq!(add(text, &new()).unwrap(), expected);
    }

    #[test]
    fn an_empty_table_takes_its_first_row() {
        let text = "//! `Email`.\n\nuse portreeve_api::Entry;\n\npub(super) static TABLE: &[Entry] = &[];\n";
        let expected = "//! `Email`.\n\nmod count_pops;\n\nuse portreeve_api::Entry;\n\n\
                        pub(super) static TABLE: &[Entry] = &[\n    Entry::of::<count_pops::CountPops>(),\n];\n";
        assert_eq!(add(text, &new()).unwrap(), expected);
    }

    #[test]
    fn a_module_that_is_there_is_refused() {
        let text = "mod count_pops;\npub(super) static TABLE: &[Entry] = &[];\n";
        assert_eq!(add(text, &new()).unwrap_err().to_string(), "`mod count_pops;` is already there");
    }

    #[test]
    fn a_file_without_a_table_is_refused() {
        assert!(add("//! Nothing here.\n", &new()).is_err());
    }
}
