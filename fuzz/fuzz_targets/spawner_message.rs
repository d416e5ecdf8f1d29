//! Reads arbitrary bytes as a message to the spawner, which is root.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portreeve_helper::{Run, RunAs};

fuzz_target!(|input: &[u8]| {
    let Ok(run) = Run::decode(input) else { return };
    // there is one way to say each thing: nothing is passed over, and nothing is understood in two ways
    assert_eq!(run.encode().as_deref(), Ok(input), "{run:?}");
    for name in run.folder.iter().map(String::as_str).chain([run.program.name()]) {
        let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\0']);
        assert!(plain, "{name:?} leads out of its folder");
    }
    if let RunAs::Account(user) = &run.run_as {
        assert_ne!(user.as_str(), "");
    }
});
