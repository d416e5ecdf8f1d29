//! Memory, measured on a process of its own.
#![cfg(target_os = "linux")]

use std::num::NonZeroUsize;
use std::sync::Arc;

use portreeve_crypt::{Cost, Hasher, Scheme, SystemEntropy};

#[tokio::test]
async fn argon2_gives_its_memory_back_after_each_evaluation() {
    let resident_kib = || -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_ascii_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let threads = NonZeroUsize::new(4).unwrap();
    let hasher = Hasher::with_threads(Arc::new(SystemEntropy), Cost::default(), threads).unwrap();
    let hash = || async { hasher.hash("correct horse".into(), Scheme::Panel).await.unwrap() };

    let before = resident_kib();
    for _ in 0..4 {
        let _ = tokio::join!(hash(), hash(), hash(), hash());
    }
    let after = resident_kib();
    println!("resident: {before} KiB before, {after} KiB after 16 evaluations on 4 threads");
    // kept, the memory of four threads would be 76 MiB
    assert!(after < before + 8 * 1024, "{before} KiB before, {after} KiB after");
}
