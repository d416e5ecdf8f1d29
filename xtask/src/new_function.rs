//! `cargo xtask new-function`: a file for an API function, and its place in the table.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::{Args, Subcommand};

use crate::names::{check_function, check_module, pascal_case, snake_case};
use crate::run::{program, root, run};
use crate::table::{self, Row};

/// The sources of the functions, below the root of the repository.
pub const SOURCES: &str = "crates/functions/src";
const CPANEL: &str = include_str!("templates/cpanel.rs.txt");
const WHM: &str = include_str!("templates/whm.rs.txt");
const MODULE: &str = include_str!("templates/module.rs.txt");

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    surface: Surface,
}

/// The APIs that a function can belong to.
#[derive(Subcommand)]
pub enum Surface {
    /// A UAPI function: `uapi Email count_pops`
    Uapi { module: String, function: String },
    /// A function of API 2: `api2 Email countpops`
    Api2 { module: String, function: String },
    /// A WHM API function: `whm gethostname`
    Whm { function: String },
}

/// Adds the function to the repository and says what to do next.
pub fn chore(options: &Options) -> Result<()> {
    let file = add(&root().join(SOURCES), &options.surface)?;
    println!("made {}", file.strip_prefix(root()).unwrap_or(&file).display());
    println!("1. Say what it does where the file says \"(say ...)\", and in its fields.");
    println!(
        "2. Declare who may call it (ACCESS) and show a call with its answer (EXAMPLES): the example is its test."
    );
    println!(
        "3. Write `call`, then run `cargo xtask test -- -p portreeve-functions` and `cargo xtask generate`."
    );
    println!("docs/adding-a-function.md has the whole way.");
    Ok(())
}

/// Adds a function to the sources in a directory and returns its file. Nothing is written before everything is known
/// to fit.
pub fn add(sources: &Path, surface: &Surface) -> Result<PathBuf> {
    let mut files = match surface {
        Surface::Uapi { module, function } => cpanel(sources, "uapi", module, function)?,
        Surface::Api2 { module, function } => cpanel(sources, "api2", module, function)?,
        Surface::Whm { function } => whm(sources, function)?,
    };
    for (path, text) in &files {
        let directory = path.parent().context("a source file lies in a directory")?;
        fs::create_dir_all(directory)?;
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let configuration = root().join("rustfmt.toml");
    let paths = files.iter().map(|(path, _)| path);
    run(program("rustfmt").args(["--edition", "2024", "--config-path"]).arg(configuration).args(paths))?;
    Ok(files.swap_remove(0).0)
}

/// Files to write, the function's own first.
type Files = Vec<(PathBuf, String)>;

/// A function of one of the APIs that have modules: each has a folder of its name.
fn cpanel(sources: &Path, api: &str, module: &str, function: &str) -> Result<Files> {
    check_module(module)?;
    check_function(function)?;
    let modules = sources.join(api);
    let directory = modules.join(snake_case(module));
    let text = filled(CPANEL, function).replace("{module}", module).replace("{api}", api);
    let mut files = vec![new_file(directory.join(format!("{function}.rs")), text)?];

    let table = directory.join("mod.rs");
    let rows = if table.exists() {
        read(&table)?
    } else {
        let above = modules.join("mod.rs");
        let row = Row { module: snake_case(module), row: format!("{}::TABLE", snake_case(module)) };
        files.push((
            above.clone(),
            table::add(&read(&above)?, &row).with_context(|| above.display().to_string())?,
        ));
        MODULE.replace("{module}", module)
    };
    files.push(with_entry(table, &rows, function)?);
    Ok(files)
}

fn whm(sources: &Path, function: &str) -> Result<Files> {
    check_function(function)?;
    let directory = sources.join("whm");
    let table = directory.join("mod.rs");
    let rows = read(&table)?;
    Ok(vec![
        new_file(directory.join(format!("{function}.rs")), filled(WHM, function))?,
        with_entry(table, &rows, function)?,
    ])
}

fn filled(template: &str, function: &str) -> String {
    template.replace("{function}", function).replace("{type}", &pascal_case(function))
}

fn new_file(path: PathBuf, text: String) -> Result<(PathBuf, String)> {
    // `add_pop/mod.rs` would be the same module as `add_pop.rs`.
    let exists = path.exists() || path.with_extension("").exists();
    ensure!(!exists, "{} is already there", path.display());
    Ok((path, text))
}

fn with_entry(table: PathBuf, rows: &str, function: &str) -> Result<(PathBuf, String)> {
    let row = format!("Entry::of::<{function}::{}>()", pascal_case(function));
    let text = table::add(rows, &Row { module: function.to_owned(), row })
        .with_context(|| table.display().to_string())?;
    Ok((table, text))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables of a functions crate with one function in each surface.
    fn sources() -> tempfile::TempDir {
        let sources = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = sources.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let table = |module: &str, row: &str| {
            format!("//! A table.\n\nmod {module};\n\npub(super) static TABLE: &[Entry] = &[{row}];\n")
        };
        write("uapi/mod.rs", &table("email", "email::TABLE"));
        write("uapi/email/mod.rs", &table("list_pops", "Entry::of::<list_pops::ListPops>()"));
        write("uapi/email/list_pops.rs", "//! Here.\n");
        write("api2/mod.rs", &table("email", "email::TABLE"));
        write("api2/email/mod.rs", &table("listpops", "Entry::of::<listpops::Listpops>()"));
        write("api2/email/listpops.rs", "//! Here.\n");
        write("whm/mod.rs", &table("version", "Entry::of::<version::Version>()"));
        write("whm/version.rs", "//! Here.\n");
        sources
    }

    fn uapi_function(module: &str, function: &str) -> Surface {
        Surface::Uapi { module: module.to_owned(), function: function.to_owned() }
    }

    #[test]
    fn a_function_of_a_known_module_gets_a_file_and_a_row() {
        let sources = sources();
        let file = add(sources.path(), &uapi_function("Email", "count_pops")).unwrap();
        assert_eq!(file, sources.path().join("uapi/email/count_pops.rs"));

        let text = read(&file).unwrap();
        assert!(text.starts_with("//! `Email::count_pops`: "), "{text}");
        assert!(text.contains("impl Function for CountPops {"), "{text}");
        assert!(text.contains(r#"const NAME: Name = Name::uapi("Email", "count_pops");"#), "{text}");
        assert!(
            ["{api}", "{module}", "{function}", "{type}"].iter().all(|left| !text.contains(left)),
            "{text}"
        );

        let table = read(&sources.path().join("uapi/email/mod.rs")).unwrap();
        assert!(table.contains("mod count_pops;\nmod list_pops;\n"), "{table}");
        assert!(
            table.contains("Entry::of::<count_pops::CountPops>(), Entry::of::<list_pops::ListPops>()"),
            "{table}"
        );
    }

    #[test]
    fn a_new_module_gets_a_table_and_a_row_in_the_one_above() {
        let sources = sources();
        add(sources.path(), &uapi_function("DomainInfo", "list_domains")).unwrap();
        let above = read(&sources.path().join("uapi/mod.rs")).unwrap();
        assert!(above.contains("mod domain_info;\nmod email;\n"), "{above}");
        assert!(above.contains("domain_info::TABLE, email::TABLE"), "{above}");
        let table = read(&sources.path().join("uapi/domain_info/mod.rs")).unwrap();
        assert!(table.contains("mod list_domains;"), "{table}");
        assert!(table.contains("&[Entry::of::<list_domains::ListDomains>()]"), "{table}");
    }

    #[test]
    fn a_function_of_api_2_goes_to_the_tables_of_api_2() {
        let sources = sources();
        let function = Surface::Api2 { module: "Email".to_owned(), function: "countpops".to_owned() };
        let file = add(sources.path(), &function).unwrap();
        assert_eq!(file, sources.path().join("api2/email/countpops.rs"));
        assert!(read(&file).unwrap().contains(r#"Name::api2("Email", "countpops")"#));
        let table = read(&sources.path().join("api2/email/mod.rs")).unwrap();
        assert!(table.contains("Entry::of::<countpops::Countpops>()"), "{table}");
    }

    #[test]
    fn a_whm_function_goes_to_the_one_table_of_whm() {
        let sources = sources();
        let file = add(sources.path(), &Surface::Whm { function: "gethostname".to_owned() }).unwrap();
        assert!(read(&file).unwrap().contains(r#"Name::whm("gethostname", "#));
        let table = read(&sources.path().join("whm/mod.rs")).unwrap();
        assert!(table.contains("Entry::of::<gethostname::Gethostname>()"), "{table}");
    }

    #[test]
    fn a_function_that_is_there_is_refused_and_nothing_changes() {
        let sources = sources();
        let table = sources.path().join("uapi/email/mod.rs");
        let before = read(&table).unwrap();
        let error = add(sources.path(), &uapi_function("Email", "list_pops")).unwrap_err().to_string();
        assert!(error.ends_with("uapi/email/list_pops.rs is already there"), "{error}");
        assert_eq!(read(&table).unwrap(), before);
        assert_eq!(read(&sources.path().join("uapi/email/list_pops.rs")).unwrap(), "//! Here.\n");
    }
}
