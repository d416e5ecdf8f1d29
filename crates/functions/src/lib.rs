//! The API functions, one file each, and the tables that name them all.

mod account_item;
mod accounts;
mod api1;
mod api2;
mod arguments;
mod cphulk;
mod disk;
mod events;
mod find;
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

pub use events::describe_events;
pub use find::{api1_function, api2_function, uapi_function, whm_function};
pub use settings::describe_settings;

/// WHM functions that the server answers itself: calls on behalf of an account.
pub const ON_BEHALF: [&str; 2] = ["cpanel", "uapi_cpanel"];

/// Every function, module by module.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    let of_modules = [uapi::TABLES, api2::TABLES, api1::TABLES].into_iter().flatten();
    of_modules.chain([&whm::TABLE]).flat_map(|table| table.iter())
}

/// Whether UAPI has a module of this name.
#[must_use]
pub fn has_uapi_module(module: &str) -> bool {
    uapi::TABLES.iter().flat_map(|table| table.iter()).any(|entry| entry.name.module() == Some(module))
}

/// The whole table as data, for the generated description.
#[must_use]
pub fn describe() -> serde_json::Value {
    let mut functions: Vec<_> = entries().map(Entry::describe).collect();
    functions.sort_by_key(|function| (function["name"].to_string(), function["api"].to_string()));
    serde_json::json!({ "functions": functions })
}
