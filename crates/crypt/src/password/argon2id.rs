//! Argon2id (RFC 9106), in the text form `$argon2id$v=19$m=...,t=...,p=...$salt$hash`.

use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

use crate::compare::bytes_equal;
use crate::entropy::Entropy;

pub(crate) const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// What an imported hash may cost: 256 MiB, and 16 passes. Beyond it is not evaluated, so that no record can
/// exhaust the machine.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;

/// A little more than the 32 MiB at which glibc stops serving allocations from its own heaps, in blocks of 1 KiB.
const ALWAYS_MAPPED: usize = 33 * 1024;

/// What one Argon2id evaluation costs. The default is what production uses; tests may take less. A hash carries
/// its cost, so this does not matter for verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl Default for Cost {
    fn default() -> Cost {
        Cost { memory_kib: 19_456, passes: 2 }
    }
}

/// The record of a new hash.
#[expect(clippy::expect_used, reason = "the parameters and lengths are within Argon2's bounds")]
pub(super) fn hash(password: &[u8], cost: Cost, entropy: &dyn Entropy) -> String {
    let mut salt = [0; SALT_BYTES];
    entropy.fill(&mut salt);
    let memory_kib = cost.memory_kib.clamp(Params::MIN_M_COST, MOST_MEMORY_KIB);
    let passes = cost.passes.clamp(Params::MIN_T_COST, MOST_PASSES);
    let params = Params::new(memory_kib, passes, 1, Some(HASH_BYTES)).expect("parameters within bounds");
    let mut hash = [0; HASH_BYTES];
    evaluate(password, &salt, params, &mut hash).expect("a password shorter than 4 GiB");
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
    format!("$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${hash}")
}

/// Whether the password is the record's, or nothing when the record cannot be evaluated.
pub(super) fn verify(record: &str, password: &[u8]) -> Option<bool> {
    let (parsed, params) = parse(record)?;
    let (salt, expected) = (parsed.salt?, parsed.hash?);
    let mut hash = vec![0; expected.len()];
    evaluate(password, salt.as_ref(), params, &mut hash).ok()?;
    Some(bytes_equal(&hash, expected.as_bytes()))
}

/// A key that follows from a passphrase; none when the cost is out of bounds.
pub(crate) fn derive_key(
    passphrase: &[u8],
    salt: &[u8; SALT_BYTES],
    cost: Cost,
) -> Option<Zeroizing<[u8; 32]>> {
    if cost.memory_kib > MOST_MEMORY_KIB || cost.passes > MOST_PASSES {
        return None;
    }
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(HASH_BYTES)).ok()?;
    let mut key = Zeroizing::new([0; HASH_BYTES]);
    evaluate(passphrase, salt, params, key.as_mut()).ok()?;
    Some(key)
}

/// The cost of a record in the form that [`hash`] writes.
pub(super) fn cost_of(record: &str) -> Option<Cost> {
    let (_, params) = parse(record)?;
    (params.p_cost() == 1).then_some(Cost { memory_kib: params.m_cost(), passes: params.t_cost() })
}

/// A record of Argon2id version 1.3 within our bounds.
fn parse(record: &str) -> Option<(argon2::PasswordHash, Params)> {
    let parsed = argon2::PasswordHash::new(record).ok()?;
    let params = Params::try_from(&parsed).ok()?;
    let good = parsed.algorithm == ARGON2ID_IDENT
        && parsed.version == Some(Version::V0x13.into())
        && params.m_cost() <= MOST_MEMORY_KIB
        && params.t_cost() <= MOST_PASSES;
    good.then_some((parsed, params))
}

/// Evaluates Argon2id, and gives its memory back to the operating system.
///
/// glibc keeps what it serves from its heaps, which would be 19 MiB for each thread that ever hashed, for ever.
/// Beyond 32 MiB it always asks the operating system for pages of their own and returns them when they are freed.
/// So more is reserved than needed: what is not touched costs nothing.
fn evaluate(password: &[u8], salt: &[u8], params: Params, hash: &mut [u8]) -> argon2::Result<()> {
    let blocks = params.block_count();
    let mut memory = Vec::with_capacity(blocks.max(ALWAYS_MAPPED));
    memory.resize(blocks, Block::new());
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into_with_memory(
        password,
        salt,
        hash,
        &mut memory,
    )
}
