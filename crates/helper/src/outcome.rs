//! What became of a run, as the keeper tells the server.

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The program ended by itself, with this status.
    Exited(i32),
    /// A signal ended it: its own fault, or a limit.
    Killed(i32),
    /// Its time was up.
    TimedOut,
    /// It was never started.
    Refused(Refusal),
    /// The keeper is gone without a word.
    Lost,
}

/// Why a program was not started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no system user that it may run as.
    #[error("there is no system user that it may run as")]
    User,
    /// It would run as a user that accounts share, and could not be kept apart from their programs.
    #[error(
        "this one would share its system user with others, and the server cannot keep them apart: that takes process \
         and mount namespaces (CAP_SYS_ADMIN), or a system user of the account's own"
    )]
    NotApart,
    /// It is no plain file in its folder.
    #[error("it is not a plain file")]
    NotAFile,
    /// It, or a folder above it, belongs to somebody else.
    #[error("it, or a folder above it, belongs to another user than root, the server's or the account's")]
    Owner,
    /// Others may write to it or to a folder above it.
    #[error("its group or other users may write to it, or to a folder above it")]
    Writable,
    /// It may not be executed.
    #[error("it is not executable, or its interpreter is missing")]
    NotExecutable,
    /// The system could not start it.
    #[error("the system could not start it")]
    System,
}

/// Bytes that an outcome takes on its way.
const LENGTH: usize = 5;

const REFUSALS: [Refusal; 7] = [
    Refusal::User,
    Refusal::NotApart,
    Refusal::NotAFile,
    Refusal::Owner,
    Refusal::Writable,
    Refusal::NotExecutable,
    Refusal::System,
];

impl Outcome {
    pub(crate) fn encode(self) -> [u8; LENGTH] {
        let (kind, number) = match self {
            Outcome::Exited(status) => (0, status),
            Outcome::Killed(signal) => (1, signal),
            Outcome::TimedOut => (2, 0),
            Outcome::Refused(refusal) => (3, refusal.number()),
            Outcome::Lost => (4, 0),
        };
        let [a, b, c, d] = number.to_le_bytes();
        [kind, a, b, c, d]
    }

    /// What these bytes say; anything unknown is no news.
    pub(crate) fn decode(bytes: &[u8]) -> Outcome {
        let Ok([kind, a, b, c, d]) = <[u8; LENGTH]>::try_from(bytes) else { return Outcome::Lost };
        let number = i32::from_le_bytes([a, b, c, d]);
        match kind {
            0 => Outcome::Exited(number),
            1 => Outcome::Killed(number),
            2 => Outcome::TimedOut,
            3 => Refusal::from_number(number).map_or(Outcome::Lost, Outcome::Refused),
            _ => Outcome::Lost,
        }
    }
}

impl Refusal {
    pub(crate) fn number(self) -> i32 {
        let position = REFUSALS.iter().position(|refusal| *refusal == self);
        position.and_then(|position| i32::try_from(position).ok()).unwrap_or(-1)
    }

    pub(crate) fn from_number(number: i32) -> Option<Refusal> {
        REFUSALS.get(usize::try_from(number).ok()?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_survives_its_way() {
        let refused = REFUSALS.map(Outcome::Refused);
        for outcome in [Outcome::Exited(3), Outcome::Killed(9), Outcome::TimedOut, Outcome::Lost]
            .into_iter()
            .chain(refused)
        {
            assert_eq!(Outcome::decode(&outcome.encode()), outcome);
        }
    }

    #[test]
    fn what_is_cut_off_or_unknown_is_no_news() {
        for bytes in [&[][..], &[0, 1], &[3, 99, 0, 0, 0], &[9, 0, 0, 0, 0]] {
            assert_eq!(Outcome::decode(bytes), Outcome::Lost);
        }
    }
}
