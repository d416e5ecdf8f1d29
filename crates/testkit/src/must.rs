//! How this kit fails.

/// The value; a test that cannot have it ends here, at the caller's line.
///
/// # Panics
/// When there is none.
#[track_caller]
#[expect(clippy::panic, reason = "this is how a test fails")]
pub fn must<T>(result: anyhow::Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error:#}"),
    }
}
