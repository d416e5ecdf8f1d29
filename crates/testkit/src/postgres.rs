//! A real PostgreSQL 15 for tests: one server for each test process, one database for each test.
//!
//! The server listens on a Unix socket in its own directory only, and does not wait for the disk (`fsync=off`):
//! tests want its behaviour, and nothing of it outlives them. A shell watches the test process through a pipe. When
//! the process ends, in whatever way, the shell ends the server by its pid and removes the directory.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, bail, ensure};

/// Where Debian puts the programs.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// Starts the server, says where its socket is, and cleans up at the end of its input.
///
/// `initdb` takes seconds, so its result is kept in the temporary directory and copied.
const WATCH: &str = r#"
set -e
programs=$1
cd "${TMPDIR:-/tmp}"
template=$PWD/portreeve-postgresql-15-$(id -u)
exec 9>"$template.lock"
flock 9
if [ ! -d "$template" ]; then
    rm -rf "$template.new"
    "$programs/initdb" --pgdata="$template.new" --username=postgres --auth=trust --encoding=UTF8 \
        --no-locale --no-sync --wal-segsize=1 >/dev/null
    mv "$template.new" "$template"
fi
exec 9>&-
directory=$(mktemp -d "$PWD/postgresql-XXXXXX")
server=
finish() {
    [ -z "$server" ] || kill -QUIT $server || true
    wait || true
    rm -rf "$directory"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
cp -a "$template" "$directory/data"
"$programs/postgres" -D "$directory/data" -k "$directory" -c listen_addresses= -c fsync=off \
    -c full_page_writes=off -c max_connections=300 -c shared_buffers=32MB \
    </dev/null >"$directory/log" 2>&1 &
server=$!
tries=0
until "$programs/pg_isready" --quiet --host="$directory"; do
    tries=$((tries + 1))
    if [ $tries -ge 200 ] || ! kill -0 $server; then cat "$directory/log" >&2; exit 1; fi
    sleep 0.05
done
# the tests may be gone by now
trap '' PIPE
echo "$directory"
# from here on nobody waits for an end of our error output
exec 2>/dev/null
read -r _ || true
"#;

/// The server of this test process.
pub struct Postgres {
    /// The directory of its socket.
    socket: String,
    /// The shell that watches; it ends when this process does and its input with it.
    _watch: Child,
}

/// A database of one test's own; dropped at the end.
pub struct Database {
    /// Its address, as the store takes it.
    pub url: String,
    socket: String,
    name: String,
}

impl Postgres {
    /// A new, empty database on this process's server, which is started by the first call.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub fn database() -> anyhow::Result<Database> {
        static SERVER: OnceLock<Result<Postgres, String>> = OnceLock::new();
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        let server = SERVER.get_or_init(|| Postgres::start().map_err(|error| format!("{error:#}")));
        let server = server.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?;
        let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        run("createdb", &server.socket, &[&name])?;
        let url = format!("postgres:///{name}?host={}&user=postgres", server.socket);
        Ok(Database { url, socket: server.socket.clone(), name })
    }

    fn start() -> anyhow::Result<Postgres> {
        let postgres = format!("{PROGRAMS}/postgres");
        if !Path::new(&postgres).exists() {
            bail!("{postgres} is missing: install the Debian package postgresql-15");
        }
        let mut watch = unprivileged_shell()
            .args(["-c", WATCH, "sh", PROGRAMS])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // a Ctrl-C is for the tests; the shell then notices that they ended
            .process_group(0)
            .spawn()
            .context("cannot start a shell")?;
        let mut socket = String::new();
        let output = watch.stdout.take().context("the shell has no output")?;
        BufReader::new(output).read_line(&mut socket)?;
        let socket = socket.trim_end().to_owned();
        ensure!(!socket.is_empty(), "PostgreSQL did not start; its log is above");
        Ok(Postgres { socket, _watch: watch })
    }
}

impl Database {
    /// Lets nobody in any more, and turns out whoever is in.
    ///
    /// # Errors
    /// When PostgreSQL cannot be told.
    pub fn close(&self) -> anyhow::Result<()> {
        self.allow_connections(false)?;
        let name = &self.name;
        self.sql(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))
    }

    /// Lets everybody in again.
    ///
    /// # Errors
    /// When PostgreSQL cannot be told.
    pub fn open(&self) -> anyhow::Result<()> {
        self.allow_connections(true)
    }

    /// Lets nobody read or write a table until the answer is dropped.
    ///
    /// # Errors
    /// When PostgreSQL cannot be told.
    pub fn lock(&self, table: &str) -> anyhow::Result<Lock> {
        let mut session = program("psql", &self.socket);
        session.args(["--quiet", "--no-psqlrc", "--no-align", "--tuples-only", &self.name]);
        let mut session = session.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("psql")?;
        let mut input = session.stdin.take().context("psql has no input")?;
        writeln!(input, "BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT 'locked';")?;
        let mut line = String::new();
        BufReader::new(session.stdout.take().context("psql has no output")?).read_line(&mut line)?;
        ensure!(line.trim_end() == "locked", "{table} could not be locked");
        Ok(Lock { input: Some(input), session })
    }

    fn allow_connections(&self, allowed: bool) -> anyhow::Result<()> {
        self.sql(&format!("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {allowed}", self.name))
    }

    /// Says something to the server, from another database.
    fn sql(&self, sql: &str) -> anyhow::Result<()> {
        run("psql", &self.socket, &["--quiet", "--no-psqlrc", "--command", sql, "postgres"])
    }
}

/// A locked table.
pub struct Lock {
    input: Option<ChildStdin>,
    session: Child,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // psql ends with its input, and the lock with psql
        drop(self.input.take());
        let _ = self.session.wait();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // a store that is still open must not keep it; if this fails, it goes with its server
        let _ = run("dropdb", &self.socket, &["--force", &self.name]);
    }
}

/// A shell that runs as somebody whom PostgreSQL serves: not as root.
#[expect(clippy::disallowed_methods, reason = "tests start real services")]
fn unprivileged_shell() -> Command {
    if !is_root() {
        return Command::new("sh");
    }
    let mut shell = Command::new("setpriv");
    shell.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
    shell
}

/// Whether this process is root, who owns its directory in `/proc` then.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Runs one of PostgreSQL's client programs on a server.
fn run(name: &str, socket: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let output = program(name, socket)
        .args(arguments)
        .output()
        .with_context(|| format!("cannot run {name}: install the Debian package postgresql-15"))?;
    ensure!(output.status.success(), "{name} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// One of PostgreSQL's client programs, that it may talk to a server.
#[expect(clippy::disallowed_methods, reason = "tests start real services")]
fn program(name: &str, socket: &str) -> Command {
    let mut program = Command::new(format!("{PROGRAMS}/{name}"));
    program.args(["--host", socket, "--username", "postgres"]);
    program
}
