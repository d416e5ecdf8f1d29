//! Pages that somebody keeps open on a browser: each a cookie that is worth one page, and nothing else.
//!
//! What ends a person's sessions for good (another password or second factor, suspension, removal, a log-out
//! everywhere) ends these too; the end of the session that made one does not.

use std::net::IpAddr;
use std::time::Duration;

use portreeve_crypt::{Purpose, SecretString, random};
use portreeve_types::{AccountId, LoginName, Service, Subject, Timestamp};

use crate::error::StoreError;
use crate::proven::{Acting, Login};
use crate::row::Row;
use crate::sessions::Session;
use crate::store::Store;
use crate::trail::LoginEvent;
use crate::value::values;
use crate::writer::Writer;

/// How long a page is kept.
const LASTS: Duration = Duration::from_secs(90 * 86_400);
/// The most that one person keeps.
const MOST: i64 = 20;
/// Random bytes of a cookie's value.
const SECRET_BYTES: usize = 32;
/// The most of a browser's name of itself that is kept.
const LONGEST_BROWSER: usize = 200;

/// A page to be kept open.
pub struct NewKeptPage<'a> {
    /// The session in which it is asked for: whose it will be, on which service.
    pub session: &'a Session,
    /// The enrolment of the user's second factor that was found: it must still be that one, or still be none.
    pub enrolment: Option<i64>,
    /// The page's bookmark.
    pub bookmark: &'a str,
    /// The query that belongs to it.
    pub query: &'a str,
    /// The client's address.
    pub address: IpAddr,
    /// What the browser calls itself.
    pub browser: &'a str,
}

/// What came of keeping a page.
pub enum KeepPage {
    /// It is kept, until then.
    Kept {
        /// The cookie's value, shown to the browser now or never: the record does not hold it.
        value: SecretString,
        /// How long it lasts.
        lasts: Duration,
    },
    /// Its owner keeps as many as may be.
    TooMany,
    /// The session ended, or the second factor was changed meanwhile.
    Ended,
}

/// A page that is kept open.
pub struct KeptPage {
    /// Its number, by which its owner ends it.
    pub id: i64,
    /// Whose it is.
    pub subject: Subject,
    /// The account acted on: a mailbox's owner for a mailbox.
    pub account: AccountId,
    /// The name that was logged in with.
    pub login: LoginName,
    /// The only service that it is good for.
    pub service: Service,
    /// The page's bookmark.
    pub bookmark: String,
    /// The query that belongs to it.
    pub query: String,
    /// The address that it was kept from.
    pub address: IpAddr,
    /// What that browser called itself.
    pub browser: String,
    /// Whether a one-time code was given at the login of its session.
    pub factor: bool,
    /// How strong the password was that opened its session.
    pub password_strength: u8,
    /// Since when it is kept.
    pub created: Timestamp,
}

impl KeptPage {
    /// From when on it is no longer kept.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        self.created.after(LASTS)
    }

    fn from_row(row: &Row) -> Result<KeptPage, StoreError> {
        Ok(KeptPage {
            id: row.integer("id")?,
            subject: row.subject()?,
            account: row.account()?,
            login: row.parsed("login")?,
            service: row.service()?,
            bookmark: row.text("bookmark")?,
            query: row.text("query")?,
            address: row.parsed("address")?,
            browser: row.text("browser")?,
            factor: row.truth("factor")?,
            password_strength: row.strength()?,
            created: row.moment("created")?,
        })
    }
}

impl Store {
    /// The page that a cookie's value is worth.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn kept_page(&self, value: &str) -> Result<Option<KeptPage>, StoreError> {
        let find = "SELECT * FROM kept_pages WHERE digest = $1 AND created > $2";
        let digest = self.digest(Purpose::KeptPage, value);
        let row = self.db.row(find, values![digest, self.oldest_kept_page()]).await?;
        row.as_ref().map(KeptPage::from_row).transpose()
    }

    /// The pages that somebody keeps open, the newest first.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn kept_pages_of(&self, subject: Subject) -> Result<Vec<KeptPage>, StoreError> {
        let sql = "SELECT * FROM kept_pages WHERE subject_kind = $1 AND subject_number = $2 AND created > $3
            ORDER BY created DESC, id";
        let rows =
            self.db.rows(sql, values![subject.kind(), subject.number(), self.oldest_kept_page()]).await?;
        rows.iter().map(KeptPage::from_row).collect()
    }

    /// A page that has been kept since then, or before, is kept no longer.
    pub(crate) fn oldest_kept_page(&self) -> Timestamp {
        self.now().before(LASTS)
    }
}

impl Writer {
    /// Keeps a page open. Whoever asks has proven a password in this session, and a code where there is a factor.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn keep_page(&self, new: NewKeptPage<'_>) -> Result<KeepPage, StoreError> {
        let session = new.session;
        // a link or somebody else's password proves nothing that may last
        let (Some(strength), None) = (session.password_strength, session.possessor) else {
            return Ok(KeepPage::Ended);
        };
        let value = random::hex(&*self.entropy, SECRET_BYTES);
        let mut write = self.write().await?;
        let login = Login {
            subject: session.subject,
            account: session.account,
            possessor: None,
            name: session.login.clone(),
        };
        let acting = Acting {
            subject: session.subject,
            password: None,
            enrolment: new.enrolment,
            session: Some(session),
        };
        if !(write.hold_login(&login).await? && write.still_acts(acting).await?) {
            return Ok(KeepPage::Ended);
        }
        let (kind, number) = (session.subject.kind(), session.subject.number());
        let count = "SELECT COUNT(*) AS kept FROM kept_pages
            WHERE subject_kind = $1 AND subject_number = $2 AND created > $3";
        let kept = write.row(count, values![kind, number, self.oldest_kept_page()]).await?;
        if kept.map(|row| row.integer("kept")).transpose()?.unwrap_or_default() >= MOST {
            return Ok(KeepPage::TooMany);
        }
        let insert =
            "INSERT INTO kept_pages (id, digest, subject_kind, subject_number, account, login, service,
            bookmark, query, address, browser, factor, password_strength, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        let record = values![
            self.new_id(),
            self.digest(Purpose::KeptPage, &value),
            kind,
            number,
            session.account,
            &login.name,
            session.service,
            new.bookmark,
            new.query,
            new.address.to_canonical().to_string(),
            new.browser.chars().filter(|c| !c.is_control()).take(LONGEST_BROWSER).collect::<String>(),
            session.factor,
            i64::from(strength),
            self.now(),
        ];
        write.execute(insert, record).await?;
        let event =
            LoginEvent::PageKept { who: login.name, service: session.service, page: new.bookmark.to_owned() };
        write.commit(event).await?;
        Ok(KeepPage::Kept { value: value.into(), lasts: LASTS })
    }

    /// Ends one of the pages that somebody keeps open. Answers whether there was such a one.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn end_kept_page(&self, subject: Subject, id: i64) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let removal = "DELETE FROM kept_pages WHERE id = $1 AND subject_kind = $2 AND subject_number = $3
            RETURNING login, bookmark";
        let ended = write.row(removal, values![id, subject.kind(), subject.number()]).await?;
        let Some(ended) = ended else { return Ok(false) };
        let event = LoginEvent::PageEnded { who: ended.parsed("login")?, page: ended.text("bookmark")? };
        write.commit(event).await?;
        Ok(true)
    }
}
