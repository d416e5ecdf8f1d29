//! Logins, sessions, the links that open them, and the pages that are kept.

use std::net::IpAddr;

use portreeve_types::{LoginName, Service, TokenName, UserName};
use serde::Serialize;

use super::events;

events! {
    /// What happens at logins, and to sessions.
    LoginEvent {
        /// A password was wrong: at a login, in a request's header, or one that a function was given.
        PasswordRefused = "password_refused" {
            /// Whose name was given; none when nobody has it.
            who: Option<LoginName>,
        },
        /// Answers to security questions were wrong.
        AnswersRefused = "answers_refused" {
            /// Whose they are.
            who: Option<LoginName>,
        },
        /// A login's password was right, and its code is awaited.
        PasswordProven = "password_proven" {
            /// Who logs in.
            who: LoginName,
            /// Whose password it was, if another's.
            possessor: Option<UserName>,
            /// The service.
            service: Service,
        },
        /// A session was opened.
        SessionOpened = "session_opened" {
            /// Whose it is.
            who: LoginName,
            /// On whose authority, if another's.
            possessor: Option<UserName>,
            /// The service.
            service: Service,
            /// The short form of its digest.
            session: String,
            /// How: `handle_form_login` is by a form, `handle_auth_transfer` by a link, as the original has it.
            method: &'static str,
            /// Whether a code of the second factor was given.
            factor: bool,
            /// The short form of the link's digest, where it was by a link.
            link: Option<String>,
            /// What that link was made with.
            made_with: Option<MadeWith>,
        },
        /// A session was ended before its time.
        SessionEnded = "session_ended" {
            /// Whose it was.
            who: LoginName,
            /// The service.
            service: Service,
            /// The short form of its digest.
            session: String,
            /// Why.
            reason: SessionEnd,
        },
        /// All logins of somebody were ended: sessions, but for the one that this was done in, logins under way, links and kept pages.
        SessionsEnded = "sessions_ended" {
            /// Whose they were.
            who: Option<LoginName>,
            /// How many sessions.
            ended: u64,
        },
        /// An address was verified for somebody's logins.
        AddressVerified = "address_verified" {
            /// Whose logins.
            who: Option<LoginName>,
            /// The address, or the network.
            verified: String,
        },
        /// Security questions were chosen for the first time, which verifies the address that it was done from.
        QuestionsChosen = "questions_chosen" {
            /// Whose they are.
            who: Option<LoginName>,
            /// The address, or the network.
            verified: String,
        },
        /// A link was made that logs in.
        LinkMade = "link_made" {
            /// Whom it is for.
            who: LoginName,
            /// On whose authority, if another's.
            possessor: Option<UserName>,
            /// The service that it is good for.
            service: Service,
            /// The only address that it is good for; none when it is good for any.
            only_from: Option<IpAddr>,
            /// What made it.
            made_by: &'static str,
            /// The short form of its digest, which the session has that comes of it.
            link: String,
            /// What it was made with: a `session`, a `token` or an `access_hash`, and what that session came of.
            made_with: MadeWith,
        },
        /// A page is kept open on a browser.
        PageKept = "page_kept" {
            /// Who keeps it.
            who: LoginName,
            /// The service.
            service: Service,
            /// The page's bookmark.
            page: String,
        },
        /// A page is no longer kept open.
        PageEnded = "page_ended" {
            /// Who kept it.
            who: LoginName,
            /// The page's bookmark.
            page: String,
        },
    }
}

/// Why a session was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEnd {
    /// Whoever the entry is by asked for it.
    Asked,
    /// Too many wrong security tokens came with its cookie.
    WrongSecurityTokens,
}

/// What a link was made with. Nothing of this for what a single request brought along: a password, the kernel's word.
#[derive(Clone, Debug, Serialize)]
pub struct MadeWith {
    /// The session that it was made in, by the short form of its digest.
    pub(crate) session: Option<String>,
    /// The name of the API token that it was made with, or that session's own link.
    pub(crate) token: Option<TokenName>,
    /// Whether it was made with an access hash, or that session's own link was.
    pub(crate) access_hash: bool,
}
