//! The ledgers of used one-time codes: what makes a code good once.

use std::net::IpAddr;

use portreeve_crypt::TotpSecret;
use portreeve_types::{Service, Subject};

use crate::code_ledger::{Attempt, Carrier, Judgement, Use, judge};
use crate::error::StoreError;
use crate::row::Row;
use crate::trail::FactorEvent;
use crate::value::values;
use crate::write::Write;
use crate::writer::Writer;

/// Steps that stay recorded behind the present one: more than any acceptance window is wide.
const KEPT_STEPS: i64 = 10;

/// Whether a right code may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeUse {
    /// It may; that it was used is durable.
    Accepted,
    /// It was used before, in a way that excludes this one.
    AlreadyUsed,
}

impl Use {
    fn from_row(row: &Row) -> Result<Use, StoreError> {
        Ok(Use {
            carrier: Carrier::from_number(row.integer("carrier")?)
                .ok_or(StoreError::Corrupt { column: "carrier" })?,
            step: row.integer("step")?,
            address: row.parsed("address")?,
            first: row.truth("first_use")?,
        })
    }
}

impl Writer {
    /// Uses the code of a step to open a service's session. To be called before the session exists, once the code
    /// was found right.
    ///
    /// # Errors
    /// When the records are unavailable; the code must count as refused then.
    pub async fn use_code_at_login(
        &self,
        subject: Subject,
        service: Service,
        step: i64,
        address: IpAddr,
    ) -> Result<CodeUse, StoreError> {
        self.use_code(subject, Carrier::Login(service), step, address.to_canonical()).await
    }

    /// Uses the code of a step in a request's header, once it was found right. The first use binds it to the
    /// client's address; repeats from there send no SQL.
    ///
    /// # Errors
    /// When the records are unavailable; the code must count as refused then.
    pub async fn use_code_in_header(
        &self,
        subject: Subject,
        step: i64,
        address: IpAddr,
    ) -> Result<CodeUse, StoreError> {
        let address = address.to_canonical();
        if let Some(bound) = self.models.header_codes.peek(&(subject, step)) {
            let once = self.policies().await?.otp_reuse_never;
            let repeats = bound == address && !once;
            return Ok(if repeats { CodeUse::Accepted } else { CodeUse::AlreadyUsed });
        }
        let before = self.models.header_codes.version();
        let used = self.use_code(subject, Carrier::Header, step, address).await?;
        if used == CodeUse::Accepted {
            self.models.header_codes.keep(before, (subject, step), address);
        }
        Ok(used)
    }

    async fn use_code(
        &self,
        subject: Subject,
        carrier: Carrier,
        step: i64,
        address: IpAddr,
    ) -> Result<CodeUse, StoreError> {
        let once = self.policies().await?.otp_reuse_never;
        let present = TotpSecret::step_of(self.now());
        let mut write = self.write().await?;
        write.lock_code_ledger(subject, present).await?;
        let uses = write.code_uses(subject).await?;
        match judge(&uses, &Attempt { carrier, step, address, present, once }) {
            Judgement::Refuse => Ok(CodeUse::AlreadyUsed),
            Judgement::Repeat => Ok(CodeUse::Accepted),
            Judgement::Record(used) => {
                write.record_code_use(subject, &used).await?;
                write.sweep_code_uses(subject, present - KEPT_STEPS).await?;
                let who = write.login_name(subject).await?;
                write.commit(FactorEvent::CodeAccepted { who, login_to: carrier.service() }).await?;
                Ok(CodeUse::Accepted)
            }
        }
    }
}

impl Write<'_> {
    /// Waits until nobody else judges a code of the same subject. PostgreSQL locks the row that is written here;
    /// on SQLite the transaction itself excludes all others.
    async fn lock_code_ledger(&mut self, subject: Subject, present: i64) -> Result<(), StoreError> {
        let lock = "INSERT INTO code_ledgers (subject_kind, subject_number, judged) VALUES ($1, $2, $3)
            ON CONFLICT (subject_kind, subject_number) DO UPDATE SET judged = excluded.judged";
        self.execute(lock, values![subject.kind(), subject.number(), present]).await?;
        Ok(())
    }

    async fn code_uses(&mut self, subject: Subject) -> Result<Vec<Use>, StoreError> {
        let sql = "SELECT * FROM code_uses WHERE subject_kind = $1 AND subject_number = $2";
        let rows = self.rows(sql, values![subject.kind(), subject.number()]).await?;
        rows.iter().map(Use::from_row).collect()
    }

    async fn record_code_use(&mut self, subject: Subject, used: &Use) -> Result<(), StoreError> {
        let insert = "INSERT INTO code_uses (subject_kind, subject_number, carrier, step, address, first_use)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let address = used.address.to_string();
        let record =
            values![subject.kind(), subject.number(), used.carrier.number(), used.step, address, used.first];
        self.execute(insert, record).await?;
        Ok(())
    }

    /// Forgets old uses, but for the latest of each service: with it a clock that was set back allows no replay.
    async fn sweep_code_uses(&mut self, subject: Subject, before: i64) -> Result<(), StoreError> {
        let sweep = "DELETE FROM code_uses WHERE subject_kind = $1 AND subject_number = $2 AND step < $3
            AND (carrier = $4 OR step < (SELECT MAX(later.step) FROM code_uses AS later
                WHERE later.subject_kind = $1 AND later.subject_number = $2 AND later.carrier = code_uses.carrier))";
        let header = Carrier::Header.number();
        self.execute(sweep, values![subject.kind(), subject.number(), before, header]).await?;
        Ok(())
    }
}
