//! Files: paths that lead elsewhere, links in the place of directories, modes that let others read.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::support::*;

/// Paths that lead out of wherever they are looked for.
const PATHS: [&str; 9] = [
    "../keys/keyring",
    "../../keys/keyring",
    "../../../../../../etc/passwd",
    "/etc/passwd",
    "a/../../../keys/keyring",
    "./../../keys/keyring",
    "..",
    "%2e%2e/%2e%2e/keys/keyring",
    "..\\..\\keys\\keyring",
];

/// Everything below a folder, links left alone.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(below(&entry.path()));
        }
        found.push(entry.path());
    }
    found.sort();
    found
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

/// A folder beside the homes that no account has a right to, with a file in it.
fn outside(server: &TestServer) -> PathBuf {
    let folder = Path::new(&server.description().data_dir).join("outside");
    fs::create_dir_all(folder.join("cur")).unwrap();
    fs::write(folder.join("precious"), "precious").unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    folder
}

#[tokio::test]
async fn cve_2026_29201_no_argument_names_a_file_outside_the_home() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let data = Path::new(&server.description().data_dir).to_owned();
    let before = below(&data.join("keys"));
    let homes = below(&data.join("home"));
    for path in PATHS {
        let ftp = [("user", "new"), ("pass", STRONG), ("homedir", path)];
        let add_ftp = session.post("/execute/Ftp/add_ftp").form(&ftp).send().await;
        let plain = path.trim_matches('/');
        // what is a plain path once its slashes are gone lies in the home
        if add_ftp.json()["status"] == 1 {
            let own = server.home("plain").join(plain);
            assert!(own.is_dir() && plain.split('/').all(|name| name != ".."), "{path}: {add_ftp:?}");
            let gone = [("user", "new"), ("destroy", "0")];
            assert_done(&session.post("/execute/Ftp/delete_ftp").form(&gone).send().await);
        }
        for (function, fields) in [
            ("add_pop", &[("email", path), ("password", STRONG)][..]),
            ("add_pop", &[("email", "x"), ("domain", path), ("password", STRONG)]),
            ("delete_pop", &[("email", path), ("domain", "plain.example")]),
        ] {
            let answer = session.post(&format!("/execute/Email/{function}")).form(fields).send().await;
            assert_ne!(answer.json()["status"], 1, "{path}: {answer:?}");
        }
        for (function, fields) in [
            ("createacct", [("username", path), ("domain", "x.example")]),
            ("createacct", [("username", "xyz"), ("domain", path)]),
            ("removeacct", [("username", path), ("keepdns", "0")]),
        ] {
            let call = server.client(Whm).post(&format!("/json-api/{function}?api.version=1")).form(&fields);
            assert!(!is_done(&call.basic("root", "sandbox").send().await), "{path}");
        }
        for area in ["3rdparty", "frontend"] {
            let file = session.get(&format!("/{area}/{}", path.replace('\\', "%5c"))).send().await;
            assert!(file.status >= 400 && !file.text().contains("root:"), "{file:?}");
        }
    }
    assert_eq!(below(&data.join("keys")), before);
    let left: Vec<PathBuf> =
        below(&data.join("home")).into_iter().filter(|path| !homes.contains(path)).collect();
    assert!(left.iter().all(|path| path.starts_with(server.home("plain"))), "{left:?}");
    let ftp = [("user", "new"), ("pass", STRONG), ("homedir", "public_html/new")];
    assert_done(&session.post("/execute/Ftp/add_ftp").form(&ftp).send().await);
    assert!(server.home("plain").join("public_html/new").is_dir());
    let pop = [("email", "x"), ("domain", "plain.example"), ("password", STRONG)];
    assert_done(&session.post("/execute/Email/add_pop").form(&pop).send().await);
    assert!(server.home("plain").join("mail/plain.example/x").is_dir());
}

/// A server on which an account has put a link to a folder outside in the place of its mail's.
async fn with_a_link(name: &str) -> (TestServer, PathBuf) {
    let server = TestServer::start().await;
    let outside = outside(&server);
    let place = server.home("plain").join(name);
    fs::rename(&place, place.with_extension("own")).unwrap();
    symlink(&outside, &place).unwrap();
    (server, outside)
}

#[track_caller]
fn assert_untouched(outside: &Path) {
    assert_eq!(fs::read_to_string(outside.join("precious")).unwrap(), "precious");
    let names: Vec<_> =
        below(outside).iter().map(|path| path.strip_prefix(outside).unwrap().to_owned()).collect();
    assert_eq!(names, [Path::new("cur"), Path::new("precious")]);
    assert_eq!(mode(outside), 0o700);
}

#[tokio::test]
async fn cve_2026_29203_a_link_in_a_home_lends_no_mode_to_what_it_leads_to() {
    let (server, outside) = with_a_link("public_html").await;
    let session = server.session(Cpanel, "plain").await;
    let ftp = [("user", "new"), ("pass", STRONG), ("homedir", "public_html/new")];
    let refused = session.post("/execute/Ftp/add_ftp").form(&ftp).send().await;
    assert_eq!(refused.json()["status"], 0, "{refused:?}");
    let itself = [("user", "new"), ("pass", STRONG), ("homedir", "public_html")];
    session.post("/execute/Ftp/add_ftp").form(&itself).send().await;
    assert_untouched(&outside);
    let own = [("user", "new2"), ("pass", STRONG), ("homedir", "public_html.own/new")];
    assert_done(&session.post("/execute/Ftp/add_ftp").form(&own).send().await);
}

#[tokio::test]
async fn cve_2026_105476_a_link_in_a_home_has_nothing_written_where_it_leads() {
    let (server, outside) = with_a_link("mail").await;
    let session = server.session(Cpanel, "plain").await;
    let add = async |email: &str| {
        let fields = [("email", email), ("password", STRONG)];
        session.post("/execute/Email/add_pop").form(&fields).send().await
    };
    let refused = add("new").await;
    assert_eq!(refused.json()["status"], 0, "{refused:?}");
    assert_untouched(&outside);
    fs::remove_file(server.home("plain").join("mail")).unwrap();
    fs::rename(server.home("plain").join("mail.own"), server.home("plain").join("mail")).unwrap();
    assert_done(&add("new").await);
}

#[tokio::test]
async fn cve_2021_47949_a_link_in_a_home_has_nothing_removed_where_it_leads() {
    let server = TestServer::start().await;
    let outside = outside(&server);
    let session = server.session(Cpanel, "plain").await;
    let mailboxes = server.home("plain").join("mail/plain.example");
    let remove =
        async |email: &str| session.post("/execute/Email/delete_pop").form(&[("email", email)]).send().await;
    // the mailbox itself, and a folder in one
    fs::rename(mailboxes.join("news"), mailboxes.join("aside")).unwrap();
    symlink(&outside, mailboxes.join("news")).unwrap();
    remove("news").await;
    assert_untouched(&outside);
    fs::remove_dir_all(mailboxes.join("user/cur")).unwrap();
    symlink(&outside, mailboxes.join("user/cur")).unwrap();
    assert_done(&remove("user").await);
    assert_untouched(&outside);
    assert!(!mailboxes.join("user").exists());
    // an account goes with its links, not with what they lead to
    symlink(&outside, server.home("plain").join("tmp/link")).unwrap();
    let call = server.client(Whm).post("/json-api/removeacct?api.version=1").form(&[("username", "plain")]);
    assert!(is_done(&call.basic("root", "sandbox").send().await));
    assert!(!server.home("plain").exists());
    assert_untouched(&outside);
}

#[tokio::test]
async fn cve_2020_10122_a_mailboxs_user_removes_no_files() {
    let server = TestServer::start().await;
    let session = server.session(Webmail, "user@plain.example").await;
    let homes = below(&server.home("plain"));
    for path in PATHS.into_iter().chain(["news", "news@plain.example", "user", "user@plain.example"]) {
        for function in ["Email/delete_pop", "Ftp/delete_ftp", "Email/add_pop"] {
            let fields = [("email", path), ("user", path), ("destroy", "1"), ("password", STRONG)];
            let answer = session.post(&format!("/execute/{function}")).form(&fields).send().await;
            assert!(matches!(answer.status, 403 | 404), "{function} {path}: {answer:?}");
        }
    }
    assert_eq!(below(&server.home("plain")), homes);
    let owner = server.session(Cpanel, "plain").await;
    assert_done(&owner.post("/execute/Email/delete_pop").form(&[("email", "news")]).send().await);
    assert_ne!(below(&server.home("plain")), homes);
}

#[tokio::test]
async fn cve_2026_68490_a_home_is_its_accounts_alone() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let add = [("email", "new"), ("password", STRONG)];
    assert_done(&session.post("/execute/Email/add_pop").form(&add).send().await);
    let fields = [("username", "made"), ("domain", "made.example"), ("password", STRONG)];
    let call = server.client(Whm).post("/json-api/createacct?api.version=1").form(&fields);
    assert!(is_done(&call.basic("root", "sandbox").send().await));
    for user in ["plain", "made", "cptest"] {
        let home = server.home(user);
        assert_eq!(mode(&home) & 0o077, 0, "{} is open: {:o}", home.display(), mode(&home));
        assert!(home.join("mail").is_dir());
    }
    // and what others are told of it is nothing
    let other = server.session(Cpanel, "cptest").await;
    for path in ["/execute/Email/list_pops", "/execute/Ftp/list_ftp", "/execute/DomainInfo/list_domains"] {
        assert!(!other.get(path).send().await.text().contains("plain.example"), "{path}");
    }
}

#[tokio::test]
async fn cve_2020_26106_nothing_but_what_is_public_is_readable_by_all() {
    let server = TestServer::start().await;
    server.session(Cpanel, "plain").await;
    let data = Path::new(&server.description().data_dir);
    let public = ["tls", "tls/ca.pem", "tls/server.pem", "plugins", "api.sock"].map(|name| data.join(name));
    let mut secret = 0;
    for path in below(data) {
        let is_public = public.contains(&path) || path.starts_with(data.join("plugins"));
        // whoever cannot pass through a folder cannot reach what is in it
        let reached = path.ancestors().skip(1).take_while(|folder| folder.starts_with(data));
        let is_closed = reached.into_iter().any(|folder| mode(folder) & 0o011 == 0);
        if !is_public && !is_closed {
            assert_eq!(mode(&path) & 0o066, 0, "{} is open: {:o}", path.display(), mode(&path));
        }
        secret += usize::from(!is_public);
    }
    assert!(secret > 10, "only {secret} secret files were looked at");
    for name in ["keys/keyring", "tls/server.key", "sandbox.json", "accesshash"] {
        assert_eq!(mode(&data.join(name)), 0o600, "{name}");
    }
    for name in ["keys", "log", "records"] {
        assert_eq!(mode(&data.join(name)), 0o700, "{name}");
    }
}
