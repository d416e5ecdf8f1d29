//! Sessions: cookies, security tokens, and how they end.

mod cookies;
mod endings;
mod expiry;
mod security_tokens;
