//! "Sessions": where the reader is logged in, and which pages are kept open; each can be ended.

use maud::{Markup, html};
use portreeve_store::{KeptPage, Opening, Session, StoreError};
use portreeve_wire::Params;

use super::go::bookmark;
use super::view::{Notice, View};
use super::{moment, unavailable};
use crate::reply::Reply;

/// Shows the page; with a form, after doing what it asks for.
pub(super) async fn answer(view: &View<'_>, form: Option<Params>) -> Reply {
    if !view.caller.actor().acts_itself() {
        let sentence = "The sessions are shown to the user itself, logged in with the password.";
        return view.reply(Some(Notice::Failed(sentence.to_owned())), html! {});
    }
    let notice = match form {
        None => None,
        Some(form) => match act(view, &form).await {
            Ok(result) => Some(result.map_or_else(Notice::Failed, Notice::Done)),
            Err(error) => return unavailable(&error.to_string()),
        },
    };
    match content(view).await {
        Ok(content) => view.reply(notice, content),
        Err(error) => unavailable(&error.to_string()),
    }
}

/// Does what a form asks for: a sentence that says what was done, or why nothing was.
async fn act(view: &View<'_>, form: &Params) -> Result<Result<String, String>, StoreError> {
    let (store, subject) = (view.caller.records(&view.app.environment), view.caller.actor().subject);
    let ended = match form.get("action") {
        Some("end_session") => {
            let named = form.get("session").unwrap_or_default();
            let sessions = store.sessions_of(subject).await?;
            match sessions.iter().find(|session| session.log_id() == named) {
                Some(session) => store.end_session(session).await?,
                None => false,
            }
        }
        Some("end_page") => match form.get("page").unwrap_or_default().parse() {
            Ok(id) => store.end_kept_page(subject, id).await?,
            Err(_) => false,
        },
        Some("end_others") => {
            store.end_sessions_of(subject, view.caller.session().map(AsRef::as_ref)).await?;
            return Ok(Ok("You are logged out everywhere else, and no page is kept open.".to_owned()));
        }
        _ => return Ok(Err("The form does not say what is to be done.".to_owned())),
    };
    Ok(if ended { Ok("It has ended.".to_owned()) } else { Err("It had ended before.".to_owned()) })
}

async fn content(view: &View<'_>) -> Result<Markup, StoreError> {
    let (store, subject) = (&view.app.environment.store, view.caller.actor().subject);
    let mut sessions = Vec::new();
    for session in store.sessions_of(subject).await? {
        let possessor = match session.possessor {
            Some(id) => store.account_by_id(id).await?.map(|account| account.user.to_string()),
            None => None,
        };
        sessions.push(session_row(view, &session, possessor));
    }
    let pages = store.kept_pages_of(subject).await?;
    Ok(html! {
        table id="sessions" {
            thead {
                tr {
                    @for title in ["Service", "Address", "Opened", "Begun", "Last used", "End"] {
                        th scope="col" { (title) }
                    }
                }
            }
            tbody { @for row in &sessions { (row) } }
        }
        h2 { "Pages kept open" }
        @if pages.is_empty() {
            p id="no_pages" { "No page is kept open on any browser." }
        } @else {
            table id="kept_pages" {
                thead {
                    tr {
                        @for title in ["Service", "Page", "Address", "Browser", "Since", "Until", "End"] {
                            th scope="col" { (title) }
                        }
                    }
                }
                tbody { @for page in &pages { (page_row(view, page)) } }
            }
        }
        h2 { "Everywhere else" }
        (view.form("others_form", html! {
            p { "Ends all sessions but this one, those that you opened in the name of others too, and all pages." }
            button name="action" value="end_others" { "Log out everywhere else" }
        }))
    })
}

fn session_row(view: &View<'_>, session: &Session, possessor: Option<String>) -> Markup {
    let id = session.log_id();
    let is_this = view.caller.session().is_some_and(|own| own.log_id() == id);
    let opened = match (possessor, session.opening) {
        (Some(possessor), _) => format!("by {possessor}"),
        (None, Opening::Form) => "with the password".to_owned(),
        (None, Opening::Transfer) => "by a link".to_owned(),
    };
    html! {
        tr {
            td { (session.service) }
            td { (session.address) }
            td { (opened) }
            td { (moment::minute(session.created)) }
            td { (moment::minute(session.last_seen())) }
            td {
                @if is_this {
                    span id="this_session" { "this session" }
                } @else {
                    (view.form(&format!("session_{id}"), html! {
                        input type="hidden" name="session" value=(id);
                        button name="action" value="end_session"
                            aria-label=(format!("End the session from {}", session.address)) { "End session" }
                    }))
                }
            }
        }
    }
}

fn page_row(view: &View<'_>, page: &KeptPage) -> Markup {
    html! {
        tr {
            td { (page.service) }
            td { (bookmark::address(&page.bookmark, &page.query)) }
            td { (page.address) }
            td { (page.browser) }
            td { (moment::minute(page.created)) }
            td { (moment::minute(page.expires())) }
            td {
                (view.form(&format!("page_{}", page.id), html! {
                    input type="hidden" name="page" value=(page.id);
                    button name="action" value="end_page"
                        aria-label=(format!("End the kept page {}", page.bookmark)) { "End page" }
                }))
            }
        }
    }
}
