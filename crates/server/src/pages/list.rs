//! The pages that there are, on each service.

use portreeve_types::Service;

/// A page of ours. A GET of one changes nothing: its security token may be put in by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The first one after a login.
    Start,
    /// The reader's second factor; in WHM those of others too.
    TwoFactor,
    /// The reader's API tokens.
    ApiTokens,
    /// The security policies of the installation.
    SecurityPolicies,
    /// The reader's sessions, and the pages that are kept open.
    Sessions,
    /// Addresses that stay good.
    Bookmarks,
}

impl Page {
    /// The page at a path, without its security token.
    #[must_use]
    pub fn at(service: Service, path: &str) -> Option<Page> {
        if path == "/" {
            return Some(Page::Start);
        }
        Page::of(service).iter().copied().find(|page| page.path(service) == path)
    }

    /// The pages of a service, in the order of its menu.
    #[must_use]
    pub fn of(service: Service) -> &'static [Page] {
        match service {
            Service::Cpanel => {
                &[Page::Start, Page::TwoFactor, Page::ApiTokens, Page::Sessions, Page::Bookmarks]
            }
            Service::Whm => &[
                Page::Start,
                Page::SecurityPolicies,
                Page::TwoFactor,
                Page::ApiTokens,
                Page::Sessions,
                Page::Bookmarks,
            ],
            Service::Webmail => &[Page::Start, Page::TwoFactor, Page::Sessions, Page::Bookmarks],
        }
    }

    /// Where it is, without its security token.
    #[must_use]
    pub fn path(self, service: Service) -> &'static str {
        match (self, service) {
            (Page::Start, Service::Cpanel) => "/frontend/portreeve/index.html",
            (Page::Start, Service::Whm) => "/",
            (Page::Start, Service::Webmail) => "/webmail/portreeve/index.html",
            (Page::TwoFactor, _) => "/security/two-factor",
            (Page::ApiTokens, _) => "/security/api-tokens",
            (Page::SecurityPolicies, _) => "/security/policies",
            (Page::Sessions, _) => "/security/sessions",
            (Page::Bookmarks, _) => "/bookmarks",
        }
    }

    /// What its bookmark is called: `/go/NAME`. People have these in their browsers; they stay.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Page::Start => "start",
            Page::TwoFactor => "two-factor",
            Page::ApiTokens => "api-tokens",
            Page::SecurityPolicies => "security-policies",
            Page::Sessions => "sessions",
            Page::Bookmarks => "bookmarks",
        }
    }

    /// Whether it may be kept open on a browser: what is about more than reading is for a session.
    #[must_use]
    pub fn may_be_kept(self) -> bool {
        matches!(self, Page::Start | Page::ApiTokens)
    }

    /// What it is called.
    #[must_use]
    pub fn title(self, service: Service) -> &'static str {
        match (self, service) {
            (Page::Start, Service::Cpanel) => "Your account",
            (Page::Start, Service::Whm) => "Server administration",
            (Page::Start, Service::Webmail) => "Your mailbox",
            (Page::TwoFactor, _) => "Two-Factor Authentication",
            (Page::ApiTokens, _) => "Manage API Tokens",
            (Page::SecurityPolicies, _) => "Configure Security Policies",
            (Page::Sessions, _) => "Sessions",
            (Page::Bookmarks, _) => "Bookmarks",
        }
    }
}
