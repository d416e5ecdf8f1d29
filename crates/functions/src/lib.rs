//! The API functions, one file each, and the tables that name them all.

mod account_item;
mod accounts;
mod arguments;
mod assurance;
mod disk;
mod issuers;
mod load;
mod mailboxes;
mod others_factors;
mod passwords;
mod second_factor;
mod settle;
mod tokens;
mod uapi;
mod whm;
mod whm_tokens;

use portreeve_api::{Entry, Name};

/// WHM functions that the server answers itself: calls on behalf of an account.
pub const ON_BEHALF: [&str; 2] = ["cpanel", "uapi_cpanel"];

/// Every function, module by module.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    uapi::TABLES.iter().chain([&whm::TABLE]).flat_map(|table| table.iter())
}

/// The UAPI function of this name.
#[must_use]
pub fn uapi_function(module: &str, function: &str) -> Option<&'static Entry> {
    let wanted = |entry: &&Entry| matches!(entry.name, Name::Uapi { module: m, function: f } if m == module && f == function);
    uapi::TABLES.iter().flat_map(|table| table.iter()).find(wanted)
}

/// Whether UAPI has a module of this name.
#[must_use]
pub fn has_uapi_module(module: &str) -> bool {
    let of_module = |entry: &Entry| matches!(entry.name, Name::Uapi { module: m, .. } if m == module);
    uapi::TABLES.iter().flat_map(|table| table.iter()).any(of_module)
}

/// The WHM API function of this name.
#[must_use]
pub fn whm_function(function: &str) -> Option<&'static Entry> {
    whm::TABLE.iter().find(|entry| matches!(entry.name, Name::Whm { function: f, .. } if f == function))
}

/// The whole table as data, for the generated description.
#[must_use]
pub fn describe() -> serde_json::Value {
    let mut functions: Vec<_> = entries().map(Entry::describe).collect();
    functions.sort_by_key(|function| function["name"].to_string());
    serde_json::json!({ "functions": functions })
}
