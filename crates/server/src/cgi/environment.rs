//! The environment of a program, built from nothing: the meta-variables of RFC 3875 and those that plugins for the
//! original read. Never a credential: no `Authorization`, no code, no cookie of ours, no password.

use std::ffi::CString;
use std::net::IpAddr;

use http::HeaderMap;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, EXPECT, HOST, HeaderName, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use portreeve_types::Service;

/// Where programs find others.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// As the original says it, since plugins look for the word before the slash.
const SOFTWARE: &str = concat!("cpsrvd/Portreeve-", env!("CARGO_PKG_VERSION"));

/// Fields that never reach a program: credentials, what frames the message, and what it gets by other names. So are
/// all that begin with `proxy` (a field `Proxy` would be taken for a proxy's address).
const WITHHELD: [HeaderName; 11] = [
    AUTHORIZATION,
    HeaderName::from_static("x-cpanel-otp"),
    COOKIE,
    CONNECTION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    EXPECT,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// What a program's environment is made of.
pub(super) struct Facts<'a> {
    pub(super) method: &'a str,
    /// Path and query as sent.
    pub(super) target: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) content_length: Option<u64>,
    /// `/cpsess1234567890`, or nothing.
    pub(super) security_token: &'a str,
    /// The program's address without the token.
    pub(super) script: &'a str,
    pub(super) path_info: &'a str,
    /// Where the program lies, and the folder of its area.
    pub(super) file: &'a str,
    pub(super) root: &'a str,
    pub(super) is_php: bool,
    pub(super) tls: bool,
    pub(super) client: IpAddr,
    pub(super) server: Option<IpAddr>,
    pub(super) port: Option<u16>,
    pub(super) host_name: &'a str,
    /// Who logged in, and the account's name.
    pub(super) login: &'a str,
    pub(super) user: &'a str,
    /// Whoever is logged into somebody else's account.
    pub(super) possessor: Option<&'a str>,
    pub(super) home: &'a str,
    /// None where the program may make no calls.
    pub(super) ticket: Option<&'a str>,
    /// None where it may make no calls, or no port of the server's is there to take them.
    pub(super) call_url: Option<&'a str>,
}

impl Facts<'_> {
    /// The environment, in the order of names.
    pub(super) fn environment(&self) -> Vec<CString> {
        let text = str::to_owned;
        let mut all = vec![
            ("CPRESELLER", self.possessor.map(text)),
            ("CONTENT_LENGTH", self.content_length.map(|length| length.to_string())),
            ("DOCUMENT_ROOT", Some(text(self.root))),
            ("GATEWAY_INTERFACE", Some(text("CGI/1.1"))),
            ("HOME", Some(text(self.home))),
            ("HTTPS", self.tls.then(|| text("on"))),
            ("PATH", Some(text(PATH))),
            ("PATH_INFO", (!self.path_info.is_empty()).then(|| text(self.path_info))),
            ("PORTREEVE_CALL_TICKET", self.ticket.map(text)),
            ("PORTREEVE_CALL_URL", self.call_url.map(text)),
            ("QUERY_STRING", Some(text(self.query))),
            // PHP's CGI program refuses to run without, so that nobody calls it by its own address
            ("REDIRECT_STATUS", self.is_php.then(|| text("200"))),
            ("REMOTE_ADDR", Some(self.client.to_string())),
            ("REMOTE_USER", Some(text(self.login))),
            ("REQUEST_METHOD", Some(text(self.method))),
            ("REQUEST_URI", Some(text(self.target))),
            ("SCRIPT_FILENAME", Some(text(self.file))),
            ("SCRIPT_NAME", Some(format!("{}{}", self.security_token, self.script))),
            ("SERVER_ADDR", self.server.map(|address| address.to_string())),
            ("SERVER_NAME", Some(self.server_name())),
            ("SERVER_PORT", self.port.map(|port| port.to_string())),
            ("SERVER_PROTOCOL", Some(text("HTTP/1.1"))),
            ("SERVER_SOFTWARE", Some(text(SOFTWARE))),
            ("TMPDIR", Some("/tmp".to_owned())),
            ("TZ", Some(text("UTC"))),
            ("USER", Some(text(self.user))),
            ("USERNAME", Some(text(self.user))),
            ("cp_security_token", Some(text(self.security_token))),
        ];
        let content_type = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        all.push(("CONTENT_TYPE", content_type.map(text)));
        let own = all.into_iter().filter_map(|(name, value)| variable(name, value?.as_bytes()));
        let mut environment: Vec<CString> = own.chain(self.http_variables()).collect();
        environment.sort();
        environment
    }

    /// The host without its port, as the client named it.
    fn server_name(&self) -> String {
        let host = self.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ if host.is_empty() => self.host_name,
            _ => host,
        }
        .to_owned()
    }

    fn http_variables(&self) -> impl Iterator<Item = CString> {
        let others = self.headers.keys().filter(|name| is_passed_on(name)).filter_map(|name| {
            let values: Vec<&[u8]> =
                self.headers.get_all(name).iter().map(|value| value.as_bytes()).collect();
            variable(&variable_name(name), &values.join(&b", "[..]))
        });
        let cookies = cookies(self.headers);
        others.chain((!cookies.is_empty()).then(|| variable("HTTP_COOKIE", cookies.as_bytes())).flatten())
    }
}

/// Whether a field reaches the program. A name with an underscore would become the variable of another field's name.
fn is_passed_on(name: &HeaderName) -> bool {
    !WITHHELD.contains(name) && !name.as_str().starts_with("proxy") && !name.as_str().contains('_')
}

fn variable_name(name: &HeaderName) -> String {
    format!("HTTP_{}", name.as_str().to_ascii_uppercase().replace('-', "_"))
}

fn variable(name: &str, value: &[u8]) -> Option<CString> {
    CString::new([name.as_bytes(), b"=", value].concat()).ok()
}

/// The client's cookies without ours.
fn cookies(headers: &HeaderMap) -> String {
    let fields = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = fields.flat_map(|field| field.split(';')).map(str::trim).filter(|pair| !pair.is_empty());
    let theirs = pairs.filter(|pair| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        !Service::is_reserved_cookie(name.trim())
    });
    theirs.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn facts(headers: &HeaderMap) -> Facts<'_> {
        Facts {
            method: "POST",
            target: "/cpsess1234567890/3rdparty/a/run.cgi/x?b=c%20d",
            query: "b=c%20d",
            headers,
            content_length: Some(3),
            security_token: "/cpsess1234567890",
            script: "/3rdparty/a/run.cgi",
            path_info: "/x",
            file: "/plugins/3rdparty/a/run.cgi",
            root: "/plugins/3rdparty",
            is_php: false,
            tls: true,
            client: [192, 0, 2, 7].into(),
            server: Some([198, 51, 100, 1].into()),
            port: Some(2083),
            host_name: "server.example",
            login: "info@cptest.example",
            user: "cptest",
            possessor: None,
            home: "/home/cptest",
            ticket: Some("TICKET"),
            call_url: Some("http://127.0.0.1:2082"),
        }
    }

    fn headers(fields: &[(&str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in fields {
            map.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        map
    }

    fn lines(facts: &Facts<'_>) -> Vec<String> {
        facts.environment().into_iter().map(|line| line.into_string().unwrap()).collect()
    }

    #[test]
    fn the_environment_is_exactly_this() {
        let headers = headers(&[
            ("host", "panel.example:2083"),
            ("content-type", "text/plain"),
            ("content-length", "99"),
            ("authorization", "Basic c2VjcmV0"),
            ("proxy", "http://evil.example"),
            ("proxy-authorization", "Basic c2VjcmV0"),
            ("x-cpanel-otp", "123456"),
            ("cookie", "cpsession=secret; theme=dark"),
            ("cookie", "whostmgrsession=secret; webmailpending=secret; cprelogin=no; lang=en"),
            ("x_forged", "1"),
            ("remote_user", "root"),
            ("accept", "text/html"),
            ("accept", "*/*"),
            ("transfer-encoding", "chunked"),
            ("connection", "keep-alive"),
        ]);
        let software = concat!("SERVER_SOFTWARE=cpsrvd/Portreeve-", env!("CARGO_PKG_VERSION"));
        assert_eq!(
            lines(&facts(&headers)),
            [
                "CONTENT_LENGTH=3",
                "CONTENT_TYPE=text/plain",
                "DOCUMENT_ROOT=/plugins/3rdparty",
                "GATEWAY_INTERFACE=CGI/1.1",
                "HOME=/home/cptest",
                "HTTPS=on",
                "HTTP_ACCEPT=text/html, */*",
                "HTTP_COOKIE=theme=dark; lang=en",
                "HTTP_HOST=panel.example:2083",
                "PATH=/usr/local/bin:/usr/bin:/bin",
                "PATH_INFO=/x",
                "PORTREEVE_CALL_TICKET=TICKET",
                "PORTREEVE_CALL_URL=http://127.0.0.1:2082",
                "QUERY_STRING=b=c%20d",
                "REMOTE_ADDR=192.0.2.7",
                "REMOTE_USER=info@cptest.example",
                "REQUEST_METHOD=POST",
                "REQUEST_URI=/cpsess1234567890/3rdparty/a/run.cgi/x?b=c%20d",
                "SCRIPT_FILENAME=/plugins/3rdparty/a/run.cgi",
                "SCRIPT_NAME=/cpsess1234567890/3rdparty/a/run.cgi",
                "SERVER_ADDR=198.51.100.1",
                "SERVER_NAME=panel.example",
                "SERVER_PORT=2083",
                "SERVER_PROTOCOL=HTTP/1.1",
                software,
                "TMPDIR=/tmp",
                "TZ=UTC",
                "USER=cptest",
                "USERNAME=cptest",
                "cp_security_token=/cpsess1234567890",
            ]
        );
    }

    #[test]
    fn what_depends_on_the_request_comes_and_goes() {
        let headers = headers(&[]);
        let plain = Facts {
            security_token: "",
            path_info: "",
            content_length: None,
            tls: false,
            is_php: true,
            possessor: Some("asder"),
            call_url: None,
            ..facts(&headers)
        };
        let lines = lines(&plain);
        for there in [
            "cp_security_token=",
            "SCRIPT_NAME=/3rdparty/a/run.cgi",
            "REDIRECT_STATUS=200",
            "CPRESELLER=asder",
            "SERVER_NAME=server.example",
        ] {
            assert!(lines.iter().any(|line| line == there), "{there} is missing: {lines:#?}");
        }
        for gone in ["HTTPS=", "PATH_INFO=", "CONTENT_LENGTH=", "HTTP_", "PORTREEVE_CALL_URL="] {
            assert!(!lines.iter().any(|line| line.starts_with(gone)), "{gone} is there: {lines:#?}");
        }
    }
}
