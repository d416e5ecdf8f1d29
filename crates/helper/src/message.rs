//! What the server asks for: one message for each run, every part with its length, nothing else understood.

use std::ffi::CString;
use std::time::Duration;

use portreeve_types::UserName;

use crate::limits::Limits;
use crate::users::RunAs;

/// What is run: a file in the run's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// The file itself.
    File(String),
    /// PHP, with the file as its script.
    Php(String),
}

impl Program {
    /// The file's name in its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        let (Program::File(name) | Program::Php(name)) = self;
        name
    }
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The way from the plugin folder to the program's own, name by name.
    pub folder: Vec<String>,
    /// What is run.
    pub program: Program,
    /// As whom.
    pub run_as: RunAs,
    /// The whole environment, `NAME=value` each: the program gets nothing else.
    pub environment: Vec<CString>,
    /// What it may use.
    pub limits: Limits,
}

/// The most that a message takes: a request's header fields fit in it several times.
pub(crate) const LONGEST: usize = 128 << 10;

/// A message that is not one of ours, or too long to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message that is no run, or one that is too long")]
pub struct Unreadable;

const FILE: u64 = 1;
const PHP: u64 = 2;
const ACCOUNT: u64 = 1;
const UNPRIVILEGED: u64 = 2;
const WHM: u64 = 3;

impl Run {
    /// The message that asks for it.
    ///
    /// # Errors
    /// When it is longer than the spawner takes.
    pub fn encode(&self) -> Result<Vec<u8>, Unreadable> {
        let mut out = Vec::with_capacity(4096);
        let (kind, name) = match &self.program {
            Program::File(name) => (FILE, name),
            Program::Php(name) => (PHP, name),
        };
        put_number(&mut out, kind);
        put_text(&mut out, name.as_bytes());
        put_number(&mut out, self.folder.len() as u64);
        for name in &self.folder {
            put_text(&mut out, name.as_bytes());
        }
        match &self.run_as {
            RunAs::Account(user) => {
                put_number(&mut out, ACCOUNT);
                put_text(&mut out, user.as_str().as_bytes());
            }
            RunAs::Unprivileged => put_number(&mut out, UNPRIVILEGED),
            RunAs::Whm => put_number(&mut out, WHM),
        }
        let millis = u64::try_from(self.limits.time.as_millis()).unwrap_or(u64::MAX);
        let Limits { time: _, cpu_seconds, memory, file, processes, open_files } = self.limits;
        for number in [millis, cpu_seconds, memory, file, processes, open_files] {
            put_number(&mut out, number);
        }
        put_number(&mut out, self.environment.len() as u64);
        for variable in &self.environment {
            put_text(&mut out, variable.as_bytes());
        }
        if out.len() > LONGEST { Err(Unreadable) } else { Ok(out) }
    }

    /// What a message asks for.
    ///
    /// # Errors
    /// When it is not a whole message of ours, to the last byte.
    pub fn decode(bytes: &[u8]) -> Result<Run, Unreadable> {
        let mut rest = Reader(bytes);
        let kind = rest.number()?;
        let name = rest.file_name()?;
        let program = match kind {
            FILE => Program::File(name),
            PHP => Program::Php(name),
            _ => return Err(Unreadable),
        };
        let mut folder = Vec::new();
        for _ in 0..rest.number()? {
            folder.push(rest.file_name()?);
        }
        let run_as = match rest.number()? {
            ACCOUNT => RunAs::Account(rest.user()?),
            UNPRIVILEGED => RunAs::Unprivileged,
            WHM => RunAs::Whm,
            _ => return Err(Unreadable),
        };
        let limits = Limits {
            time: Duration::from_millis(rest.number()?),
            cpu_seconds: rest.number()?,
            memory: rest.number()?,
            file: rest.number()?,
            processes: rest.number()?,
            open_files: rest.number()?,
        };
        let mut environment = Vec::new();
        for _ in 0..rest.number()? {
            environment.push(CString::new(rest.text()?).map_err(|_| Unreadable)?);
        }
        if rest.0.is_empty() {
            Ok(Run { folder, program, run_as, environment, limits })
        } else {
            Err(Unreadable)
        }
    }
}

fn put_number(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text);
}

/// What is left of a message.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Result<u64, Unreadable> {
        let (number, rest) = self.0.split_first_chunk().ok_or(Unreadable)?;
        self.0 = rest;
        Ok(u64::from_le_bytes(*number))
    }

    fn text(&mut self) -> Result<&'a [u8], Unreadable> {
        let length = usize::try_from(self.number()?).map_err(|_| Unreadable)?;
        let (text, rest) = self.0.split_at_checked(length).ok_or(Unreadable)?;
        self.0 = rest;
        Ok(text)
    }

    fn word(&mut self) -> Result<&'a str, Unreadable> {
        std::str::from_utf8(self.text()?).map_err(|_| Unreadable)
    }

    /// One plain name: nothing that leads out of the folder.
    fn file_name(&mut self) -> Result<String, Unreadable> {
        let name = self.word()?;
        let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\0']);
        if plain { Ok(name.to_owned()) } else { Err(Unreadable) }
    }

    fn user(&mut self) -> Result<UserName, Unreadable> {
        self.word()?.parse().map_err(|_| Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(program: Program, run_as: RunAs) -> Run {
        let environment = vec![c"A=1".to_owned(), c"B=\xff".to_owned()];
        let folder = vec!["3rdparty".to_owned(), "a".to_owned()];
        Run { folder, program, run_as, environment, limits: Limits::default() }
    }

    #[test]
    fn a_run_survives_its_way() {
        for program in [Program::File("a.cgi".to_owned()), Program::Php("b.php".to_owned())] {
            for run_as in [RunAs::Unprivileged, RunAs::Whm, RunAs::Account("cptest".parse().unwrap())] {
                let run = run(program.clone(), run_as);
                assert_eq!(Run::decode(&run.encode().unwrap()), Ok(run));
            }
        }
    }

    #[test]
    fn a_message_that_is_cut_off_or_too_long_is_unreadable() {
        let whole = run(Program::File("a.cgi".to_owned()), RunAs::Unprivileged).encode().unwrap();
        for length in 0..whole.len() {
            assert_eq!(Run::decode(&whole[..length]), Err(Unreadable), "{length}");
        }
        assert_eq!(Run::decode(&[whole, vec![0]].concat()), Err(Unreadable));
        let mut large = run(Program::File("a.cgi".to_owned()), RunAs::Unprivileged);
        large.environment.push(CString::new(vec![b'x'; LONGEST]).unwrap());
        assert_eq!(large.encode(), Err(Unreadable));
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in ["", "..", "../x", "a/b", "/bin/ls", ".hidden"] {
            let bytes = run(Program::File(name.to_owned()), RunAs::Unprivileged).encode().unwrap();
            assert_eq!(Run::decode(&bytes), Err(Unreadable), "{name}");
            let mut way = run(Program::File("a.cgi".to_owned()), RunAs::Unprivileged);
            way.folder.push(name.to_owned());
            assert_eq!(Run::decode(&way.encode().unwrap()), Err(Unreadable), "{name}");
        }
    }
}
