//! The names a new function has: in the API, in the file system and in Rust.

use anyhow::{Result, ensure};

/// Words that Rust keeps for itself; a module cannot have their names.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Checks the name of a function: `list_pops`, `gethostname`.
pub fn check_function(name: &str) -> Result<()> {
    let shape = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let starts_well = name.starts_with(|first: char| first.is_ascii_lowercase());
    ensure!(
        starts_well && name.bytes().all(shape),
        "`{name}`: a function's name is like list_pops or gethostname"
    );
    ensure!(
        !KEYWORDS.contains(&name),
        "`{name}` is a word of Rust's; such a function needs a file made by hand"
    );
    Ok(())
}

/// Checks the name of a UAPI module: `Email`, `DomainInfo`.
pub fn check_module(name: &str) -> Result<()> {
    let starts_well = name.starts_with(|first: char| first.is_ascii_uppercase());
    let shape = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    ensure!(starts_well && shape, "`{name}`: a module's name is like Email or DomainInfo");
    let file = snake_case(name);
    ensure!(
        !KEYWORDS.contains(&file.as_str()),
        "`{file}` is a word of Rust's; such a module needs a file made by hand"
    );
    Ok(())
}

/// `DomainInfo` becomes `domain_info`, `SSL` becomes `ssl`, `DNSSEC2Keys` becomes `dnssec2_keys`.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut letters = name.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(letter) = letters.next() {
        let starts_word = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || letters.peek().is_some_and(char::is_ascii_lowercase)
            });
        if starts_word {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
        before = Some(letter);
    }
    snake
}

/// `list_pops` becomes `ListPops`.
pub fn pascal_case(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_become_directories_and_functions_become_types() {
        let modules = ["Email", "DomainInfo", "SSL", "TwoFactorAuth", "DNSSEC2Keys", "LangPHP"];
        let directories = ["email", "domain_info", "ssl", "two_factor_auth", "dnssec2_keys", "lang_php"];
        assert_eq!(modules.map(snake_case), directories);
        assert_eq!(
            ["list_pops", "gethostname", "get_2fa__state"].map(pascal_case),
            ["ListPops", "Gethostname", "Get2faState"]
        );
    }

    #[test]
    fn names_that_no_file_could_have_are_refused() {
        for good in ["list_pops", "gethostname", "passwd2"] {
            check_function(good).unwrap();
        }
        for bad in ["", "ListPops", "list-pops", "../list", "2fa", "_list", "type"] {
            assert!(check_function(bad).is_err(), "{bad}");
        }
        check_module("DomainInfo").unwrap();
        for bad in ["", "email", "Domain_Info", "../Email", "Enum"] {
            assert!(check_module(bad).is_err(), "{bad}");
        }
    }
}
