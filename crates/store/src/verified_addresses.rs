//! From where somebody may log in while that is a policy, and the questions that verify another address.

use std::net::IpAddr;
use std::sync::Arc;

use portreeve_crypt::PasswordHash;
use portreeve_types::{AddressPattern, Subject, Timestamp};

use crate::change::Change;
use crate::error::StoreError;
use crate::proven::Acting;
use crate::store::Store;
use crate::trail::{LoginEvent, Trail};
use crate::value::values;
use crate::write::Write;
use crate::writer::Writer;

/// Somebody's security questions.
pub struct SecurityQuestions {
    /// The questions' numbers, in the order of their answers.
    pub questions: Vec<u8>,
    /// The hash of all answers together.
    pub answers: PasswordHash,
}

impl Store {
    /// Somebody's verified addresses, in order.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn verified_addresses(&self, subject: Subject) -> Result<Arc<[AddressPattern]>, StoreError> {
        let filled = self.models.verified_addresses.get(&subject, || async {
            let sql =
                "SELECT address FROM verified_addresses WHERE subject_kind = $1 AND subject_number = $2";
            let rows = self.db.rows(sql, values![subject.kind(), subject.number()]).await?;
            let mut patterns: Vec<AddressPattern> =
                rows.iter().map(|row| row.parsed("address")).collect::<Result<_, _>>()?;
            patterns.sort_unstable();
            Ok(Some(patterns.into()))
        });
        Ok(filled.await?.unwrap_or_default())
    }

    /// Whether an address is one of somebody's verified ones.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn is_verified(&self, subject: Subject, address: IpAddr) -> Result<bool, StoreError> {
        let patterns = self.verified_addresses(subject).await?;
        Ok(patterns.iter().any(|pattern| pattern.contains(address)))
    }

    /// Somebody's security questions, if they were chosen.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn security_questions(
        &self,
        subject: Subject,
    ) -> Result<Option<SecurityQuestions>, StoreError> {
        let sql = "SELECT questions, answers FROM security_questions
            WHERE subject_kind = $1 AND subject_number = $2";
        let Some(row) = self.db.row(sql, values![subject.kind(), subject.number()]).await? else {
            return Ok(None);
        };
        let questions = row.text("questions")?.split(',').map(str::parse).collect::<Result<_, _>>();
        let questions = questions.map_err(|_| StoreError::Corrupt { column: "questions" })?;
        Ok(Some(SecurityQuestions { questions, answers: row.password("answers")? }))
    }
}

impl Writer {
    /// Adds a verified address of whoever acts; one that is there stays. Answers whether it is verified: not if what
    /// that one was let in with holds no longer.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn verify_address(
        &self,
        acting: Acting<'_>,
        address: AddressPattern,
    ) -> Result<bool, StoreError> {
        let subject = acting.subject;
        let mut write = self.write().await?;
        if !write.still_acts(acting).await? {
            return Ok(false);
        }
        let added = write.add_verified(subject, address, self.now()).await?;
        let who = write.login_name(subject).await?;
        let left = match added {
            true => LoginEvent::AddressVerified { who, verified: address.to_string() }.into(),
            false => Trail::nothing("it was verified before"),
        };
        write.commit(left).await?;
        Ok(true)
    }

    /// Keeps the questions that somebody chose for the first time, and verifies the address that they were chosen
    /// from. Answers whether it did: questions that are there stay, and nothing is kept if what whoever acts was let in
    /// with holds no longer.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn choose_questions(
        &self,
        acting: Acting<'_>,
        chosen: &SecurityQuestions,
        address: AddressPattern,
    ) -> Result<bool, StoreError> {
        let insert = "INSERT INTO security_questions (subject_kind, subject_number, questions, answers)
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let subject = acting.subject;
        let numbers: Vec<String> = chosen.questions.iter().map(u8::to_string).collect();
        let record = values![subject.kind(), subject.number(), numbers.join(","), &chosen.answers];
        let mut write = self.write().await?;
        if !write.still_acts(acting).await? || write.execute(insert, record).await? == 0 {
            return Ok(false);
        }
        write.add_verified(subject, address, self.now()).await?;
        let who = write.login_name(subject).await?;
        write.commit(LoginEvent::QuestionsChosen { who, verified: address.to_string() }).await?;
        Ok(true)
    }
}

impl Write<'_> {
    /// Adds a verified address; one that is there stays. Answers whether it was not.
    async fn add_verified(
        &mut self,
        subject: Subject,
        address: AddressPattern,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let insert = "INSERT INTO verified_addresses (subject_kind, subject_number, address, added)
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let record = values![subject.kind(), subject.number(), address.to_string(), now];
        let added = self.execute(insert, record).await? > 0;
        self.changed(Change::verified_addresses(subject));
        Ok(added)
    }

    /// Forgets somebody's security questions and verified addresses: the next login chooses anew.
    pub(crate) async fn forget_questions(&mut self, subject: Subject) -> Result<(), StoreError> {
        for removal in [
            "DELETE FROM verified_addresses WHERE subject_kind = $1 AND subject_number = $2",
            "DELETE FROM security_questions WHERE subject_kind = $1 AND subject_number = $2",
        ] {
            self.execute(removal, values![subject.kind(), subject.number()]).await?;
        }
        self.changed(Change::verified_addresses(subject));
        Ok(())
    }
}
