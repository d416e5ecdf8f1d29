//! Logins with a wrong password: of users who exist and of nobody, which must take the same work.

use std::sync::Arc;

use anyhow::Result;
use portreeve_crypt::{Cost, Hasher, PasswordHash, Scheme, SecretString, SystemEntropy};

use crate::sampling::{Outcome, measure};

/// A cost at which so many samples can be taken that a small difference shows.
const SMALL: Cost = Cost { memory_kib: 1024, passes: 1 };

/// Hashes that are evaluated where an account may be opened with its owner's password and root's too.
const WITH_POSSESSORS: usize = 3;

/// Every case.
pub async fn all(samples: usize, slow_samples: usize) -> Result<Vec<Outcome>> {
    let small = Hasher::with_cost(Arc::new(SystemEntropy), SMALL)?;
    let production = Hasher::new(Arc::new(SystemEntropy))?;
    let (panel, service) = (Scheme::Panel, Scheme::Service);
    Ok(vec![
        login("account or nobody, small cost", &small, panel, 1, samples).await?,
        login("account or nobody, production cost", &production, panel, 1, slow_samples).await?,
        login("mailbox or nobody, production cost", &production, service, 1, slow_samples).await?,
        login("account with possessors or nobody, small cost", &small, panel, WITH_POSSESSORS, samples)
            .await?,
        login(
            "account with possessors or nobody, production cost",
            &production,
            panel,
            WITH_POSSESSORS,
            slow_samples,
        )
        .await?,
    ])
}

/// Somebody who exists is the first class, nobody the second.
async fn login(
    case: &str,
    hasher: &Hasher,
    scheme: Scheme,
    hashes: usize,
    samples: usize,
) -> Result<Outcome> {
    let stored = hasher.hash(password("the right one"), scheme).await?;
    let input = |nobody: bool| -> Option<PasswordHash> { (!nobody).then(|| stored.clone()) };
    measure(&format!("login: {case}"), samples, input, async |stored: Option<PasswordHash>| {
        for _ in 0..hashes {
            hasher.verify(password("a wrong one"), stored.clone(), scheme).await?;
        }
        Ok(())
    })
    .await
}

fn password(text: &str) -> SecretString {
    text.to_owned().into()
}
