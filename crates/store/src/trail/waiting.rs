//! Entries of what changes nothing: no transaction is there to carry them, and no request waits for them.
//!
//! They wait in memory, are written together a second later, and at a normal stop. What finds no room is counted, and
//! the count is an entry.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use portreeve_types::LoginName;

use super::append::{End, append};
use super::{Event, FactorEvent, Origin, TokenProblem, UseEvent};
use crate::error::StoreError;
use crate::locked::locked;
use crate::store::Inner;
use crate::writer::{By, Writer};

/// How many wait at most.
const ROOM: usize = 10_000;
/// How many one transaction writes: a write on SQLite holds up all others.
const CHUNK: usize = 500;

/// What waits to be written.
#[derive(Default)]
pub(crate) struct Waiting {
    queue: Mutex<Queue>,
    /// Held by whoever writes: who comes next finds written what was there before.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Queue {
    entries: VecDeque<(By, Event)>,
    /// How many entries of an event found no room.
    left_out: BTreeMap<&'static str, u64>,
}

impl Waiting {
    fn add(&self, by: By, event: Event) {
        let mut queue = locked(&self.queue);
        if queue.entries.len() < ROOM {
            queue.entries.push_back((by, event));
        } else {
            *queue.left_out.entry(event.name()).or_default() += 1;
        }
    }

    /// The next to write; the counts come once all is written that waited before.
    fn take(&self, own: &By) -> Vec<(By, Event)> {
        let mut queue = locked(&self.queue);
        let many = queue.entries.len().min(CHUNK);
        let mut taken: Vec<_> = queue.entries.drain(..many).collect();
        if queue.entries.is_empty() {
            let counts = std::mem::take(&mut queue.left_out).into_iter();
            let counted = |(of, left_out)| (own.clone(), UseEvent::EntriesLeftOut { of, left_out }.into());
            taken.extend(counts.map(counted));
        }
        taken
    }

    /// Has them wait again, before all others.
    fn put_back(&self, taken: Vec<(By, Event)>) {
        let mut queue = locked(&self.queue);
        for (by, event) in taken.into_iter().rev() {
            match event {
                Event::Use(UseEvent::EntriesLeftOut { of, left_out }) => {
                    *queue.left_out.entry(of).or_default() += left_out
                }
                event => queue.entries.push_front((by, event)),
            }
        }
    }
}

impl Writer {
    /// Tells of the use of a credential: the first one in an hour, from where it came.
    pub fn note_credential_use(&self) {
        self.note(UseEvent::CredentialUsed {});
    }

    /// Tells of an API token that is right and was refused.
    pub fn note_token_refusal(&self, problem: TokenProblem) {
        self.note(UseEvent::TokenRefused { problem });
    }

    /// Tells of an API call of somebody who has a second factor and gave no code.
    pub fn note_call_without_code(&self) {
        self.note(UseEvent::CallWithoutCode {});
    }

    /// Tells of a right code that was refused, since it had been used.
    pub fn note_reused_code(&self, who: LoginName) {
        self.note(FactorEvent::CodeReused { who });
    }

    fn note(&self, event: impl Into<Event>) {
        self.waiting.add(self.by().clone(), event.into());
    }
}

impl Inner {
    /// Writes the entries that wait. Without any, it asks nothing of the database.
    pub(crate) async fn flush_trail(&self) -> Result<(), StoreError> {
        let _writing = self.waiting.writing.lock().await;
        loop {
            let taken = self.waiting.take(self.own());
            if taken.is_empty() {
                return Ok(());
            }
            if let Err(error) = self.write_waiting(&taken).await {
                self.waiting.put_back(taken);
                return Err(error);
            }
        }
    }

    async fn write_waiting(&self, taken: &[(By, Event)]) -> Result<(), StoreError> {
        let origins: Vec<Origin> = taken.iter().map(|(by, _)| by.origin()).collect();
        let entries: Vec<_> = origins.iter().zip(taken.iter().map(|(_, event)| event)).collect();
        let mut transaction = self.db.begin().await?;
        let end = End { keyring: &self.keyring, node: &self.trail_node, now: self.now() };
        append(&self.db, &mut transaction, end, &entries).await?;
        transaction.commit().await
    }
}
