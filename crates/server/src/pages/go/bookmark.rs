//! The list of bookmarks of a service: our own pages, and those of plugins that were registered for it.

use portreeve_types::Service;

use super::registered;
use crate::app::App;
use crate::cgi::Address;
use crate::pages::list::Page;

/// What the addresses of bookmarks begin with.
const PREFIX: &str = "/go/";

/// A page with an address that stays good.
pub(in crate::pages) struct Bookmark {
    /// What it is called in its address.
    pub(in crate::pages) name: String,
    /// What a reader calls it.
    pub(in crate::pages) title: String,
    /// The page.
    pub(super) place: Place,
    /// Its own address, without a security token.
    path: String,
}

/// What a bookmark leads to.
pub(super) enum Place {
    /// A page of ours.
    Own(Page),
    /// A plugin's page.
    Plugin(Address),
}

impl Bookmark {
    /// The page's own address for a session.
    pub(super) fn for_session(&self, prefix: &str, query: &str) -> String {
        with_query(format!("{prefix}{}", self.path), query)
    }

    /// Whether a browser may keep it open.
    pub(in crate::pages) fn may_be_kept(&self) -> bool {
        match self.place {
            Place::Own(page) => page.may_be_kept(),
            Place::Plugin(_) => true,
        }
    }

    fn of_page(service: Service, page: Page) -> Bookmark {
        Bookmark {
            name: page.name().to_owned(),
            title: page.title(service).to_owned(),
            place: Place::Own(page),
            path: page.path(service).to_owned(),
        }
    }
}

/// The address of a bookmark, which stays good.
pub(in crate::pages) fn address(name: &str, query: &str) -> String {
    with_query(format!("{PREFIX}{name}"), query)
}

fn with_query(path: String, query: &str) -> String {
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// The name in an address of a bookmark, if it is one.
pub(crate) fn name_in(path: &str) -> Option<&str> {
    path.strip_prefix(PREFIX).filter(|name| !name.is_empty())
}

/// Whether an address, with a query or without, can be a bookmark's: no more than a plain name may follow.
pub(crate) fn is_address(address: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    name_in(path).is_some_and(is_name)
}

/// Whether a bookmark can be called so.
pub(super) fn is_name(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// All bookmarks of a service, ours first.
pub(in crate::pages) async fn all(app: &App, service: Service) -> Vec<Bookmark> {
    let own = Page::of(service).iter().map(|page| Bookmark::of_page(service, *page));
    let plugins = registered::of(app.cgi.folder(), service).await;
    let mut all: Vec<Bookmark> = own.collect();
    for plugin in plugins {
        if all.iter().all(|other| other.name != plugin.name) {
            all.push(plugin);
        }
    }
    all
}

/// The bookmark of this name.
pub(in crate::pages) async fn find(app: &App, service: Service, name: &str) -> Option<Bookmark> {
    all(app, service).await.into_iter().find(|bookmark| bookmark.name == name)
}

/// The bookmark of a plugin's page.
pub(super) fn of_plugin(name: String, title: String, path: String, address: Address) -> Bookmark {
    Bookmark { name, title, place: Place::Plugin(address), path }
}
