//! `portreeve serve` as a program: its first start, root's password, root given up, and its end.

use std::fs;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use portreeve_e2e::curl::curl_trusting;
use portreeve_e2e::program::{command, output, portreeve, root};
use portreeve_e2e::served::{Installation, PROGRAM_USER, PUBLIC, Served, USER};
use rustix::process::{Pid, Signal, geteuid, kill_process};

const PASSWORD: &str = "correct horse battery staple";

fn version(installation: &Installation, password: &str) -> Result<u16> {
    Ok(installation.whm(password, "version?api.version=1")?.status)
}

/// A line of the kernel's account of the server.
fn status(served: &Served, name: &str) -> Result<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{}/status", served.id()))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    Ok(line.with_context(|| format!("no {name}"))?.split_whitespace().map(str::to_owned).collect())
}

#[test]
fn until_root_has_a_password_it_is_on_loopback_only_and_then_it_opens_without_a_restart() -> Result<()> {
    let installation = Installation::new(false)?;
    let served = installation.serve()?;
    ensure!(served.said()?.contains("root has no password"), "{}", served.said()?);
    ensure!(installation.listens_on("127.0.0.1") && !installation.listens_on(PUBLIC));
    let login = format!("https://127.0.0.1:{}/json-api/version", 2087 + installation.offset);
    let refused = curl_trusting(&installation.ca(), &["--user", &format!("root:{PASSWORD}"), &login])?;
    ensure!(refused.status == 403, "{refused:?}");

    installation.set_up(PASSWORD)?;
    served.says(&format!("listening on {PUBLIC}:"), 1)?;
    ensure!(installation.listens_on(PUBLIC) && installation.stops_listening_on("127.0.0.1"));
    ensure!(version(&installation, PASSWORD)? == 200);
    ensure!(version(&installation, "another password")? == 403);
    let id = served.id();
    ensure!(served.end()?.success());

    let again = installation.serve()?;
    ensure!(again.id() != id && !again.said()?.contains("root has no password"));
    ensure!(version(&installation, PASSWORD)? == 200);
    Ok(())
}

#[test]
fn a_password_comes_from_standard_input_and_has_to_be_a_proper_one() -> Result<()> {
    let installation = Installation::new(false)?;
    for (given, why) in [
        ("", "no secret was given"),
        ("short\n", "8 to 255"),
        ("with\ttabulator\n", "control"),
        ("password1\n", "too weak"),
    ] {
        let said = installation.run(&["setup"], given)?;
        ensure!(!said.status.success() && said.text.contains(why), "{given:?}: {}", said.text);
    }
    let said = installation.run(&["setup", "a password as an argument"], "")?;
    ensure!(said.text.contains("unexpected argument"), "{}", said.text);
    // before the first start, and again while nobody serves
    installation.set_up(PASSWORD)?;
    installation.set_up("another horse battery staple")?;
    let _served = installation.serve()?;
    ensure!(version(&installation, PASSWORD)? == 403);
    ensure!(version(&installation, "another horse battery staple")? == 200);
    let said = installation.run(&["setup"], &format!("{PASSWORD}\n"))?;
    ensure!(!said.status.success() && said.text.contains("root has a password"), "{}", said.text);
    Ok(())
}

#[test]
fn at_a_terminal_the_password_is_asked_for_twice_and_not_shown() -> Result<()> {
    let installation = Installation::new(false)?;
    let typed = |first: &str, second: &str| -> Result<String> {
        let mut person = command("python3");
        person.arg(root().join("tests/e2e/scripts/terminal.py")).args([first, second]).arg(portreeve()?);
        let said = output(person.args(["setup", "--config"]).arg(installation.configuration()))?;
        Ok(String::from_utf8_lossy(&said.stdout).into_owned())
    };
    let differing = typed(PASSWORD, "another horse")?;
    ensure!(differing.contains("the two are not the same") && !differing.contains("horse"), "{differing}");
    let stopped = typed("\u{3}", "")?;
    ensure!(stopped.contains("stopped"), "{stopped}");
    let shown = typed(PASSWORD, PASSWORD)?;
    ensure!(shown.contains("root has a password") && !shown.contains("horse"), "{shown}");
    let _served = installation.serve()?;
    ensure!(version(&installation, PASSWORD)? == 200);
    Ok(())
}

#[test]
fn root_is_given_up_for_good() -> Result<()> {
    ensure!(geteuid().is_root(), "this test is about root: run it as root");
    let installation = Installation::new(false)?;
    let served = installation.serve()?;
    let owner = fs::metadata(installation.data())?;
    ensure!(owner.uid() >= 1000, "the data belongs to {}", owner.uid());
    for (name, number) in [("Uid", owner.uid()), ("Gid", owner.gid())] {
        let all = status(&served, name)?;
        ensure!(all == vec![number.to_string(); 4], "{name}: {all:?}");
    }
    for name in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        let set = status(&served, name)?.concat();
        ensure!(set.bytes().all(|digit| digit == b'0'), "{name}: {set}");
    }
    ensure!(status(&served, "NoNewPrivs")? == ["1"]);
    ensure!(!status(&served, "Groups")?.contains(&"0".to_owned()));
    let limits = fs::read_to_string(format!("/proc/{}/limits", served.id()))?;
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).context("no limit")?;
    ensure!(core.split_whitespace().filter(|word| *word == "0").count() == 2, "{core}");
    // what is not dumpable belongs to root, whoever it runs as
    ensure!(fs::metadata(format!("/proc/{}/environ", served.id()))?.uid() == 0, "it can be debugged");
    Ok(())
}

#[test]
fn programs_of_plugins_run_as_another_user_than_the_server() -> Result<()> {
    ensure!(geteuid().is_root(), "this test is about root: run it as root");
    let installation = Installation::new(false)?;
    installation.set_up(PASSWORD)?;
    let served = installation.serve()?;
    let folder = installation.data().join("plugins/3rdparty/who");
    fs::create_dir(&folder)?;
    fs::set_permissions(&folder, Permissions::from_mode(0o755))?;
    let program = folder.join("who.pl");
    fs::write(&program, "#!/usr/bin/perl\nprint \"Content-Type: text/plain\\n\\n\", scalar getpwuid($>);\n")?;
    fs::set_permissions(&program, Permissions::from_mode(0o755))?;
    let said = installation.ask(PASSWORD, "/3rdparty/who/who.pl")?;
    ensure!(said.status == 200 && said.body == PROGRAM_USER, "{said:?} {}", served.said()?);
    Ok(())
}

#[test]
fn accounts_and_mailboxes_are_made_without_root() -> Result<()> {
    let installation = Installation::new(false)?;
    installation.set_up(PASSWORD)?;
    let _served = installation.serve()?;
    let strong = "password=Xk7-unlikely-mauve-otter";
    for call in [
        format!("createacct?api.version=1&username=alice&domain=alice.example&{strong}"),
        format!(
            "uapi_cpanel?api.version=1&cpanel.user=alice&cpanel.module=Email&cpanel.function=add_pop&email=info&{strong}"
        ),
    ] {
        let answer = installation.whm(PASSWORD, &call)?;
        ensure!(answer.json().pointer("/metadata/result") == Some(&serde_json::Value::from(1)), "{answer:?}");
    }
    let mailbox = installation.data().join("home/alice/mail/alice.example/info/new");
    ensure!(fs::metadata(&mailbox)?.uid() == fs::metadata(installation.data())?.uid());
    ensure!(installation.whm(PASSWORD, "removeacct?api.version=1&user=alice")?.status == 200);
    ensure!(!mailbox.exists());
    Ok(())
}

#[test]
fn every_file_belongs_to_the_servers_user_and_secrets_to_nobody_else() -> Result<()> {
    let installation = Installation::new(false)?;
    installation.set_up(PASSWORD)?;
    let served = installation.serve()?;
    ensure!(version(&installation, PASSWORD)? == 200);
    let expected = fs::metadata(installation.data())?.uid();
    let mut looked_at = 0;
    let mut directories = vec![installation.data(), installation.work().join("run")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory)?.chain(fs::read_dir(directory.join("."))?) {
            let (path, found) =
                (entry.as_ref().map_err(|why| anyhow::anyhow!("{why}"))?.path(), entry?.metadata()?);
            ensure!(found.uid() == expected, "{} belongs to {}", path.display(), found.uid());
            if found.is_dir() {
                directories.push(path);
            }
            looked_at += 1;
        }
    }
    ensure!(looked_at > 10, "{looked_at}");
    for (name, mode) in [
        ("keys", 0o700),
        ("keys/keyring", 0o600),
        ("keys/ca.key", 0o600),
        ("tls/server.key", 0o600),
        ("records/store.sqlite", 0o600),
        ("log", 0o700),
        ("log/requests.jsonl", 0o640),
    ] {
        let found = fs::metadata(installation.data().join(name)).context(name)?.permissions().mode() & 0o777;
        ensure!(found == mode, "{name} has mode {found:o}");
    }
    drop(served);
    Ok(())
}

#[test]
fn started_by_an_ordinary_user_it_serves_as_that_user() -> Result<()> {
    let installation = Installation::new(true)?;
    installation.set_up(PASSWORD)?;
    let served = installation.serve()?;
    ensure!(version(&installation, PASSWORD)? == 200);
    let uid = fs::metadata(installation.data())?.uid();
    ensure!(status(&served, "Uid")? == vec![uid.to_string(); 4] && uid != 0, "{USER}");
    ensure!(served.end()?.success());
    Ok(())
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_made() -> Result<()> {
    let refusal = |installation: &Installation| installation.serve().err().context("it started");
    let installation = Installation::new(false)?;
    installation.configure("[limits]\nconnections = 0\n")?;
    let text = refusal(&installation)?.to_string();
    ensure!(text.contains("portreeve.toml, line 18, limits.connections: "), "{text}");

    let text = fs::read_to_string(installation.configuration())?;
    fs::write(
        installation.configuration(),
        text.replace("connections = 0", "connections = 9").replace(USER, "root"),
    )?;
    let text = refusal(&installation)?.to_string();
    ensure!(text.contains("server.user: the server does not run as root"), "{text}");

    if geteuid().is_root() {
        let text = fs::read_to_string(installation.configuration())?;
        fs::write(installation.configuration(), text.replace("\"root\"", "\"portreeve-nobody\""))?;
        let text = refusal(&installation)?.to_string();
        ensure!(text.contains("there is no system user portreeve-nobody"), "{text}");
    }
    ensure!(!installation.data().exists());

    installation.configure("")?;
    let first = installation.serve()?;
    let text = refusal(&installation)?.to_string();
    ensure!(text.contains(" is taken by another program"), "{text}");
    ensure!(first.end()?.success());
    Ok(())
}

#[test]
fn without_its_spawner_it_ends_with_an_error_since_nobody_else_can_start_another() -> Result<()> {
    if !geteuid().is_root() {
        return Ok(()); // it has none then
    }
    let installation = Installation::new(false)?;
    let mut served = installation.serve()?;
    let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", served.id()))?;
    let spawner: i32 = children.trim().parse().with_context(|| format!("one child: {children}"))?;
    let spawner = Pid::from_raw(spawner).context("no number of a process")?;
    kill_process(spawner, Signal::KILL)?;
    let status = served.wait()?;
    ensure!(status.code() == Some(1), "{status}");
    ensure!(served.said()?.contains("the spawner of plugins' programs is gone"), "{}", served.said()?);
    Ok(())
}

#[test]
fn programs_of_whm_have_another_user_than_those_of_accounts() -> Result<()> {
    if !geteuid().is_root() {
        return Ok(()); // there are no programs then
    }
    let installation = Installation::new(false)?;
    for (user, why) in [
        (PROGRAM_USER, "cgi.whm_user and cgi.user are the same user"),
        (USER, "programs cannot run as nobody"),
        ("portreeve-nobody", "there is no system user portreeve-nobody (cgi.whm_user)"),
    ] {
        installation.configure(&format!("whm_user = \"{user}\"\n"))?;
        let text = installation.serve().err().context("it started")?.to_string();
        ensure!(text.contains(why), "{text}");
    }
    installation.configure("whm_user = \"daemon\"\n")?;
    ensure!(installation.serve()?.end()?.success());
    Ok(())
}

#[test]
fn the_service_manager_is_told_when_it_serves_and_when_it_stops() -> Result<()> {
    let mut installation = Installation::new(false)?;
    let path = installation.work().join("notify");
    let manager = UnixDatagram::bind(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666))?;
    manager.set_read_timeout(Some(Duration::from_secs(20)))?;
    installation.notify(&path);
    let served = installation.serve()?;
    let mut told = [0; 256];
    let mut next = || -> Result<String> {
        let length = manager.recv(&mut told).context("nothing was told")?;
        Ok(String::from_utf8_lossy(told.get(..length).unwrap_or_default()).into_owned())
    };
    let first = next()?;
    ensure!(first.starts_with("READY=1\nSTATUS=On loopback only"), "{first}");
    installation.set_up(PASSWORD)?;
    let second = next()?;
    ensure!(second == "READY=1\nSTATUS=Serving", "{second}");
    ensure!(served.end()?.success());
    ensure!(next()? == "STOPPING=1");
    Ok(())
}
