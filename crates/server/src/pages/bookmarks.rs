//! "Bookmarks": the addresses of pages that stay good, and keeping one of them open on this browser.

use std::time::Duration;

use http::header::USER_AGENT;
use maud::{Markup, html};
use portreeve_api::stepped_up;
use portreeve_crypt::{SecretString, random};
use portreeve_store::{KeepPage, NewKeptPage};
use portreeve_wire::Params;

use super::go::bookmark::{self, Bookmark};
use super::list::Page;
use super::view::{Notice, View};
use crate::login::cookie;
use crate::reply::Reply;
use crate::request::Request;

/// The longest query that a page is kept with.
const LONGEST_QUERY: usize = 500;

/// How the errors begin.
const FAILED: &str = "The page is not kept open";

/// Shows the page; with a form, after doing what it asks for.
pub(super) async fn answer(view: &View<'_>, request: &Request, form: Option<Params>) -> Reply {
    let Some(form) = form else { return page(view, None).await };
    match keep(view, request, &form).await {
        Ok((done, cookie)) => page(view, Some(Notice::Done(done))).await.with_cookie(&cookie),
        Err(error) => page(view, Some(Notice::Failed(error))).await,
    }
}

/// Keeps a page open on the browser that asks. Its cookie outlasts the session, so it takes what new credentials
/// take: the user itself, logged in with the password and, where there is a second factor, a code.
async fn keep(view: &View<'_>, request: &Request, form: &Params) -> Result<(String, String), String> {
    if form.get("action") != Some("keep") {
        return Err("The form does not say what is to be done.".to_owned());
    }
    if !request.connection.tls {
        return Err(format!("{FAILED}: that is done on the TLS port only."));
    }
    let name = form.get("name").unwrap_or_default();
    let found = bookmark::find(view.app, view.service, name).await;
    let kept = found.filter(Bookmark::may_be_kept);
    let kept = kept.ok_or_else(|| format!("{FAILED}: no page called “{name}” can be."))?;
    let query = form.get("query").unwrap_or_default().trim_start_matches('?');
    if query.len() > LONGEST_QUERY || !query.bytes().all(|b| b.is_ascii_graphic() && !b"#\"<>\\".contains(&b))
    {
        return Err(format!(
            "{FAILED}: write its query as the address bar shows it, after the question mark."
        ));
    }
    let cx = view.caller.on_own_account(&view.app.environment);
    let proven = stepped_up(&cx, FAILED, "cannot keep a page open").await;
    let enrolment = proven.map_err(|error| error.public())?.enrolment;
    let session = view.caller.session().ok_or(FAILED)?;
    let new = NewKeptPage {
        session,
        enrolment,
        bookmark: &kept.name,
        query,
        address: cx.actor.address,
        browser: request.header(USER_AGENT).unwrap_or_default(),
    };
    match cx.store.keep_page(new).await {
        Ok(KeepPage::Kept { value, lasts }) => {
            tracing::info!(by = %view.caller.log_name(), page = %kept.name, "a page is kept open");
            Ok((done(&kept, query, lasts), set(view, request, &kept, &value, lasts)))
        }
        Ok(KeepPage::TooMany) => Err(format!("{FAILED}: you keep too many; end some of them first.")),
        Ok(KeepPage::Ended) => Err(format!("{FAILED}: log in again.")),
        Err(error) => {
            tracing::error!(why = %error, "a page cannot be kept open");
            Err(format!("{FAILED}: the records are unavailable."))
        }
    }
}

fn done(kept: &Bookmark, query: &str, lasts: Duration) -> String {
    let days = lasts.as_secs() / 86_400;
    let (title, address) = (&kept.title, bookmark::address(&kept.name, query));
    format!("“{title}” is kept open on this browser for {days} days. Its address is {address}.")
}

/// A cookie of a name of its own, since one page may be kept with several queries.
fn set(view: &View<'_>, request: &Request, kept: &Bookmark, value: &SecretString, lasts: Duration) -> String {
    let own = random::hex(&*view.app.environment.entropy, 4);
    cookie::kept(request, &own, value, &bookmark::address(&kept.name, ""), lasts)
}

async fn page(view: &View<'_>, notice: Option<Notice>) -> Reply {
    let bookmarks = bookmark::all(view.app, view.service).await;
    view.reply(
        notice,
        html! {
            p {
                "These addresses stay good, in your browser's bookmarks and elsewhere: each asks you to log in when "
                "you are not logged in, and goes on to its page. What you write after a question mark goes with it."
            }
            p {
                "A page that is kept open on this browser is shown without a login, to be read only, for 90 days or "
                "until you end it under “" a href=(view.address(Page::Sessions)) { (Page::Sessions.title(view.service)) }
                "”. Keep none open on a browser that others use too."
            }
            table id="bookmarks" {
                thead { tr { th scope="col" { "Page" } th scope="col" { "Address" } th scope="col" { "Keep open" } } }
                tbody { @for bookmark in &bookmarks { (row(view, bookmark)) } }
            }
        },
    )
}

fn row(view: &View<'_>, bookmark: &Bookmark) -> Markup {
    let (address, query) = (bookmark::address(&bookmark.name, ""), format!("query_{}", bookmark.name));
    html! {
        tr {
            td { (bookmark.title) }
            td { a href=(address) { (address) } }
            td {
                @if bookmark.may_be_kept() {
                    (view.form(&format!("keep_{}", bookmark.name), html! {
                        input type="hidden" name="name" value=(bookmark.name);
                        label for=(query) { "with ?" }
                        " "
                        input id=(query) name="query" type="text" maxlength=(LONGEST_QUERY) autocomplete="off";
                        " "
                        button name="action" value="keep"
                            aria-label=(format!("Keep open: {}", bookmark.title)) { "Keep open on this browser" }
                    }))
                }
            }
        }
    }
}
