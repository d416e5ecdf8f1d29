//! The API functions, one file each, and the tables that name them all.

mod account_item;
mod accounts;
mod api1;
mod api2;
mod arguments;
mod disk;
mod guesses;
mod issuers;
mod load;
mod mailboxes;
mod others_factors;
mod passwords;
mod second_factor;
mod settings;
mod settle;
mod tokens;
mod uapi;
mod whm;
mod whm_tokens;

use portreeve_api::Entry;

pub use settings::describe_settings;

/// WHM functions that the server answers itself: calls on behalf of an account.
pub const ON_BEHALF: [&str; 2] = ["cpanel", "uapi_cpanel"];

/// Every function, module by module.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    let of_modules = [uapi::TABLES, api2::TABLES, api1::TABLES].into_iter().flatten();
    of_modules.chain([&whm::TABLE]).flat_map(|table| table.iter())
}

/// The UAPI function of this name.
#[must_use]
pub fn uapi_function(module: &str, function: &str) -> Option<&'static Entry> {
    find(uapi::TABLES, module, function)
}

/// The function of API 2 of this name.
#[must_use]
pub fn api2_function(module: &str, function: &str) -> Option<&'static Entry> {
    find(api2::TABLES, module, function)
}

/// The function of API 1 of this name.
#[must_use]
pub fn api1_function(module: &str, function: &str) -> Option<&'static Entry> {
    find(api1::TABLES, module, function)
}

fn find(tables: &'static [&'static [Entry]], module: &str, function: &str) -> Option<&'static Entry> {
    let mut entries = tables.iter().flat_map(|table| table.iter());
    entries.find(|entry| entry.name.module() == Some(module) && entry.name.function() == function)
}

/// Whether UAPI has a module of this name.
#[must_use]
pub fn has_uapi_module(module: &str) -> bool {
    uapi::TABLES.iter().flat_map(|table| table.iter()).any(|entry| entry.name.module() == Some(module))
}

/// The WHM API function of this name.
#[must_use]
pub fn whm_function(function: &str) -> Option<&'static Entry> {
    whm::TABLE.iter().find(|entry| entry.name.function() == function)
}

/// The whole table as data, for the generated description.
#[must_use]
pub fn describe() -> serde_json::Value {
    let mut functions: Vec<_> = entries().map(Entry::describe).collect();
    functions.sort_by_key(|function| (function["name"].to_string(), function["api"].to_string()));
    serde_json::json!({ "functions": functions })
}
