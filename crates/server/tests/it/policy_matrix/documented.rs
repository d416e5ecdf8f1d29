//! The same tables stand in docs/policies.md.

use super::table::{PASSWORDS_AND_ADDRESSES, PLAIN_PORTS, SECOND_FACTOR, TICKETS};

#[test]
fn the_tables_of_the_documentation_are_the_ones_that_are_tested() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policies.md");
    let page = std::fs::read_to_string(page).expect("docs/policies.md");
    for table in [SECOND_FACTOR, PASSWORDS_AND_ADDRESSES, TICKETS, PLAIN_PORTS] {
        let mut rows: Vec<String> =
            table.lines().map(|row| format!("| {} |", row.replace('\t', " | "))).collect();
        let columns = table.lines().next().map_or(0, |head| head.split('\t').count());
        rows.insert(1, format!("|{}", "---|".repeat(columns)));
        let table = rows.join("\n");
        assert!(page.contains(&table), "docs/policies.md lacks this table:\n{table}");
    }
}
