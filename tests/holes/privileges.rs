//! With which rights the server itself runs, as an installation has it.

use std::fs;

use portreeve_e2e::served::Installation;

use crate::support::{STRONG, VERSION};

/// Words after a name in what the kernel says of a process.
fn status(process: u32, name: &str) -> Vec<String> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).expect("a line");
    line.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn cve_2026_87899_a_server_that_root_starts_keeps_no_right_of_roots() {
    assert!(
        rustix::process::geteuid().is_root(),
        "this test starts a server that has something to give up: run it as root"
    );
    let installation = Installation::new(false).unwrap();
    installation.set_up(STRONG).unwrap();
    let served = installation.serve().unwrap();
    for name in ["Uid", "Gid"] {
        let all = status(served.id(), name);
        assert!(all.len() == 4 && !all.contains(&"0".to_owned()), "{name}: {all:?}");
    }
    for name in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        assert_eq!(status(served.id(), name), ["0000000000000000"], "{name}");
    }
    assert_eq!(status(served.id(), "NoNewPrivs"), ["1"]);
    assert_eq!(installation.ask(STRONG, VERSION).unwrap().status, 200);
    assert!(served.end().unwrap().success());
}
