//! Functions by their names. Constant functions, so that the compiler can look up those that our own pages call: a
//! page that names a function which does not exist does not compile.

use portreeve_api::Entry;

use crate::{api1, api2, uapi, whm};

/// The UAPI function of this name.
#[must_use]
pub const fn uapi_function(module: &str, function: &str) -> Option<&'static Entry> {
    of_modules(uapi::TABLES, module, function)
}

/// The function of API 2 of this name.
#[must_use]
pub const fn api2_function(module: &str, function: &str) -> Option<&'static Entry> {
    of_modules(api2::TABLES, module, function)
}

/// The function of API 1 of this name.
#[must_use]
pub const fn api1_function(module: &str, function: &str) -> Option<&'static Entry> {
    of_modules(api1::TABLES, module, function)
}

/// The WHM API function of this name.
#[must_use]
pub const fn whm_function(function: &str) -> Option<&'static Entry> {
    named(whm::TABLE, "", function)
}

const fn of_modules(
    mut tables: &'static [&'static [Entry]],
    module: &str,
    function: &str,
) -> Option<&'static Entry> {
    while let [table, others @ ..] = tables {
        let found = named(table, module, function);
        if found.is_some() {
            return found;
        }
        tables = others;
    }
    None
}

/// The row of this name; WHM's functions have no module.
const fn named(mut table: &'static [Entry], module: &str, function: &str) -> Option<&'static Entry> {
    while let [entry, others @ ..] = table {
        let own = match entry.name.module() {
            Some(own) => own,
            None => "",
        };
        if equal(entry.name.function(), function) && equal(own, module) {
            return Some(entry);
        }
        table = others;
    }
    None
}

/// Whether two names are the same. (`==` of texts is no constant function.)
const fn equal(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    while let ([first, rest @ ..], [other_first, other_rest @ ..]) = (one, other) {
        if *first != *other_first {
            return false;
        }
        (one, other) = (rest, other_rest);
    }
    one.is_empty() && other.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_found_by_its_whole_name_only() {
        for (module, function, found) in [
            ("Tokens", "list", true),
            ("Tokens", "lis", false),
            ("Tokens", "list2", false),
            ("Token", "list", false),
            ("", "list", false),
            ("Email", "list_pops", true),
        ] {
            assert_eq!(uapi_function(module, function).is_some(), found, "{module}::{function}");
        }
        assert_eq!(whm_function("version").map(|entry| entry.name.function()), Some("version"));
        assert!(whm_function("versio").is_none() && whm_function("").is_none());
    }
}
