//! The plain ports as another machine meets them: in a network namespace whose one other address is not loopback's.

use anyhow::{Context, Result, ensure};
use portreeve_e2e::program::{command, output, portreeve, root};
use rustix::process::geteuid;
use tempfile::TempDir;

/// Starts a sandbox on every address and asks it from both; a line for each answer: name, status, reason phrase.
const INSIDE: &str = r#"
set -e
python3 tests/e2e/scripts/another_address.py
"$1" sandbox --listen 0.0.0.0 --random-credentials --data-dir "$2/data" --json > "$2/said" 2> "$2/errors" &
server=$!
trap 'kill $server; wait $server' EXIT
for _ in $(seq 600); do [ -s "$2/said" ] && break; sleep 0.1; done
password=$(head -n 1 "$2/said" | python3 -c 'import json, sys
print(next(account["password"] for account in json.load(sys.stdin)["accounts"] if account["user"] == "plain"))')
ask() {
    name=$1
    shift
    printf '%s\t%s\n' "$name" "$(curl --silent --insecure --include "$@" | head -n 1 | tr -d '\r' | cut -d ' ' -f 2-)"
}
call=execute/Email/list_pops
ask 'loopback, plain, password' --user "plain:$password" http://127.0.0.1:2082/$call
ask 'outside, plain, password' --user "plain:$password" http://192.0.2.1:2082/$call
ask 'outside, plain, token' --header 'Authorization: cpanel plain:ABCDEFGHIJKLMNOPQRSTUVWXYZ012345' http://192.0.2.1:2082/$call
ask 'outside, plain, login' --data "user=plain&pass=$password" http://192.0.2.1:2082/login/
ask 'outside, plain, page' http://192.0.2.1:2082/login/
ask 'outside, TLS, password' --user "plain:$password" https://192.0.2.1:2083/$call
ask 'outside, TLS, login' --data "user=plain&pass=$password" https://192.0.2.1:2083/login/
"$1" setting --socket "$2/data/api.sock" set requiressl 0
ask 'outside, plain, password, TLS not required' --user "plain:$password" http://192.0.2.1:2082/$call
"#;

#[test]
fn credentials_are_taken_in_the_clear_from_this_machine_only() -> Result<()> {
    ensure!(geteuid().is_root(), "a network namespace is root's to make: run this test as root");
    let work = TempDir::new()?;
    let mut inside = command("unshare");
    inside.args(["--net", "--", "sh", "-c", INSIDE, "sh"]).arg(portreeve()?).arg(work.path());
    let said = output(inside.current_dir(root()))?;
    let text = String::from_utf8(said.stdout)?;
    let answer = |name: &str| {
        let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
        found.with_context(|| format!("{name}: {text} {}", String::from_utf8_lossy(&said.stderr)))
    };
    for (name, expected) in [
        ("loopback, plain, password", "200 "),
        ("outside, plain, password", "403 "),
        ("outside, plain, token", "403 "),
        ("outside, plain, login", "403 "),
        ("outside, plain, page", "301 "),
        ("outside, TLS, password", "200 "),
        ("outside, TLS, login", "301 "),
        ("outside, plain, password, TLS not required", "200 "),
    ] {
        let answer = answer(name)?;
        ensure!(answer.starts_with(expected), "{name}: {answer}\n{text}");
    }
    // refused with a reason, and nothing was looked at: a wrong token reads the same
    for name in ["outside, plain, password", "outside, plain, token", "outside, plain, login"] {
        ensure!(answer(name)? == "403 Credentials need TLS: use the TLS port", "{text}");
    }
    Ok(())
}
