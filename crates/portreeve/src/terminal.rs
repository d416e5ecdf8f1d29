//! Secrets from the person at the terminal, unseen, or from a program at standard input.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, IsTerminal, Write, stdin};

use anyhow::{Context, Result, bail, ensure};
use portreeve_crypt::SecretString;
use portreeve_crypt::{ExposeSecret, Zeroizing};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// The longest line that is read.
const LONGEST: usize = 4096;

/// Ctrl-C, as a character.
const INTERRUPT: char = '\u{3}';

/// A new secret: asked for twice at the terminal, or the first line of standard input.
pub(crate) fn new_secret(what: &str) -> Result<SecretString> {
    if !stdin().is_terminal() {
        return first_line(&mut stdin().lock());
    }
    let secret = asked(&format!("{what}: "))?;
    let again = asked(&format!("{what}, again: "))?;
    ensure!(secret.expose_secret() == again.expose_secret(), "the two are not the same");
    Ok(secret)
}

/// A secret that exists: asked for at the terminal, or the first line of standard input.
pub(crate) fn known_secret(what: &str) -> Result<SecretString> {
    if stdin().is_terminal() { asked(&format!("{what}: ")) } else { first_line(&mut stdin().lock()) }
}

fn asked(prompt: &str) -> Result<SecretString> {
    let mut terminal =
        OpenOptions::new().read(true).write(true).open("/dev/tty").context("opening the terminal")?;
    let handle = terminal.try_clone().context("opening the terminal")?;
    let unseen = Unseen::begin(&handle)?;
    write!(terminal, "{prompt}").context("writing to the terminal")?;
    let secret = first_line(&mut BufReader::new(&terminal));
    drop(unseen);
    // the end of the line was not shown either
    writeln!(terminal).context("writing to the terminal")?;
    let secret = secret?;
    ensure!(!secret.expose_secret().contains(INTERRUPT), "stopped");
    Ok(secret)
}

fn first_line(input: &mut impl BufRead) -> Result<SecretString> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
    // byte by byte into one place, so that no copy of a secret is left behind
    while let Some(byte) = input.fill_buf().context("reading the secret")?.first().copied() {
        input.consume(1);
        if byte == b'\n' {
            break;
        }
        ensure!(line.len() < LONGEST, "a secret has at most {LONGEST} bytes");
        line.push(byte);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    ensure!(!line.is_empty(), "no secret was given");
    match std::str::from_utf8(&line) {
        Ok(text) => Ok(text.to_owned().into()),
        Err(_) => bail!("the secret is not in UTF-8"),
    }
}

/// As long as it lives, the terminal shows nothing of what is typed. Ctrl-C is a character then, as it would
/// otherwise leave the terminal so.
struct Unseen<'t> {
    terminal: &'t File,
    before: Termios,
}

impl Unseen<'_> {
    fn begin(terminal: &File) -> Result<Unseen<'_>> {
        let before = tcgetattr(terminal).context("asking the terminal")?;
        let mut unseen = before.clone();
        unseen.local_modes -= LocalModes::ECHO | LocalModes::ISIG;
        tcsetattr(terminal, OptionalActions::Flush, &unseen).context("hiding what is typed")?;
        Ok(Unseen { terminal, before })
    }
}

impl Drop for Unseen<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, OptionalActions::Flush, &self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &str) -> Result<String> {
        first_line(&mut input.as_bytes()).map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn a_secret_is_the_first_line_without_its_end() {
        assert_eq!(read("one two\r\nthree\n").unwrap(), "one two");
        assert_eq!(read(" kept ").unwrap(), " kept ");
        for refused in ["", "\n", &"x".repeat(LONGEST + 1)] {
            assert!(read(refused).is_err());
        }
    }
}
