//! What a page is made with: who reads it and where, the functions behind it, and the frame around it.

use http::StatusCode;
use maud::{Markup, html};
use portreeve_api::Entry;
use portreeve_types::Service;
use portreeve_wire::Params;
use serde::de::DeserializeOwned;

use super::list::Page;
use super::{go, layout};
use crate::app::App;
use crate::dispatch;
use crate::gate::Caller;
use crate::reply::Reply;

/// The UAPI function of this name; one that does not exist does not compile.
macro_rules! uapi {
    ($module:literal, $function:literal) => {
        const { portreeve_functions::uapi_function($module, $function).expect("a function of UAPI") }
    };
}

/// The WHM function of this name; one that does not exist does not compile.
macro_rules! whm {
    ($function:literal) => {
        const { portreeve_functions::whm_function($function).expect("a function of WHM") }
    };
}

pub(super) use {uapi, whm};

/// A page being made for a reader.
pub(super) struct View<'a> {
    /// The server.
    pub(super) app: &'a App,
    /// Who reads.
    pub(super) caller: &'a Caller,
    /// Where.
    pub(super) service: Service,
    /// What is read.
    pub(super) page: Page,
}

/// What there is to say above a page's content.
pub(super) enum Notice {
    /// Something was done.
    Done(String),
    /// Something was not done, and why.
    Failed(String),
}

impl View<'_> {
    /// Calls a function as the reader: `view.call(whm!("version"), params([]))`.
    pub(super) async fn call<Data: DeserializeOwned>(
        &self,
        entry: &'static Entry,
        params: Params,
    ) -> Result<Data, String> {
        dispatch::page::call(self.app, self.caller, self.service, entry, params).await
    }

    /// The address of a page for this session.
    pub(super) fn address(&self, page: Page) -> String {
        format!("{}{}", self.caller.prefix(), page.path(self.service))
    }

    /// A form that comes back to this page. Its button's `action` says what is to be done. A page that is kept open
    /// has none.
    pub(super) fn form(&self, id: &str, content: Markup) -> Markup {
        if self.caller.is_kept() {
            return html! {};
        }
        html! { form id=(id) action=(self.address(self.page)) method="post" { (content) } }
    }

    /// A form with a heading of its own, which a page that is kept open lacks too.
    pub(super) fn section(&self, title: &str, id: &str, content: Markup) -> Markup {
        html! {
            @if !self.caller.is_kept() {
                h2 { (title) }
                (self.form(id, content))
            }
        }
    }

    /// The whole page.
    pub(super) fn reply(&self, notice: Option<Notice>, content: Markup) -> Reply {
        layout::page(
            StatusCode::OK,
            self.page.title(self.service),
            html! {
                @if self.caller.is_kept() { (self.kept()) } @else { (self.menu()) }
                @match notice {
                    Some(Notice::Done(sentence)) => p id="done" role="status" { (sentence) },
                    Some(Notice::Failed(sentence)) => p id="error" role="alert" { (sentence) },
                    None => {},
                }
                (content)
            },
        )
    }

    /// What stands in the menu's place on a page that is kept open.
    fn kept(&self) -> Markup {
        let log_in = format!("/login/?goto_uri={}", go::bookmark::address(self.page.name(), ""));
        html! {
            p id="kept" {
                "This page is kept open on this browser, to be read only. "
                a href=(log_in) { "Log in" }
                " to do more."
            }
        }
    }

    fn menu(&self) -> Markup {
        html! {
            nav aria-label="Pages" {
                ul {
                    @for page in Page::of(self.service) {
                        li {
                            a href=(self.address(*page)) aria-current=[(*page == self.page).then_some("page")] {
                                (page.title(self.service))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The data of a function that is called for what it does.
pub(super) type Nothing = serde::de::IgnoredAny;

/// Parameters of a call.
pub(super) fn params<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Params {
    let mut params = Params::default();
    for (name, value) in pairs {
        params.push(name, value);
    }
    params
}
