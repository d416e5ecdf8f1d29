//! The end of a run: kills and buries whatever it left.

use nix::sys::signal::{Signal as NixSignal, kill};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, wait};

/// Ends everything that this keeper's run started, and returns when nothing of it is there any more.
pub(crate) fn everything() {
    if getpid() == Pid::INIT {
        // The first process of a namespace of its own: everything else in it belongs to the run, and all of it is
        // hit at once. (Only there: elsewhere -1 is every process of the machine.)
        let _ = kill(nix::unistd::Pid::from_raw(-1), NixSignal::SIGKILL);
        while matches!(wait(WaitOptions::empty()), Ok(_) | Err(Errno::INTR)) {}
        return;
    }
    // Whoever loses its parent becomes this process's child, so nothing leaves the tree.
    loop {
        stop_the_tree();
        for process in tree() {
            let _ = kill_process(process, Signal::KILL);
        }
        match wait(WaitOptions::empty()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return,
        }
        while matches!(wait(WaitOptions::NOHANG), Ok(Some(_))) {}
    }
}

/// Stops every process before any is killed: those that are stopped keep their places among the user's processes, so
/// that a tree which grows by forking has no room left to grow in.
fn stop_the_tree() {
    let mut stopped = Vec::new();
    loop {
        let running: Vec<Pid> = tree().into_iter().filter(|process| !stopped.contains(process)).collect();
        if running.is_empty() {
            return;
        }
        for process in running {
            let _ = kill_process(process, Signal::STOP);
            stopped.push(process);
        }
    }
}

/// The processes below this one.
fn tree() -> Vec<Pid> {
    let mut found = Vec::new();
    let mut parents = vec![getpid()];
    while let Some(parent) = parents.pop() {
        let children = children(parent);
        found.extend(&children);
        parents.extend(children);
    }
    found
}

fn children(parent: Pid) -> Vec<Pid> {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", parent.as_raw_nonzero()));
    let lists = tasks.into_iter().flatten().flatten().map(|task| task.path().join("children"));
    let lists = lists.filter_map(|list| std::fs::read_to_string(list).ok());
    let all = lists.flat_map(|list| {
        list.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<i32>>()
    });
    all.filter_map(Pid::from_raw).collect()
}
