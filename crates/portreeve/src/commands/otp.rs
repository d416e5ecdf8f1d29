//! `portreeve otp`: one-time codes for scripts.

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};
use portreeve_crypt::{Algorithm, ExposeSecret, TotpSecret, generate_code};
use portreeve_types::{Clock, SystemClock, Timestamp};

/// Prints the code on standard output, and the seconds it has left on standard error: a script can write
/// `$(portreeve otp SECRET)`.
#[derive(Args)]
pub struct Arguments {
    /// The secret, in base32.
    secret: String,
    /// The time, in seconds since 1970 or as 2026-01-31T12:00:00Z; now when absent.
    #[arg(long)]
    at: Option<String>,
    /// How many digits: 6, 7 or 8.
    #[arg(long, default_value_t = 6)]
    digits: u8,
    /// The hash function.
    #[arg(long, default_value = "sha1")]
    algorithm: Hash,
}

#[derive(Clone, Copy, ValueEnum)]
enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Arguments {
    pub(super) fn run(self) -> Result<()> {
        let secret: TotpSecret =
            self.secret.parse().map_err(|error| anyhow!("the secret is not usable: {error}"))?;
        let at = match self.at.as_deref() {
            Some(text) => moment(text)?,
            None => SystemClock.now(),
        };
        let algorithm = match self.algorithm {
            Hash::Sha1 => Algorithm::Sha1,
            Hash::Sha256 => Algorithm::Sha256,
            Hash::Sha512 => Algorithm::Sha512,
        };
        let code = generate_code(&secret, at, self.digits, algorithm)?;
        println!("{}", code.code.expose_secret());
        eprintln!("{} seconds left", code.seconds_left);
        Ok(())
    }
}

/// A moment: seconds since 1970, or as RFC 3339 has it.
pub(super) fn moment(text: &str) -> Result<Timestamp> {
    if let Ok(seconds) = text.parse() {
        return Ok(Timestamp::from_seconds(seconds));
    }
    let time: jiff::Timestamp =
        text.parse().map_err(|_| anyhow!("“{text}” is no time: use seconds or RFC 3339"))?;
    Ok(Timestamp::from_seconds(time.as_second()))
}
