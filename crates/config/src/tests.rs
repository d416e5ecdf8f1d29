//! Each error with its line and field, and the example file.

use std::path::Path;

use super::*;

fn wrong(text: &str) -> String {
    let error = Configuration::parse(Path::new("p.toml"), text).err();
    error.unwrap_or_else(|| panic!("this was taken:\n{text}")).to_string()
}

#[test]
fn every_error_names_file_line_and_field() {
    let cases = [
        ("[server]\nuser = \"root\"\n", "p.toml, line 2, server.user: the server does not run as root"),
        ("[server]\n\nuser = \"a b\"\n", "p.toml, line 3, server.user: “a b” is no name of a system user"),
        ("[server]\ndata_dir = \"here\"\n", "p.toml, line 2, server.data_dir: a path here begins with /"),
        ("[tls]\nkey = \"k\"\n", "p.toml, line 2, tls.key: a path here begins with /"),
        ("[server]\nhost_name = \"-\"\n", "p.toml, line 2, server.host_name: "),
        ("[server]\ncolour = 1\n", "p.toml, line 2, server.colour: unknown field `colour`"),
        ("[colours]\n", "p.toml, line 1, colours: unknown field `colours`"),
        ("[listen]\naddresses = [\n  \"::1\",\n  \"x\",\n]\n", "p.toml, line 4, listen.addresses: "),
        ("[listen.ports]\nwhm = 70000\n", "p.toml, line 2, listen.ports.whm: "),
        ("[listen.ports]\nwhm = 2083\n", "p.toml, line 1, listen.ports: port 2083 is given twice"),
        ("[limits]\nconnections = 0\n", "p.toml, line 2, limits.connections: "),
        ("[limits]\nconnections = \"many\"\n", "p.toml, line 2, limits.connections: "),
        ("[tls]\nkey = \"/k\"\n", "p.toml, line 1, tls: key needs certificate beside it"),
        ("[tls]\ncertificate = \"/c\"\n", "p.toml, line 1, tls: certificate needs key beside it"),
        ("[store]\nsqlite = \"a\"\npostgres = \"postgres://b\"\n", "p.toml, line 1, store: name either"),
        ("[settings]\nminpwstrength = 1.5\n", "p.toml, line 2, settings.minpwstrength: a setting is text"),
        ("[observe]\nlisten = \"9580\"\n", "p.toml, line 2, observe.listen: "),
        ("[server\n", "p.toml, line 1, "),
        ("[[listen.proxied]]\nservice = \"ftp\"\n", "p.toml, line 2, listen.proxied.service: "),
    ];
    for (text, expected) in cases {
        let error = wrong(text);
        assert!(error.starts_with(expected), "{text}: {error}");
    }
}

#[test]
fn an_address_with_a_password_is_never_repeated() {
    let error = wrong("[store]\npostgres = \"mysql://user:secret@host/x\"\n");
    assert!(error.contains("begins with postgres://") && !error.contains("secret"), "{error}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("absent.toml");
    let error = Configuration::read(&path).err().unwrap().to_string();
    assert!(error.starts_with(&path.display().to_string()), "{error}");
}

#[test]
fn an_empty_file_and_the_example_are_the_defaults() {
    let example = include_str!("../../../packaging/portreeve.toml");
    for text in ["", example] {
        let read = Configuration::parse(Path::new("p.toml"), text).map_err(|why| why.to_string());
        assert_eq!(read.unwrap().differences(&Configuration::default()), [""; 0]);
    }
}

#[test]
fn what_the_example_shows_as_a_comment_is_understood_too() {
    let example = include_str!("../../../packaging/portreeve.toml");
    let shown: String = example
        .lines()
        .filter(|line| !line.starts_with("sqlite"))
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.contains(" = ") || rest.starts_with("[[") => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let read = Configuration::parse(Path::new("p.toml"), &shown).map_err(|why| why.to_string()).unwrap();
    assert!(read.tls.files().is_some() && read.server.host_name.is_some());
    assert!(matches!(read.store, Store::Postgres(_)));
    assert_eq!(read.settings.len(), 2);
    assert_eq!(read.listen.proxied.len(), 3);
    let differing = ["server", "listen", "store", "tls", "cgi", "observe", "settings"];
    assert_eq!(read.differences(&Configuration::default()), differing);
}

#[test]
fn truth_values_are_recorded_as_one_and_zero() {
    let text = "[settings]\na = true\nb = false\nc = 7\nd = \"loose\"\n";
    let settings = Configuration::parse(Path::new("p.toml"), text).ok().unwrap().settings;
    let records: Vec<String> = settings.values().map(Setting::to_record).collect();
    assert_eq!(records, ["1", "0", "7", "loose"]);
}

fn proxied(fields: &str) -> Result<Proxied, String> {
    let text = format!("[[listen.proxied]]\nservice = \"whm\"\n{fields}\n");
    let read = Configuration::parse(Path::new("p.toml"), &text).map_err(|why| why.to_string())?;
    Ok(read.listen.proxied[0].clone())
}

#[test]
fn a_proxy_comes_in_by_a_socket_that_knows_its_user_or_by_a_port_that_knows_its_networks() {
    let socket = proxied("socket = \"/run/p/whm.sock\"\nuser = \"www-data\"\ntls = \"proxy\"").unwrap();
    let Entrance::Socket { path, user, naming: Naming::Requests { tls: true } } = socket.entrance else {
        panic!("{socket:?}")
    };
    assert_eq!((path, user.as_str()), ("/run/p/whm.sock".into(), "www-data"));
    for (tls, by) in [("server", TlsBy::Server), ("proxy", TlsBy::Proxy), ("nobody", TlsBy::Nobody)] {
        let socket = format!(
            "socket = \"/run/p/whm.sock\"\nuser = \"haproxy\"\nproxy_protocol = true\ntls = \"{tls}\""
        );
        let socket = proxied(&socket).unwrap().entrance;
        let Entrance::Socket { naming: Naming::Connections { tls }, .. } = socket else {
            panic!("{socket:?}")
        };
        assert_eq!(tls, by);
    }
    let port = "address = \"10.0.0.1:12087\"\ntrusted_proxies = [\"10.0.0.0/24\"]\ntls = \"server\"";
    assert!(matches!(proxied(port).unwrap().entrance, Entrance::Port { tls: TlsBy::Server, .. }));
    let port = format!("{port}\nproxy_protocol = true");
    assert!(matches!(proxied(&port).unwrap().entrance, Entrance::Port { .. }));
}

#[test]
fn a_way_in_for_proxies_that_trusts_nobody_or_too_many_is_refused() {
    let cases = [
        ("tls = \"proxy\"", "name either a socket or an address"),
        ("tls = \"proxy\"\nsocket = \"/a\"\naddress = \"127.0.0.1:1\"", "name either a socket or an address"),
        ("tls = \"proxy\"\nsocket = \"/a\"", "a socket needs user beside it"),
        ("tls = \"server\"\nsocket = \"/a\"\nuser = \"w\"", "proxy_protocol = true"),
        (
            "tls = \"proxy\"\nsocket = \"/a\"\nuser = \"w\"\ntrusted_proxies = [\"::1\"]",
            "a socket knows its proxy by",
        ),
        ("tls = \"server\"\naddress = \"10.0.0.1:1\"", "an address needs trusted_proxies beside it"),
        ("tls = \"server\"\naddress = \"10.0.0.1:1\"\nuser = \"w\"", "an address knows its proxies by"),
        ("tls = \"server\"\naddress = \"10.0.0.1:1\"\nproxy_protocol = false", "is for the PROXY protocol"),
        (
            "tls = \"proxy\"\naddress = \"10.0.0.1:1\"\ntrusted_proxies = [\"10.0.0.0/8\"]",
            "what a proxy took TLS off stays on this machine",
        ),
        ("tls = true\naddress = \"127.0.0.1:1\"", ""),
        ("socket = \"/a\"\nuser = \"w\"", "missing field `tls`"),
    ];
    for (fields, why) in cases {
        let error = proxied(fields).unwrap_err();
        assert!(error.starts_with("p.toml, line ") && error.contains(why), "{fields}: {error}");
    }
}

#[test]
fn a_port_for_proxies_that_every_user_of_this_machine_could_be_one_of_is_refused() {
    for (address, trusted) in [
        ("127.0.0.1:12087", "127.0.0.1"),
        ("127.0.0.2:12087", "10.0.0.0/24"),
        ("[::1]:12087", "2001:db8::1"),
        ("[::ffff:127.0.0.1]:12087", "10.0.0.0/24"),
        ("10.0.0.1:12087", "127.0.0.5"),
        ("10.0.0.1:12087", "10.0.0.0/24\", \"::1"),
        ("0.0.0.0:12087", "0.0.0.0/0"),
        ("[::]:12087", "::/0"),
    ] {
        let fields = format!("tls = \"server\"\naddress = \"{address}\"\ntrusted_proxies = [\"{trusted}\"]");
        let error = proxied(&fields).unwrap_err();
        assert!(
            error.contains("every user of this machine could be a proxy on loopback"),
            "{fields}: {error}"
        );
    }
}
