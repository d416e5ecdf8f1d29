//! The Debian packages that the tests need, what proves that each is there, and what it is for.

use std::path::Path;

use anyhow::{Result, bail};

use crate::apt;
use crate::run::{program, succeeds};

/// A Debian package that the tests need.
pub struct Package {
    name: &'static str,
    proof: Proof,
    needed_by: &'static str,
}

/// What is there once the package is installed. The thing itself is asked for, not the package database: it may
/// have been installed in another way.
enum Proof {
    /// This program answers `--version`.
    Program(&'static str),
    /// This file exists.
    File(&'static str),
    /// Perl can load this module.
    PerlModule(&'static str),
    /// PHP has this extension.
    PhpExtension(&'static str),
    /// Python can load this module.
    PythonModule(&'static str),
}

use Proof::{File, PerlModule, PhpExtension, Program, PythonModule};

#[rustfmt::skip] // one row, one line
const PACKAGES: &[Package] = &[
    Package { name: "chromium", proof: Program("chromium"), needed_by: "the pages, in a browser" },
    Package { name: "chromium-driver", proof: Program("chromedriver"), needed_by: "the pages, in a browser" },
    Package { name: "curl", proof: Program("curl"), needed_by: "end-to-end tests: login, headers, CGI" },
    Package { name: "haproxy", proof: File("/usr/sbin/haproxy"), needed_by: "the server behind a proxy" },
    Package { name: "libcpanel-json-xs-perl", proof: PerlModule("Cpanel::JSON::XS"), needed_by: "published Perl scripts" },
    Package { name: "libhttp-cookies-perl", proof: PerlModule("HTTP::Cookies"), needed_by: "published Perl scripts" },
    Package { name: "libio-socket-ssl-perl", proof: PerlModule("IO::Socket::SSL"), needed_by: "Perl over TLS" },
    Package { name: "liblwp-protocol-https-perl", proof: PerlModule("LWP::Protocol::https"), needed_by: "Perl over TLS" },
    Package { name: "libwww-perl", proof: PerlModule("LWP::UserAgent"), needed_by: "published Perl scripts" },
    Package { name: "nginx-light", proof: File("/usr/sbin/nginx"), needed_by: "the server behind a proxy" },
    Package { name: "oathtool", proof: Program("oathtool"), needed_by: "one-time codes from another hand" },
    Package { name: "perl", proof: File("/usr/bin/prove"), needed_by: "the Perl client's tests" },
    Package { name: "php-cgi", proof: File("/usr/bin/php-cgi"), needed_by: "plugins in PHP" },
    Package { name: "php-cli", proof: Program("php"), needed_by: "published PHP scripts, the PHP client's tests" },
    Package { name: "php-curl", proof: PhpExtension("curl"), needed_by: "published PHP scripts" },
    Package { name: "php-xml", proof: PhpExtension("simplexml"), needed_by: "PHP scripts that read XML" },
    Package { name: "postgresql-15", proof: File("/usr/lib/postgresql/15/bin/initdb"), needed_by: "store tests, run on both databases" },
    Package { name: "python3", proof: Program("python3"), needed_by: "published Python scripts, raw sockets" },
    Package { name: "python3-prometheus-client", proof: File("/usr/lib/python3/dist-packages/prometheus_client/parser.py"), needed_by: "another reader of our metrics" },
    Package { name: "python3-yaml", proof: PythonModule("yaml"), needed_by: "another reader of our YAML" },
];

/// Makes sure that every package is there. What is missing is installed if `install` says so; otherwise, or if it
/// is missing even then, the error names it.
pub fn ensure(install: bool) -> Result<()> {
    let mut absent = missing(PACKAGES);
    if install && !absent.is_empty() {
        apt::install(absent.iter().map(|package| package.name))?;
        absent = missing(PACKAGES);
    }
    if absent.is_empty() {
        println!("all {} Debian packages are there", PACKAGES.len());
        return Ok(());
    }
    bail!("{}", complaint(&absent))
}

fn missing(packages: &[Package]) -> Vec<&Package> {
    packages.iter().filter(|package| !package.proof.holds()).collect()
}

fn complaint(absent: &[&Package]) -> String {
    let rows: Vec<String> =
        absent.iter().map(|package| format!("  {:<28} {}", package.name, package.needed_by)).collect();
    format!(
        "the tests need Debian packages that are not here:\n{}\n`cargo xtask test --install` installs them, as root",
        rows.join("\n")
    )
}

impl Proof {
    fn holds(&self) -> bool {
        match self {
            Program(name) => succeeds(program(name).arg("--version")),
            File(path) => Path::new(path).is_file(),
            PerlModule(name) => succeeds(program("perl").arg(format!("-M{name}")).args(["-e", "1"])),
            PythonModule(name) => succeeds(program("python3").args(["-c", &format!("import {name}")])),
            PhpExtension(name) => {
                succeeds(program("php").arg("-r").arg(format!("exit((int) !extension_loaded('{name}'));")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_whose_proof_is_absent_is_named_with_what_needs_it() {
        let packages = [
            Package {
                name: "there",
                proof: File(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")),
                needed_by: "a",
            },
            Package { name: "gone-file", proof: File("/no/such/file"), needed_by: "b" },
            Package { name: "gone-program", proof: Program("no-such-program-here"), needed_by: "c" },
            Package { name: "gone-module", proof: PerlModule("No::Such::Module"), needed_by: "d" },
            Package { name: "gone-extension", proof: PhpExtension("no_such_extension"), needed_by: "e" },
            Package { name: "gone-library", proof: PythonModule("no_such_module"), needed_by: "f" },
        ];
        let absent = missing(&packages);
        let names: Vec<&str> = absent.iter().map(|package| package.name).collect();
        assert_eq!(names, ["gone-file", "gone-program", "gone-module", "gone-extension", "gone-library"]);

        let complaint = complaint(&absent);
        assert!(complaint.contains("gone-program                 c"), "{complaint}");
        assert!(!complaint.contains("there   "), "{complaint}");
    }

    #[test]
    fn the_table_is_sorted_and_names_no_package_twice() {
        let names: Vec<&str> = PACKAGES.iter().map(|package| package.name).collect();
        assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
    }
}
