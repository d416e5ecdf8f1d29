//! What a spawner's processes do with the signals that end a service.

use nix::errno::Errno;
use nix::sys::signal::{SigHandler, Signal, signal};

/// What a service manager or a terminal sends to every process at once. It is for the server, which then ends its runs
/// in order; a spawner's end is its socket's.
const OF_THE_SERVER: [Signal; 3] = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP];

/// Leaves those signals to the server.
pub(crate) fn leave_to_the_server() -> Result<(), Errno> {
    set(&OF_THE_SERVER, SigHandler::SigIgn)
}

/// Gives a program the usual dispositions: what is ignored stays so in another program, which would then not end when
/// it should. Rust's own runtime ignores the signal of a broken pipe.
pub(crate) fn restore() -> Result<(), Errno> {
    set(&OF_THE_SERVER, SigHandler::SigDfl)?;
    set(&[Signal::SIGPIPE], SigHandler::SigDfl)
}

#[expect(unsafe_code, reason = "setting a signal's disposition is unsafe whatever it is set to")]
fn set(signals: &[Signal], disposition: SigHandler) -> Result<(), Errno> {
    for one in signals {
        // SAFETY: neither disposition that is set here runs any code of ours.
        unsafe { signal(*one, disposition) }?;
    }
    Ok(())
}
