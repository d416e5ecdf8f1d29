//! Header credentials: `Authorization`, `X-CPANEL-OTP`, and the API socket.

mod access_hash;
mod basic;
mod carriers;
mod malformed;
mod remembered;
mod remembered_changes;
mod remembered_possessors;
mod socket;
mod token_limits;
mod tokens;
