//! Examples: documentation that is run.

/// One call and what it must come to. A test runs every example of the table against the sandbox's accounts.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// What the example shows, as a sentence.
    pub title: &'static str,
    /// The account that calls: one of the sandbox's.
    pub user: &'static str,
    /// The arguments.
    pub args: &'static [(&'static str, &'static str)],
    /// What the answer must be or hold.
    pub expect: Expect,
}

/// What an example's answer must be or hold.
#[derive(Clone, Copy, Debug)]
pub enum Expect {
    /// Success, with data that holds this JSON: objects may have more members, lists must have an item for
    /// each of these.
    Data(&'static str),
    /// A failure whose first error begins so.
    Error(&'static str),
}

impl Example {
    /// A call of an ordinary account, `cptest`, that succeeds with data that holds `data`.
    #[must_use]
    pub const fn data(
        title: &'static str,
        args: &'static [(&'static str, &'static str)],
        data: &'static str,
    ) -> Example {
        Example { title, user: "cptest", args, expect: Expect::Data(data) }
    }

    /// A call of an ordinary account, `cptest`, that fails with an error that begins with `error`.
    #[must_use]
    pub const fn error(
        title: &'static str,
        args: &'static [(&'static str, &'static str)],
        error: &'static str,
    ) -> Example {
        Example { title, user: "cptest", args, expect: Expect::Error(error) }
    }

    /// The same, called by somebody else.
    #[must_use]
    pub const fn by(mut self, user: &'static str) -> Example {
        self.user = user;
        self
    }
}
