//! What the documentation says is true: its examples run, and what it names exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use portreeve_e2e::program::{command, output, portreeve, root};
use portreeve_e2e::readme::{blocks, examples};
use portreeve_e2e::sandbox::Sandbox;

/// Runs the README's example in a language as it is printed, but for the port and the place of the program.
fn first_call(sandbox: &Sandbox, language: &str, interpreter: &str, ca: &str) -> Result<String> {
    let blocks = examples("The first call", language)?;
    ensure!(blocks.len() == 1, "{} examples in {language}", blocks.len());
    let program = portreeve()?.display().to_string();
    let text = blocks
        .concat()
        .replace("https://127.0.0.1:2083", &sandbox.tls("cpanel")?)
        .replace("target/release/portreeve", &program);
    let file = sandbox.work().join(format!("first-call.{language}"));
    fs::write(&file, text)?;
    let mut running = command(interpreter);
    running.current_dir(root()).arg(&file).env("SSL_CERT_FILE", ca).env("PERL_LWP_SSL_CA_FILE", ca);
    for other in ["SSL_CERT_DIR", "CURL_CA_BUNDLE", "PERL_LWP_SSL_CA_PATH", "HTTPS_CA_FILE"] {
        running.env_remove(other);
    }
    let printed = output(&mut running)?;
    Ok(String::from_utf8_lossy(&printed.stdout).into_owned() + &String::from_utf8_lossy(&printed.stderr))
}

#[test]
fn the_first_call_of_the_readme_works_in_each_language_with_verification_on() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let stranger = Sandbox::start()?;
    for (language, interpreter) in [("bash", "bash"), ("perl", "perl"), ("php", "php"), ("python", "python3")]
    {
        let said = first_call(&sandbox, language, interpreter, sandbox.ca()?)?;
        let listed = said.contains(r#""status":1"#) && said.contains("info@cptest.example");
        ensure!(listed, "{language} said:\n{said}");
        let said = first_call(&sandbox, language, interpreter, stranger.ca()?)?;
        ensure!(!said.contains("info@cptest.example"), "{language} trusts another authority's certificate");
        ensure!(said.to_lowercase().contains("certificate"), "{language} said:\n{said}");
    }
    Ok(())
}

#[test]
fn each_way_to_authenticate_works_as_it_is_printed() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let text = fs::read_to_string(root().join("docs/authentication.md"))?;
    let ways = text.split("\n## ").skip(1);
    let mut tried = 0;
    for way in ways {
        let heading = way.lines().next().unwrap_or_default();
        let examples = blocks(way, "bash");
        ensure!(!examples.is_empty(), "“{heading}” has no example");
        for example in examples {
            let mut text = example.replace("target/release/portreeve", &portreeve()?.display().to_string());
            for (port, service) in [("2083", "cpanel"), ("2087", "whm"), ("2096", "webmail")] {
                text = text.replace(&format!("https://127.0.0.1:{port}"), &sandbox.tls(service)?);
            }
            let mut running = command("bash");
            running.args(["-euo", "pipefail", "-c", &text]).current_dir(root());
            running.env("SSL_CERT_FILE", sandbox.ca()?).env("PORTREEVE_SOCKET", sandbox.text("/socket")?);
            running.env("ACCESS_HASH_FILE", sandbox.text("/access_hash_file")?);
            let printed = output(&mut running)?;
            let said = String::from_utf8_lossy(&printed.stdout);
            let done = [r#""status":1"#, r#""result":1"#].iter().any(|words| said.contains(words));
            ensure!(done, "{heading}: {said} {}", String::from_utf8_lossy(&printed.stderr));
            tried += 1;
        }
    }
    ensure!(tried >= 10, "only {tried} examples were tried");
    Ok(())
}

#[test]
fn what_the_readme_links_to_exists() -> Result<()> {
    let readme = fs::read_to_string(root().join("README.md"))?;
    let targets: Vec<&str> = readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    ensure!(targets.len() > 8, "{targets:?}");
    for target in targets.iter().filter(|target| !target.starts_with("https://")) {
        let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
        ensure!(root().join(path).exists(), "{target} does not exist");
        let known = anchor.is_empty() || anchors(&root().join(path))?.contains(anchor);
        ensure!(known, "{target}: no such heading");
    }
    Ok(())
}

#[test]
fn each_difference_that_the_code_refers_to_is_described() -> Result<()> {
    let described = anchors(&root().join("docs/differences.md"))?;
    let mut referred = BTreeSet::new();
    for file in rust_files(&root().join("crates"))? {
        let text = fs::read_to_string(&file)?;
        let anchors = text.split("docs/differences.md#").skip(1);
        let anchors = anchors.map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next());
        referred.extend(anchors.flatten().map(str::to_owned));
    }
    ensure!(referred.contains("otp-reuse"), "{referred:?}");
    let missing: Vec<_> = referred.difference(&described).collect();
    ensure!(missing.is_empty(), "docs/differences.md has no heading for {missing:?}");
    Ok(())
}

#[test]
fn each_test_that_shows_a_difference_exists() -> Result<()> {
    let text = fs::read_to_string(root().join("docs/differences.md"))?;
    let mut shown = 0;
    for line in text.lines().filter_map(|line| line.strip_prefix("Shown by: ")) {
        for test in line.trim_end_matches('.').split(", ") {
            let (path, name) = test.trim_matches('`').split_once("::").with_context(|| test.to_owned())?;
            let file = fs::read_to_string(root().join(path)).with_context(|| path.to_owned())?;
            ensure!(file.contains(&format!("fn {name}(")), "{path} has no test {name}");
            shown += 1;
        }
    }
    ensure!(shown > 10, "only {shown} tests are named");
    Ok(())
}

/// The anchors of a page's headings: lower case, dashes for blanks, without punctuation.
fn anchors(page: &Path) -> Result<BTreeSet<String>> {
    let text = fs::read_to_string(page).with_context(|| page.display().to_string())?;
    let headings = text.lines().filter_map(|line| line.strip_prefix('#'));
    Ok(headings
        .map(|heading| heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-"))
        .map(|heading| heading.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect())
        .collect())
}

fn rust_files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}
