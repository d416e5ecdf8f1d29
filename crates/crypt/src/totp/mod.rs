//! One-time codes: HOTP (RFC 4226) over time (RFC 6238).

mod code;
mod generate;
#[cfg(test)]
mod oathtool;
mod secret;
#[cfg(test)]
mod vectors;

pub use code::Code;
pub use generate::{Algorithm, GeneratedCode, generate_code};
pub use secret::TotpSecret;
