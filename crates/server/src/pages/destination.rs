//! Where a login leads: a path of this server, and nothing else.

use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::is_bookmark;

/// A path of ours to go to after a login; none for the start page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Destination(Option<String>);

const LONGEST: usize = 2048;

impl Destination {
    /// The destination that `goto_uri` or an address names, if it is a path on this server.
    ///
    /// A security token in front belongs to an earlier session and is dropped. What a browser could take for
    /// another host (`//host`, `/\host`, a line break) is the start page instead. Whoever wrote the address must not
    /// have something done by it, under the fresh token, as soon as its reader has logged in: no call of an API, and no
    /// program with a query of theirs.
    #[must_use]
    pub fn of(path: Option<&str>) -> Destination {
        let Some(path) = path else { return Destination(None) };
        let given = without_security_token(path);
        let own = without_query_for_a_program(given);
        let good = own.len() <= LONGEST
            && own.starts_with('/')
            && own != "/"
            && !own.starts_with("//")
            && own.bytes().all(|b| b.is_ascii_graphic() && b != b'\\' && b != b'"' && b != b'<' && b != b'>')
            && !names_a_security_token(given)
            && !does_something(own);
        Destination(good.then(|| own.to_owned()))
    }

    /// A form's field that carries it on.
    #[must_use]
    pub fn field(&self) -> Markup {
        html! {
            @if let Some(path) = self.path() { input type="hidden" name="goto_uri" value=(path); }
        }
    }

    /// The path, when it is a bookmark's: such a one may be gone on to after anything.
    #[must_use]
    pub fn bookmark(&self) -> Option<&str> {
        self.path().filter(|path| is_bookmark(path))
    }

    /// The query that carries a bookmark past a page that comes between; with its question mark, if there is one.
    #[must_use]
    pub fn query(&self) -> String {
        let path = self.bookmark().map(|path| utf8_percent_encode(path, NON_ALPHANUMERIC));
        path.map(|path| format!("?goto_uri={path}")).unwrap_or_default()
    }

    /// The way on for a reader who has logged in in another tab since, where it is a bookmark.
    #[must_use]
    pub fn other_tab(&self) -> Markup {
        html! {
            @if let Some(path) = self.bookmark() {
                p { a id="other_tab" href=(path) { "I have logged in in another tab" } }
            }
        }
    }

    /// This one, or another when this leads nowhere in particular.
    #[must_use]
    pub fn or(self, other: Destination) -> Destination {
        if self.0.is_some() { self } else { other }
    }

    /// The path, when there is one.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

fn without_security_token(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("/cpsess") else { return path };
    rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/")
}

/// The query is kept for bookmarks and for pages that are files; anything else may be a program.
fn without_query_for_a_program(path: &str) -> &str {
    match path.split_once('?') {
        Some((page, _)) if !is_bookmark(page) && !page.ends_with(".html") => page,
        _ => path,
    }
}

/// Whether a GET of a path may have an effect, or of what a browser makes of it: it resolves `.` and `..`, escaped too.
fn does_something(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let plain = percent_decode_str(path).decode_utf8_lossy();
    let acts = ["/execute", "/json-api", "/xml-api", "/xfer", "/login", "/logout"];
    acts.iter().any(|prefix| plain.starts_with(prefix))
        || plain.split('/').any(|part| part == "." || part == "..")
}

/// A refusal must not hold anything that a script could take for a security token.
fn names_a_security_token(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.match_indices("cpsess").any(|(at, word)| {
        lower.get(at + word.len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_destinations() {
        for good in [
            "/frontend/portreeve/index.html",
            "/frontend/x.html?y=1&z=2",
            "/3rdparty/awstats.pl",
            "/go/x?y=1",
        ] {
            assert_eq!(Destination::of(Some(good)).path(), Some(good));
        }
        for (program, page) in
            [("/3rdparty/a.cgi?do=it", "/3rdparty/a.cgi"), ("/frontend/x/?do=it", "/frontend/x/")]
        {
            assert_eq!(Destination::of(Some(program)).path(), Some(page));
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x",
            "/a b",
            "/x?cpsess1",
            "/login",
            "/logout/",
            "/execute/Email/delete_pop?email=a",
            "/json-api/passwd?user=plain&password=x",
            "/xml-api/removeacct",
            "/cpsess1234567890/json-api/version",
            "/%6ason-api/version",
            "/xfercpanel/plain",
            "/x/../json-api/version",
            "/x/%2E%2e/json-api/version",
            "/./execute/Email/list_pops",
            "/go/../execute/Email/delete_pop?email=a",
            "/\"><script>",
        ] {
            assert_eq!(Destination::of(Some(bad)).path(), None, "{bad:?}");
        }
    }

    #[test]
    fn an_old_security_token_is_dropped() {
        assert_eq!(Destination::of(Some("/cpsess1234567890/frontend/x")).path(), Some("/frontend/x"));
        assert_eq!(Destination::of(Some("/cpsess1234567890//evil.example")).path(), None);
        assert_eq!(Destination::of(Some("/cpsess1234567890")).path(), None);
    }
}
