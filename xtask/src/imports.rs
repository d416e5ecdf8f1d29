//! The direction of imports (docs/architecture.md, section 3), proved from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::run::root;

/// What a crate may know of the others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A floor of the house: it knows the floors below and nothing of its own.
    Floor(u8),
    /// Beside the house: it knows none of ours, and the house does not know it.
    Beside,
    /// Around the house: it may know every crate, and no crate knows it.
    Around,
}

use Place::{Around, Beside, Floor};

#[rustfmt::skip] // one row, one line
const PLACES: &[(&str, Place)] = &[
    ("portreeve", Floor(5)),
    ("portreeve-server", Floor(4)),
    ("portreeve-functions", Floor(3)),
    ("portreeve-api", Floor(2)),
    ("portreeve-config", Floor(1)),
    ("portreeve-drivers", Floor(1)),
    ("portreeve-helper", Floor(1)),
    ("portreeve-store", Floor(1)),
    ("portreeve-crypt", Floor(0)),
    ("portreeve-types", Floor(0)),
    ("portreeve-wire", Floor(0)),
    ("portreeve-client", Beside),
    ("portreeve-e2e", Around),
    ("portreeve-holes", Around),
    ("portreeve-testkit", Around),
    ("xtask", Around),
];

/// The one arrow inside a floor: everybody speaks in these types.
const COMMON: &str = "portreeve-types";

/// Dependencies that only some crates may have.
#[rustfmt::skip] // one row, one line
const RESERVED: &[(&str, &[&str])] = &[
    ("anyhow", &["portreeve", "portreeve-e2e", "portreeve-testkit", "xtask"]),
    ("axum", &["portreeve-server"]),
    ("http", &["portreeve-server", "portreeve-client"]),
    ("httparse", &["portreeve-server", "portreeve-client"]),
    ("hyper", &["portreeve-server", "portreeve-client"]),
    ("nix", &["portreeve-drivers", "portreeve-helper"]),
    ("sqlx", &["portreeve-store"]),
];

/// The normal dependencies of each crate of the workspace, by name.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// Checks the workspace.
pub fn check() -> Result<()> {
    let graph = workspace()?;
    let wrong = wrong_arrows(&graph);
    if wrong.is_empty() {
        println!("the imports of {} crates point downwards", graph.len());
        return Ok(());
    }
    bail!("{}", wrong.join("\n"))
}

fn workspace() -> Result<Graph> {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec()?;
    let members = metadata.packages.into_iter().map(|package| {
        let normal = package.dependencies.into_iter().filter(|it| it.kind == DependencyKind::Normal);
        (package.name.to_string(), normal.map(|dependency| dependency.name).collect())
    });
    Ok(members.collect())
}

fn wrong_arrows(graph: &Graph) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, dependencies) in graph {
        let Some(from) = place(name) else {
            wrong.push(format!("{name}: has no place in xtask/src/imports.rs"));
            continue;
        };
        for dependency in dependencies {
            let ours = graph.contains_key(dependency);
            if ours && place(dependency).is_some_and(|to| !may_know(from, to, dependency)) {
                wrong.push(format!("{name} -> {dependency}: this import does not point downwards"));
            }
            if !may_have(name, dependency) {
                wrong.push(format!("{name} -> {dependency}: this dependency is reserved for other crates"));
            }
        }
    }
    wrong
}

fn place(name: &str) -> Option<Place> {
    PLACES.iter().find(|(known, _)| *known == name).map(|(_, place)| *place)
}

fn may_know(from: Place, to: Place, name: &str) -> bool {
    match (from, to) {
        (Floor(from), Floor(to)) => to < from || (to == from && name == COMMON),
        (Around, _) => true,
        (Floor(_) | Beside, _) => false,
    }
}

fn may_have(name: &str, dependency: &str) -> bool {
    RESERVED.iter().all(|(reserved, holders)| *reserved != dependency || holders.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(arrows: &[(&str, &[&str])]) -> Graph {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        arrows.iter().map(|(name, dependencies)| ((*name).to_owned(), owned(dependencies))).collect()
    }

    #[test]
    fn arrows_that_point_downwards_pass() {
        let good = graph(&[
            ("portreeve-types", &["serde"]),
            ("portreeve-wire", &["portreeve-types"]),
            ("portreeve-store", &["portreeve-types", "sqlx"]),
            ("portreeve-functions", &["portreeve-store", "portreeve-types"]),
            ("portreeve-testkit", &["anyhow", "portreeve-functions"]),
        ]);
        assert!(wrong_arrows(&good).is_empty());
    }

    #[test]
    fn an_arrow_that_points_upwards_is_named() {
        let bad = graph(&[("portreeve-store", &["portreeve-api"]), ("portreeve-api", &["portreeve-store"])]);
        assert_eq!(
            wrong_arrows(&bad),
            ["portreeve-store -> portreeve-api: this import does not point downwards"]
        );
    }

    #[test]
    fn siblings_do_not_know_each_other() {
        let bad = graph(&[
            ("portreeve-store", &["portreeve-drivers"]),
            ("portreeve-drivers", &[]),
            ("portreeve-crypt", &["portreeve-wire"]),
            ("portreeve-wire", &[]),
        ]);
        assert_eq!(wrong_arrows(&bad).len(), 2);
    }

    #[test]
    fn the_client_knows_none_of_ours_and_the_house_knows_no_test_crate() {
        let bad = graph(&[
            ("portreeve-client", &["portreeve-types"]),
            ("portreeve-types", &[]),
            ("portreeve-server", &["portreeve-testkit"]),
            ("portreeve-testkit", &[]),
        ]);
        assert_eq!(wrong_arrows(&bad).len(), 2);
    }

    #[test]
    fn reserved_dependencies_stay_where_they_belong() {
        let bad = graph(&[
            ("portreeve-functions", &["sqlx", "http"]),
            ("portreeve-server", &["anyhow", "http"]),
            ("portreeve-store", &["sqlx"]),
        ]);
        assert_eq!(
            wrong_arrows(&bad),
            [
                "portreeve-functions -> http: this dependency is reserved for other crates",
                "portreeve-functions -> sqlx: this dependency is reserved for other crates",
                "portreeve-server -> anyhow: this dependency is reserved for other crates",
            ]
        );
    }

    #[test]
    fn a_crate_without_a_place_is_named() {
        let bad = graph(&[("portreeve-attic", &[])]);
        assert_eq!(wrong_arrows(&bad), ["portreeve-attic: has no place in xtask/src/imports.rs"]);
    }

    #[test]
    fn the_workspace_itself_is_read_with_its_dependencies() {
        let graph = workspace().unwrap();
        assert!(graph["xtask"].contains("cargo_metadata"), "{:?}", graph["xtask"]);
        assert!(!graph["portreeve-store"].contains("tempfile"), "development dependencies do not count");
    }
}
