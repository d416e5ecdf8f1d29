//! `portreeve audit`: what a server did is verified and exported beside it, and after its end.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use portreeve_e2e::served::Installation;
use rustix::process::Signal;
use serde_json::Value;

const PASSWORD: &str = "correct horse battery staple";

/// The entries of an export.
fn exported(installation: &Installation, more: &[&str]) -> Result<Vec<Value>> {
    let said = installation.run(&[&["audit", "export"], more].concat(), "")?;
    ensure!(said.status.success(), "{}", said.text);
    said.text.lines().map(|line| serde_json::from_str(line).context("a line is no JSON")).collect()
}

#[test]
fn the_trail_is_verified_and_exported_while_the_server_serves_and_after_a_rotation() -> Result<()> {
    let installation = Installation::new(false)?;
    let none = installation.run(&["audit", "verify"], "")?;
    ensure!(!none.status.success() && none.text.contains("no server has run"), "{}", none.text);
    installation.set_up(PASSWORD)?;
    let served = installation.serve()?;
    let set = "set_tweaksetting?api.version=1&key=minpwstrength&value=70";
    ensure!(installation.whm(PASSWORD, set)?.status == 200);

    let verified = installation.run(&["audit", "verify"], "")?;
    ensure!(verified.status.success() && verified.text.contains("entries, head"), "{}", verified.text);
    let entries = exported(&installation, &[])?;
    let find = |event: &str| entries.iter().find(|entry| entry["event"] == event).cloned();
    let root = find("account_created").context("root's account has no entry")?;
    ensure!(root["entry"]["by"] == serde_json::json!({ "means": "command" }), "{root}");
    let changed = find("setting_changed").context("the setting has no entry")?;
    let by = &changed["entry"]["by"];
    ensure!(by["who"] == "root" && by["means"] == "password", "{changed}");
    ensure!(by["call"] == "WHM set_tweaksetting" && by["service"] == "whm", "{changed}");
    ensure!(by["request"].as_str().is_some_and(|id| id.len() == 16), "{changed}");
    ensure!(changed["entry"]["old"].is_null() && changed["entry"]["new"] == "70", "{changed}");
    ensure!(exported(&installation, &["--since", "2100-01-01T00:00:00Z"])?.is_empty());
    ensure!(served.end()?.success());

    let rotated = installation.run(&["keys", "rotate"], "")?;
    ensure!(rotated.status.success(), "{}", rotated.text);
    let verified = installation.run(&["audit", "verify"], "")?;
    ensure!(verified.status.success(), "the old entries are under the former key: {}", verified.text);
    let last = exported(&installation, &[])?.pop().context("no entries")?;
    ensure!(last["event"] == "keys_rotated", "{last}");

    // the head that was printed is what shows later that nothing before it was cut off or written anew
    let (node, head) = (last["node"].as_str().context("no node")?, verified.text.trim_end());
    let head = head.rsplit(' ').next().context("no head")?;
    let kept = installation.run(&["audit", "verify", "--node", node, "--kept", head], "")?;
    ensure!(kept.status.success(), "{}", kept.text);
    let later = format!("{}:{}", entries.len() + 100, "0".repeat(64));
    let cut_off = installation.run(&["audit", "verify", "--node", node, "--kept", &later], "")?;
    ensure!(!cut_off.status.success() && cut_off.text.contains("was cut off"), "{}", cut_off.text);
    let other = format!("1:{}", "0".repeat(64));
    let rewritten = installation.run(&["audit", "verify", "--node", node, "--kept", &other], "")?;
    ensure!(!rewritten.status.success() && rewritten.text.contains("entry 1 has another hash"));
    let named = format!("{node}={head}");
    ensure!(installation.run(&["audit", "verify", "--kept", &named], "")?.status.success());
    let several = ["audit", "verify", "--kept", &named, "--kept", &format!("elsewhere={head}")];
    let gone = installation.run(&several, "")?;
    ensure!(!gone.status.success() && gone.text.contains("node elsewhere: the chain ends before"));
    ensure!(
        gone.text.contains(&format!("node {node}: ")) && gone.text.contains("entries, head"),
        "{}",
        gone.text
    );
    for wrong in
        [&["--kept", head][..], &["--kept", "Elsewhere=1:00"], &["--node", "other", "--kept", &named]]
    {
        let refused = installation.run(&[&["audit", "verify"], wrong].concat(), "")?;
        ensure!(!refused.status.success() && refused.text.contains("--kept"), "{wrong:?}: {}", refused.text);
    }
    let foreign = installation.run(&["audit", "verify", "--node", "elsewhere"], "")?;
    ensure!(!foreign.status.success() && foreign.text.contains("no entries"), "{}", foreign.text);
    Ok(())
}

#[test]
fn of_changes_before_a_kill_each_has_its_entry_and_each_entry_its_change() -> Result<()> {
    let installation = Installation::new(false)?;
    installation.set_up(PASSWORD)?;
    for round in 0..3 {
        let mut served = installation.serve()?;
        let done = AtomicU32::new(0);
        let change = |worker: u32| {
            let mut answered = Vec::new();
            for number in 0.. {
                let token = format!("r{round}w{worker}n{number}");
                let call = format!("api_token_create?api.version=1&token_name={token}");
                match installation.whm(PASSWORD, &call) {
                    Ok(answer) if answer.status == 200 => answered.push(token),
                    _ => break,
                }
                done.fetch_add(1, Ordering::Relaxed);
            }
            answered
        };
        let answered: Vec<String> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..3)
                .map(|worker| {
                    let change = &change;
                    scope.spawn(move || change(worker))
                })
                .collect();
            while done.load(Ordering::Relaxed) < 12 && !workers.iter().any(|worker| worker.is_finished()) {
                std::thread::sleep(Duration::from_millis(5));
            }
            let killed = served.signal(Signal::KILL).and_then(|()| served.wait());
            let answered = workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect();
            killed.map(|_| answered)
        })?;
        ensure!(answered.len() >= 12, "the server ended before it was killed: {answered:?}");

        let verified = installation.run(&["audit", "verify"], "")?;
        ensure!(verified.status.success(), "{}", verified.text);
        let entries = exported(&installation, &[])?;
        let created = entries.iter().filter(|entry| entry["event"] == "token_created");
        let mut told: Vec<_> = created.map(|entry| entry["entry"]["token"].as_str()).collect();
        let again = installation.serve()?;
        let listed = installation.whm(PASSWORD, "api_token_list?api.version=1")?.json();
        let tokens = listed["data"]["tokens"].as_object().context("no tokens")?;
        let mut there: Vec<_> = tokens.keys().map(|token| Some(token.as_str())).collect();
        told.sort_unstable();
        there.sort_unstable();
        ensure!(told == there, "{told:?} are told of, and {there:?} are there");
        let lost = answered.iter().find(|token| !told.contains(&Some(token.as_str())));
        ensure!(lost.is_none(), "{lost:?} was answered and is not there");
        ensure!(again.end()?.success());
    }
    Ok(())
}

/// Puts copies of a directory's files in another one, in the place of those there, whose owner and mode stay.
fn overwrite(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let (name, path) = entry.map(|entry| (entry.file_name(), entry.path()))?;
        fs::write(to.join(name), fs::read(&path)?).with_context(|| format!("copying {}", path.display()))?;
    }
    Ok(())
}

#[test]
fn a_node_knows_that_its_chain_was_longer() -> Result<()> {
    let installation = Installation::new(true)?;
    installation.set_up(PASSWORD)?;
    ensure!(installation.serve()?.end()?.success());
    let (records, copies) = (installation.data().join("records"), tempfile::tempdir()?);
    overwrite(&records, copies.path())?;
    let served = installation.serve()?;
    let set = "set_tweaksetting?api.version=1&key=minpwstrength&value=70";
    ensure!(installation.whm(PASSWORD, set)?.status == 200);
    ensure!(served.end()?.success());
    ensure!(installation.run(&["audit", "verify"], "")?.status.success());

    // a chain that ends sooner is whole in itself
    overwrite(copies.path(), &records)?;
    let verified = installation.run(&["audit", "verify"], "")?;
    ensure!(!verified.status.success() && verified.text.contains("its end was cut off"), "{}", verified.text);
    let cut = installation.run(&["audit", "cut", "--days", "0"], "")?;
    ensure!(!cut.status.success() && cut.text.contains("nothing is removed"), "{}", cut.text);
    // what was kept outlasts a server that goes on from there
    let served = installation.serve()?;
    ensure!(installation.whm(PASSWORD, set)?.status == 200);
    ensure!(installation.whm(PASSWORD, &set.replace("70", "71"))?.status == 200);
    served.says("no longer holds what it ended with", 1)?;
    ensure!(served.end()?.success());
    let verified = installation.run(&["audit", "verify"], "")?;
    ensure!(!verified.status.success(), "{}", verified.text);
    Ok(())
}

#[test]
fn an_export_ends_before_the_first_flaw() -> Result<()> {
    let installation = Installation::new(true)?;
    installation.set_up(PASSWORD)?;
    let served = installation.serve()?;
    for setting in
        ["key=minpwstrength&value=70", "key=security_token_digits&value=20", "key=otp.window&value=2"]
    {
        let set = format!("set_tweaksetting?api.version=1&{setting}");
        ensure!(installation.whm(PASSWORD, &set)?.status == 200);
    }
    ensure!(served.end()?.success());
    let whole = exported(&installation, &[])?;
    let records = installation.data().join("records/store.sqlite");
    let (entry, other) = (br#""setting":"security_token_digits""#, br#""setting":"security_token_digitS""#);
    let mut bytes = fs::read(&records)?;
    let at = bytes.windows(entry.len()).position(|window| window == entry).context("no such entry")?;
    bytes.splice(at..at + entry.len(), *other);
    fs::write(&records, bytes)?;

    let found = whole.iter().position(|entry| entry["entry"]["setting"] == "security_token_digits");
    let flawed = whole.get(found.context("no such entry")?).context("no such entry")?;
    let flaw = format!("entry {} was changed", flawed["sequence"]);
    let verified = installation.run(&["audit", "verify"], "")?;
    ensure!(!verified.status.success() && verified.text.contains(&flaw), "{}", verified.text);
    let export = installation.run(&["audit", "export"], "")?;
    ensure!(!export.status.success() && export.text.contains(&flaw), "{}", export.text);
    ensure!(!export.text.contains("token_digits") && !export.text.contains("otp.window"), "{}", export.text);
    let all = exported(&installation, &["--unverified"])?;
    ensure!(all.len() == whole.len(), "{all:?}");
    Ok(())
}

#[test]
fn old_entries_are_cut_and_the_rest_stays_whole() -> Result<()> {
    let installation = Installation::new(false)?;
    installation.set_up(PASSWORD)?;
    let served = installation.serve()?;
    let before = exported(&installation, &[])?;
    for wrong in [&[][..], &["--days", "1", "--before", "0"], &["--before", "2100-01-01T00:00:00Z"]] {
        let refused = installation.run(&[&["audit", "cut"], wrong].concat(), "")?;
        ensure!(!refused.status.success(), "{wrong:?}: {}", refused.text);
    }
    let nothing = installation.run(&["audit", "cut", "--days", "1"], "")?;
    ensure!(nothing.status.success() && nothing.text.contains("nothing as old"), "{}", nothing.text);
    // what was written in this second is not older than it
    std::thread::sleep(Duration::from_millis(1100));
    let cut = installation.run(&["audit", "cut", "--days", "0"], "")?;
    let said = format!("{} entries removed", before.len());
    ensure!(cut.status.success() && cut.text.contains(&said), "{}", cut.text);
    let verified = installation.run(&["audit", "verify"], "")?;
    let said = format!("1 entries after {}, head", before.len());
    ensure!(verified.status.success() && verified.text.contains(&said), "{}", verified.text);
    let after = exported(&installation, &[])?;
    ensure!(after.len() == 1 && after[0]["event"] == "trail_cut", "{after:?}");
    ensure!(after[0]["entry"]["hash"] == before.last().context("no entries")?["hash"], "{after:?}");
    ensure!(after[0]["entry"]["by"]["means"] == "command", "{after:?}");
    let set = "set_tweaksetting?api.version=1&key=minpwstrength&value=70";
    ensure!(installation.whm(PASSWORD, set)?.status == 200);
    ensure!(served.end()?.success());
    ensure!(installation.run(&["audit", "verify"], "")?.status.success());
    Ok(())
}
