-- The records, in the SQL that SQLite and PostgreSQL share: BIGINT and TEXT columns only.
-- Moments are seconds since 1970; truth values are 0 and 1; quotas are MiB with 0 for none.
-- Digests are hexadecimal text and sealed values base64 text, because the databases differ in their binary type.
-- References are checked at the commit, so that an account's own row can go first: nothing new can refer to it then.
-- A subject is somebody who can log in: kind 0 is an account, kind 1 a mailbox, and the number is its id.

CREATE TABLE installation (
    singleton BIGINT NOT NULL PRIMARY KEY CHECK (singleton = 1),
    key_id TEXT NOT NULL
);

CREATE TABLE accounts (
    id BIGINT NOT NULL PRIMARY KEY,
    user_name TEXT NOT NULL UNIQUE,
    owner BIGINT REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    -- 0 administrator, 1 reseller, 2 user
    role BIGINT NOT NULL,
    -- a reseller's privileges
    acls TEXT NOT NULL,
    domain TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    password_changed BIGINT NOT NULL,
    -- since when nobody may log in to it, and why; none while it is not suspended
    suspended BIGINT,
    suspend_reason TEXT NOT NULL,
    -- whether only an administrator may end the suspension
    suspend_locked BIGINT NOT NULL,
    email TEXT NOT NULL,
    plan TEXT NOT NULL,
    quota BIGINT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX accounts_by_owner ON accounts (owner);

CREATE TABLE mailboxes (
    id BIGINT NOT NULL PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    address TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    password_changed BIGINT NOT NULL,
    -- whether its user may not log in at present
    login_suspended BIGINT NOT NULL,
    quota BIGINT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX mailboxes_by_account ON mailboxes (account);

CREATE TABLE ftp_logins (
    id BIGINT NOT NULL PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    login TEXT NOT NULL,
    domain TEXT NOT NULL,
    password TEXT NOT NULL,
    home TEXT NOT NULL,
    quota BIGINT NOT NULL,
    created BIGINT NOT NULL,
    UNIQUE (login, domain)
);
CREATE INDEX ftp_logins_by_account ON ftp_logins (account);

CREATE TABLE sessions (
    -- keyed digests of the cookie's two halves
    id TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL,
    subject_kind BIGINT NOT NULL,
    subject_number BIGINT NOT NULL,
    account BIGINT NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    -- whose authority it is, where that is another account's than the subject's own
    possessor BIGINT REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    login TEXT NOT NULL,
    service BIGINT NOT NULL,
    tls BIGINT NOT NULL,
    address TEXT NOT NULL,
    factor BIGINT NOT NULL,
    -- of the password that opened it, 0 to 100; none where none was typed
    password_strength BIGINT,
    method TEXT NOT NULL,
    security_token TEXT NOT NULL,
    -- keyed digest of the security token of the link that it came through
    link_token TEXT,
    -- the session and the API token that the link was made with, and the digest of the access hash: it lasts no longer
    -- than they do
    maker_session TEXT,
    maker_token BIGINT,
    maker_hash TEXT,
    -- when the login was proven that it stands on, and from when on it is no longer good
    stands_since BIGINT NOT NULL,
    stands_until BIGINT,
    created BIGINT NOT NULL,
    last_seen BIGINT NOT NULL
);
CREATE INDEX sessions_by_subject ON sessions (subject_kind, subject_number);
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_possessor ON sessions (possessor);
CREATE INDEX sessions_by_maker_token ON sessions (maker_token);
CREATE INDEX sessions_by_last_seen ON sessions (last_seen);

CREATE TABLE pending_logins (
    -- keyed digest of the cookie
    id TEXT NOT NULL PRIMARY KEY,
    subject_kind BIGINT NOT NULL,
    subject_number BIGINT NOT NULL,
    account BIGINT NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    -- whose password was proven, where that is another account's than the subject's own
    possessor BIGINT REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    login TEXT NOT NULL,
    service BIGINT NOT NULL,
    tls BIGINT NOT NULL,
    address TEXT NOT NULL,
    goto_page TEXT NOT NULL,
    -- of the password that was proven, 0 to 100
    password_strength BIGINT NOT NULL,
    tries_left BIGINT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX pending_logins_by_subject ON pending_logins (subject_kind, subject_number);
CREATE INDEX pending_logins_by_account ON pending_logins (account);
CREATE INDEX pending_logins_by_possessor ON pending_logins (possessor);
CREATE INDEX pending_logins_by_created ON pending_logins (created);

-- Sessions that wait to be taken up, once, by whoever has their value.
CREATE TABLE temporary_sessions (
    -- keyed digest of the value
    id TEXT NOT NULL PRIMARY KEY,
    subject_kind BIGINT NOT NULL,
    subject_number BIGINT NOT NULL,
    account BIGINT NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    -- who made it, where that is another account than the subject itself
    possessor BIGINT REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    login TEXT NOT NULL,
    service BIGINT NOT NULL,
    -- the only address that may take it up; empty for any
    address TEXT NOT NULL,
    -- keyed digest of the security token in its link
    link_token TEXT NOT NULL,
    -- what it was made with, as the session will have it
    maker_session TEXT,
    maker_token BIGINT,
    maker_hash TEXT,
    stands_since BIGINT NOT NULL,
    stands_until BIGINT,
    created BIGINT NOT NULL
);
CREATE INDEX temporary_sessions_by_subject ON temporary_sessions (subject_kind, subject_number);
CREATE INDEX temporary_sessions_by_account ON temporary_sessions (account);
CREATE INDEX temporary_sessions_by_possessor ON temporary_sessions (possessor);
CREATE INDEX temporary_sessions_by_maker_token ON temporary_sessions (maker_token);
CREATE INDEX temporary_sessions_by_created ON temporary_sessions (created);

-- Pages that somebody keeps open on a browser.
CREATE TABLE kept_pages (
    id BIGINT NOT NULL PRIMARY KEY,
    -- keyed digest of the cookie
    digest TEXT NOT NULL UNIQUE,
    subject_kind BIGINT NOT NULL,
    subject_number BIGINT NOT NULL,
    account BIGINT NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    login TEXT NOT NULL,
    service BIGINT NOT NULL,
    -- the one page that it is worth
    bookmark TEXT NOT NULL,
    query TEXT NOT NULL,
    -- what its owner tells it by: from where it was kept, and by which browser
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    -- of the login of the session that kept it
    factor BIGINT NOT NULL,
    password_strength BIGINT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX kept_pages_by_subject ON kept_pages (subject_kind, subject_number);
CREATE INDEX kept_pages_by_account ON kept_pages (account);
CREATE INDEX kept_pages_by_created ON kept_pages (created);

CREATE TABLE two_factors (
    subject_kind BIGINT NOT NULL,
    subject_number BIGINT NOT NULL,
    -- sealed for the subject
    secret TEXT NOT NULL,
    enrolled BIGINT NOT NULL,
    -- random: tells one enrolment from the next
    enrolment BIGINT NOT NULL,
    PRIMARY KEY (subject_kind, subject_number)
);

-- Codes for whoever lost the authenticator. A row goes when its code is used, and with the enrolment.
CREATE TABLE recovery_codes (
    subject_kind BIGINT NOT NULL,
    subject_number BIGINT NOT NULL,
    -- keyed digest of the code, its owner and the enrolment
    digest TEXT NOT NULL,
    PRIMARY KEY (subject_kind, subject_number, digest)
);

-- One row per subject that ever gave a code: who judges a code of the subject locks it first.
CREATE TABLE code_ledgers (
    subject_kind BIGINT NOT NULL,
    subject_number BIGINT NOT NULL,
    judged BIGINT NOT NULL,
    PRIMARY KEY (subject_kind, subject_number)
);

CREATE TABLE code_uses (
    subject_kind BIGINT NOT NULL,
    subject_number BIGINT NOT NULL,
    -- 0, 1, 2: the service whose session the code opened; 3: a request's header
    carrier BIGINT NOT NULL,
    -- the 30-second step that the code belongs to
    step BIGINT NOT NULL,
    address TEXT NOT NULL,
    -- whether no other carrier had used the step before
    first_use BIGINT NOT NULL,
    PRIMARY KEY (subject_kind, subject_number, carrier, step)
);

-- Under which name one-time-code apps show a reseller's accounts.
CREATE TABLE issuers (
    account BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    issuer TEXT NOT NULL
);

CREATE TABLE api_tokens (
    id BIGINT NOT NULL PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    -- 0 cPanel, 1 WHM
    kind BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- keyed digest of the token
    digest TEXT NOT NULL UNIQUE,
    created BIGINT NOT NULL,
    expires BIGINT,
    -- the token's own privileges, within its owner's; none when it has all of them
    acls TEXT,
    -- from where it is good, with blanks between; none when from anywhere
    networks TEXT,
    -- whether each call needs a code of the account's second factor
    code_required BIGINT NOT NULL,
    -- written once a minute
    last_used BIGINT,
    last_address TEXT,
    UNIQUE (account, kind, name)
);

CREATE TABLE access_hashes (
    account BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    -- keyed digest of the hash
    digest TEXT NOT NULL UNIQUE
);

CREATE TABLE throttle (
    -- keyed digest of what is guessed, whose it is, and from where
    id TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failure BIGINT NOT NULL,
    -- from when on the failures no longer count
    forgotten BIGINT NOT NULL,
    -- from where they came, as the counter sees it; empty for a counter of all addresses
    address TEXT NOT NULL,
    -- whether they were at codes or answers: an administrator who forgives passwords forgives none of these
    codes BIGINT NOT NULL,
    -- whether they were at a name that nobody has: there is no end of those
    nobodys BIGINT NOT NULL
);
CREATE INDEX throttle_by_nobodys ON throttle (nobodys, last_failure);
CREATE INDEX throttle_by_forgotten ON throttle (forgotten);
CREATE INDEX throttle_by_address ON throttle (address);

-- Wrong tries of late, as an administrator is shown them. They decide nothing.
CREATE TABLE failed_logins (
    id BIGINT NOT NULL PRIMARY KEY,
    -- empty where nobody has the name: people type passwords where names belong
    login TEXT NOT NULL,
    address TEXT NOT NULL,
    service BIGINT NOT NULL,
    -- 0 a password, 1 a code, 2 answers
    guess BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    -- until when it counts against its address
    counts_until BIGINT NOT NULL
);
CREATE INDEX failed_logins_by_failed ON failed_logins (failed);
CREATE INDEX failed_logins_by_address ON failed_logins (address);

-- Whom the counters hold back at present, as an administrator is shown it. They decide nothing either.
CREATE TABLE held_back (
    -- the counter's
    id TEXT NOT NULL PRIMARY KEY,
    -- 0 an address that has to wait, 1 one that is blocked, 2 a login name
    kind BIGINT NOT NULL,
    login TEXT NOT NULL,
    -- the address or network; for a login name, where the latest wrong try came from
    address TEXT NOT NULL,
    service BIGINT NOT NULL,
    guess BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    latest BIGINT NOT NULL,
    until BIGINT NOT NULL
);
CREATE INDEX held_back_by_until ON held_back (until);

-- Addresses that the counters pass over (0, white) and those whose tries are all wrong (1, black).
CREATE TABLE address_lists (
    list BIGINT NOT NULL,
    -- an address, or the first and the last with a hyphen between
    addresses TEXT NOT NULL,
    comment TEXT NOT NULL,
    added BIGINT NOT NULL,
    PRIMARY KEY (list, addresses)
);

-- From where somebody logged in of late, and from where a right code came.
CREATE TABLE known_addresses (
    -- keyed digest of the login name and the address's prefix
    id TEXT NOT NULL PRIMARY KEY,
    -- the same of the login name alone
    whose TEXT NOT NULL,
    noted BIGINT NOT NULL
);
CREATE INDEX known_addresses_by_whose ON known_addresses (whose, noted);
CREATE INDEX known_addresses_by_noted ON known_addresses (noted);

-- From where somebody may log in while that is a policy: an address, or a.b.c.* for 256 of them.
CREATE TABLE verified_addresses (
    subject_kind BIGINT NOT NULL,
    subject_number BIGINT NOT NULL,
    address TEXT NOT NULL,
    added BIGINT NOT NULL,
    PRIMARY KEY (subject_kind, subject_number, address)
);

CREATE TABLE security_questions (
    subject_kind BIGINT NOT NULL,
    subject_number BIGINT NOT NULL,
    -- the numbers of the questions, with commas between them
    questions TEXT NOT NULL,
    -- one hash of all answers together: none of them can be guessed alone
    answers TEXT NOT NULL,
    PRIMARY KEY (subject_kind, subject_number)
);

-- The audit trail: one chain of entries for each node. An entry is never changed; the oldest may be removed.
CREATE TABLE trail (
    node TEXT NOT NULL,
    -- its place in the node's chain, from 1
    sequence BIGINT NOT NULL,
    moment BIGINT NOT NULL,
    event TEXT NOT NULL,
    -- who did it, and the event's own fields: a JSON object
    entry TEXT NOT NULL,
    -- keyed digest of the entry and of the hash of the entry before it
    hash TEXT NOT NULL,
    PRIMARY KEY (node, sequence)
);

-- The last entry of each chain; who appends to a chain locks its row first.
CREATE TABLE trail_heads (
    node TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL
);

-- Where chains begin whose first entries were removed.
CREATE TABLE trail_anchors (
    node TEXT NOT NULL PRIMARY KEY,
    -- the last entry that was removed, and its hash
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL,
    -- keyed digest of these three
    seal TEXT NOT NULL
);

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    setting TEXT NOT NULL
);
