//! A sandbox that can be started again on the same directory, and what is in it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use portreeve::sandbox::{Options, Sandbox};
use portreeve_api::{Environment, Name};
use portreeve_crypt::{Cost, Hasher};
use portreeve_functions::{uapi_function, whm_function};
use portreeve_testkit::context;
use portreeve_wire::{Answer, Params};
use tempfile::TempDir;

use crate::cases::Case;
use crate::fault::{Fault, faulty};

/// The least that Argon2id takes.
const CHEAP: Cost = Cost { memory_kib: 64, passes: 1 };

/// A sandbox that serves nobody.
pub struct World {
    directory: TempDir,
    sandbox: Option<Sandbox>,
}

/// Rows by their names, and paths below the homes.
#[derive(Debug, PartialEq, Eq)]
pub struct State {
    pub records: Vec<String>,
    pub directories: Vec<String>,
}

impl State {
    fn lines(&self) -> BTreeSet<&String> {
        self.records.iter().chain(&self.directories).collect()
    }
}

impl World {
    pub async fn new() -> World {
        let directory = tempfile::tempdir().unwrap();
        let sandbox = start(directory.path()).await;
        World { directory, sandbox: Some(sandbox) }
    }

    /// Ends the sandbox without a word, and starts one on the same directory.
    pub async fn start_again(&mut self) {
        drop(self.sandbox.take());
        self.sandbox = Some(start(self.directory.path()).await);
    }

    fn environment(&self) -> &Arc<Environment> {
        self.sandbox.as_ref().unwrap().environment()
    }

    /// Calls the case's function, UAPI as `cptest` and WHM as root; the error is the first of the answer.
    pub async fn call(&self, case: &Case, fault: Option<Fault>) -> Result<(), String> {
        let entry = match case.name.split_once("::") {
            Some((module, function)) => uapi_function(module, function),
            None => whm_function(case.name),
        };
        let entry = entry.unwrap();
        let own = self.environment();
        let user = if matches!(entry.name, Name::Uapi { .. }) { "cptest" } else { "root" };
        let environment = match fault {
            None => own.clone(),
            Some(fault) => Arc::new(Environment {
                store: own.store.clone(),
                drivers: faulty(own.drivers.clone(), own.clone(), fault),
                hasher: Hasher::with_cost(own.entropy.clone(), CHEAP).unwrap(),
                clock: own.clock.clone(),
                entropy: own.entropy.clone(),
                host_name: own.host_name.clone(),
                ports: own.ports,
            }),
        };
        let mut params = Params::default();
        for (name, value) in case.args {
            params.push(*name, *value);
        }
        let cx = context(&environment, entry.name, user).await;
        let answer = entry.call(&cx, &params).await.unwrap_or_else(Answer::from);
        answer.errors.into_iter().next().map_or(Ok(()), Err)
    }

    pub async fn state(&self) -> State {
        let store = &self.environment().store;
        let mut records = Vec::new();
        for account in store.accounts().await.unwrap().iter() {
            records.push(format!("account {}", account.user));
            for mailbox in store.mailboxes(account.id).await.unwrap().iter() {
                records.push(format!("mailbox {}", mailbox.address));
            }
            for login in store.ftp_logins(account.id).await.unwrap().iter() {
                records.push(format!("FTP login {}@{} in {}", login.login, login.domain, login.home));
            }
        }
        records.sort();
        State { records, directories: self.directories() }
    }

    /// Waits until this is the state: what is dropped is undone a moment later.
    pub async fn becomes(&self, expected: &State) {
        let mut state = self.state().await;
        for _ in 0..100 {
            if state == *expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            state = self.state().await;
        }
        let (own, other) = (state.lines(), expected.lines());
        let more: Vec<_> = own.difference(&other).collect();
        let less: Vec<_> = other.difference(&own).collect();
        panic!("too much: {more:?}, too little: {less:?}");
    }

    /// Every path below the homes.
    pub fn directories(&self) -> Vec<String> {
        fn walk(path: &Path, root: &Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(path).unwrap() {
                let path = entry.unwrap().path();
                found.push(path.strip_prefix(root).unwrap().display().to_string());
                if path.is_dir() {
                    walk(&path, root, found);
                }
            }
        }
        let (homes, mut found) = (self.directory.path().join("home"), Vec::new());
        walk(&homes, &homes, &mut found);
        found.sort();
        found
    }
}

async fn start(directory: &Path) -> Sandbox {
    let options =
        Options { data_dir: Some(directory.to_owned()), free_ports: true, cost: CHEAP, ..Options::default() };
    Sandbox::prepare(options).await.unwrap()
}
