//! This program as `/scripts/perlinstaller`: installs Perl modules, from Debian where it has them, else from CPAN.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::geteuid;

use super::perl::PERL;

/// Installs each module that is not there.
pub fn run(arguments: &[String]) -> Result<()> {
    ensure!(!arguments.is_empty(), "usage: perlinstaller MODULE...");
    let modules = arguments.iter().map(|name| Module::named(name)).collect::<Result<Vec<_>>>()?;
    modules.iter().try_for_each(Module::install)
}

/// A Perl module's name, which is all that ever becomes part of a command.
#[derive(Debug, PartialEq, Eq)]
struct Module(String);

impl Module {
    fn named(name: &str) -> Result<Module> {
        let part = |part: &str| {
            part.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        ensure!(
            name.len() <= 200 && name.split("::").all(part),
            "“{name}” is no name of a Perl module, such as LWP::Protocol::https"
        );
        Ok(Module(name.to_owned()))
    }

    fn install(&self) -> Result<()> {
        let name = &self.0;
        if self.is_there() {
            println!("{name} is there already");
            return Ok(());
        }
        ensure!(geteuid().is_root(), "only root can install {name}");
        let package = self.package();
        if is_known(&package) {
            println!("installing the Debian package {package}");
            run_visibly(
                program("apt-get")
                    .args(["install", "--yes", &package])
                    .env("DEBIAN_FRONTEND", "noninteractive"),
            )?;
        }
        if !self.is_there() {
            println!("installing {name} from CPAN");
            run_visibly(program("cpan").arg(name).env("PERL_MM_USE_DEFAULT", "1"))?;
        }
        ensure!(self.is_there(), "{name} was installed, but Perl cannot load it");
        println!("{name} is ready");
        Ok(())
    }

    /// The package's name by Debian's rule for Perl modules.
    fn package(&self) -> String {
        format!("lib{}-perl", self.0.replace("::", "-").replace('_', "-").to_ascii_lowercase())
    }

    fn is_there(&self) -> bool {
        quietly(program(PERL).arg(format!("-M{}", self.0)).args(["-e", "1"]))
    }
}

fn is_known(package: &str) -> bool {
    quietly(program("apt-cache").args(["show", "--no-all-versions", package]))
}

#[expect(
    clippy::disallowed_methods,
    reason = "installing is done by the programs made for it; arguments, no shell"
)]
fn program(name: &str) -> Command {
    let mut program = Command::new(name);
    program.stdin(Stdio::null());
    program
}

fn quietly(program: &mut Command) -> bool {
    program.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn run_visibly(program: &mut Command) -> Result<()> {
    let name = program.get_program().to_string_lossy().into_owned();
    let status = program.status().with_context(|| format!("starting {name}"))?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_has_the_name_of_a_debian_package() {
        let cases = [
            ("LWP::Protocol::https", "liblwp-protocol-https-perl"),
            ("Cpanel::JSON::XS", "libcpanel-json-xs-perl"),
            ("HTTP::Tiny", "libhttp-tiny-perl"),
        ];
        for (module, package) in cases {
            assert_eq!(Module::named(module).unwrap().package(), package);
        }
    }

    #[test]
    fn what_is_no_name_of_a_module_is_refused() {
        for name in ["", "-e", "--force", "A::", "::A", "A:B", "A::;id", "A B", "A/../B", "1A", "A\n"] {
            let refused = Module::named(name).unwrap_err().to_string();
            assert!(refused.contains("no name of a Perl module"), "{refused}");
        }
    }

    #[test]
    fn a_module_that_is_there_is_not_installed_again() {
        assert!(run(&["strict".to_owned()]).is_ok());
        assert!(run(&[]).is_err());
    }
}
