//! `/login`: a password, a one-time code where one is needed, and a session for both.

mod answer;
pub(crate) mod cookie;
mod fields;
mod logout;
mod outcome;
mod steps;
mod take_up;
mod transfer;

pub use logout::logout;
pub use outcome::LoginOutcome;
pub use transfer::transfer;

use crate::app::App;
use crate::dispatch::unreadable;
use crate::gate::Denied;
use crate::pages;
use crate::reply::Reply;
use crate::request::{LARGEST_FORM, Request};

use answer::{Form, Refused};
use fields::Fields;

/// Answers `/login` and `/login/`, with GET and POST alike: old clients use all four.
pub async fn answer(app: &App, mut request: Request) -> Reply {
    let params = match request.params(LARGEST_FORM).await {
        Ok(params) => params,
        Err(error) => return unreadable(&error),
    };
    let fields = Fields::read(params);
    let form = Form { json: fields.login_only, destination: fields.destination.clone() };
    if let (None, Some(value)) = (&fields.user, &fields.session) {
        let taken_up = take_up::answer(app, &request, &form, value, fields.locale.as_ref()).await;
        return taken_up.unwrap_or_else(|refused| refuse(app, &request, &form, refused));
    }
    if request.is_cross_site_get() {
        return pages::login::page(&request, &form.destination, None);
    }
    let result = match (fields.user, fields.pass, fields.tfa_token) {
        (Some(user), pass, code) => {
            steps::first(app, &request, &form, &user, pass.unwrap_or_else(|| String::new().into()), code)
                .await
        }
        (None, None, Some(code)) => steps::second(app, &request, &form, &code).await,
        (None, None, None) if request.method != http::Method::POST && !form.json => {
            return pages::login::page(&request, &form.destination, None);
        }
        (None, ..) => Err(Refused::NoUser),
    };
    result.unwrap_or_else(|refused| refuse(app, &request, &form, refused))
}

fn refuse(app: &App, request: &Request, form: &Form, refused: Refused) -> Reply {
    app.metrics.logins.add(LoginOutcome::from(&refused));
    refused.reply(request, form)
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Refused {
        Refused::Denied(denied)
    }
}

impl Request {
    /// A link on another site must not log anybody in as somebody whom that site chose.
    fn is_cross_site_get(&self) -> bool {
        self.method != http::Method::POST && self.is_cross_site()
    }
}
