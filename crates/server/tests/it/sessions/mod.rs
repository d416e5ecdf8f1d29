//! Sessions: cookies, security tokens, addresses, links, and how they end.

mod addresses;
mod cookies;
mod endings;
mod expiry;
pub mod links;
mod makers;
mod possessed;
mod security_tokens;
mod temporary;
mod transfers;
mod without_tokens;
