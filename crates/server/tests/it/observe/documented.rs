//! docs/metrics.md and the metrics: each says what the other says.

use std::collections::{BTreeMap, BTreeSet};

use portreeve_testkit::TestServer;

const PAGE: &str = include_str!("../../../../../docs/metrics.md");

/// A family's type, and the values of each of its labels.
#[derive(Debug, Default, PartialEq)]
struct Family {
    kind: String,
    labels: BTreeMap<String, BTreeSet<String>>,
}

/// The cells of each row of a table whose first cell is code, with that one first.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect())
}

fn documented() -> BTreeMap<String, Family> {
    let (families, values) = PAGE.split_once("\n## Labels").expect("a part about labels");
    let labels: BTreeMap<&str, BTreeSet<String>> = values
        .split("\n### `")
        .skip(1)
        .map(|part| {
            let (heading, table) = part.split_once('\n').expect("a table");
            (heading.trim_end_matches('`'), rows(table).map(|row| row[0].to_owned()).collect())
        })
        .collect();
    rows(families)
        .filter(|row| row.len() == 5)
        .map(|row| {
            let names = row[2].split(", ").map(|name| name.trim_matches('`')).filter(|name| !name.is_empty());
            let of = |name: &str| {
                let whole = format!("{}: {name}", row[0]);
                let found = labels.get(whole.as_str()).or_else(|| labels.get(name));
                found.unwrap_or_else(|| panic!("{whole} has no table")).clone()
            };
            let labels = names.map(|name| (name.to_owned(), of(name))).collect();
            (row[0].to_owned(), Family { kind: row[1].to_owned(), labels })
        })
        .collect()
}

fn served(text: &str) -> BTreeMap<String, Family> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a type");
            families.insert(name.to_owned(), Family { kind: kind.to_owned(), ..Family::default() });
        } else if !line.starts_with('#')
            && let Some((name, rest)) = line.split_once('{')
        {
            let labels = &mut families.get_mut(name).expect("a type comes first").labels;
            let (pairs, _) = rest.split_once('}').expect("an end");
            for pair in pairs.split(',') {
                let (label, value) = pair.split_once('=').expect("a label");
                labels.entry(label.to_owned()).or_default().insert(value.trim_matches('"').to_owned());
            }
        }
    }
    families
}

#[tokio::test]
async fn the_page_lists_each_metric_with_its_type_and_every_value_of_its_labels() {
    let server = TestServer::start().await;
    let mut served = served(&server.monitor().get("/metrics").send().await.text());
    // of which there is one, another one with each release
    let version = served.get_mut("portreeve_build_info").unwrap().labels.get_mut("version").unwrap();
    assert_eq!(*version, BTreeSet::from([env!("CARGO_PKG_VERSION").to_owned()]));
    *version = BTreeSet::from(["the release".to_owned()]);
    let documented = documented();
    for (name, family) in &served {
        assert_eq!(Some(family), documented.get(name), "{name}");
    }
    assert_eq!(served.keys().collect::<Vec<_>>(), documented.keys().collect::<Vec<_>>());
}
