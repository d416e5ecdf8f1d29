//! The security questions of a login from an address that is not verified; the first time, their choice.

use http::StatusCode;
use maud::{Markup, html};
use portreeve_wire::Params;

use super::{action, filled, settled};
use crate::app::App;
use crate::gate::questions::{self, CHOSEN, QUESTIONS};
use crate::gate::{Caller, Demand, Denied};
use crate::pages::layout;
use crate::reply::Reply;
use crate::request::Request;

pub(super) async fn answer(
    app: &App,
    request: &Request,
    caller: &Caller,
    filled_in: Option<Params>,
) -> Result<Reply, Denied> {
    let peer = request.connection.peer;
    let chosen = questions::chosen(app, caller.actor().acting().subject).await?;
    let Some(mut params) = filled_in else {
        return Ok(page(request, caller, chosen.as_deref(), StatusCode::OK, None));
    };
    let answers: Vec<String> = (1..=CHOSEN).map(|at| filled(&mut params, &format!("answer{at}"))).collect();
    let again =
        |chosen: Option<&[u8]>, notice| page(request, caller, chosen, StatusCode::BAD_REQUEST, Some(notice));
    if answers.iter().any(|answer| answer.trim().is_empty()) {
        return Ok(again(chosen.as_deref(), "Each question needs an answer."));
    }
    if let Some(chosen) = chosen {
        let right = questions::answer(app, request, caller, &answers).await?;
        return Ok(if right {
            settled(request, caller)
        } else {
            again(Some(&chosen), "The answers are not the right ones.")
        });
    }
    let Some(questions) = read_choice(&mut params) else {
        return Ok(again(None, "Choose four different questions."));
    };
    // a choice that came first, from another request, counts; this one is shown its questions
    let kept = questions::choose(app, caller, peer, questions, &answers).await?;
    Ok(if kept { settled(request, caller) } else { page(request, caller, None, StatusCode::CONFLICT, None) })
}

/// The numbers of four different questions.
fn read_choice(params: &mut Params) -> Option<Vec<u8>> {
    let mut chosen = Vec::with_capacity(CHOSEN);
    for at in 1..=CHOSEN {
        let number: u8 = filled(params, &format!("question{at}")).parse().ok()?;
        if usize::from(number) >= QUESTIONS.len() || chosen.contains(&number) {
            return None;
        }
        chosen.push(number);
    }
    Some(chosen)
}

fn page(
    request: &Request,
    caller: &Caller,
    chosen: Option<&[u8]>,
    status: StatusCode,
    notice: Option<&str>,
) -> Reply {
    let explanation = match chosen {
        Some(_) => {
            "You log in from an address that is not verified. Answer your security questions to go on."
        }
        None => "Choose four questions. Their answers will verify the next address that you log in from.",
    };
    let questions = match chosen {
        Some(chosen) => chosen.iter().enumerate().map(|(at, number)| asked(at + 1, *number)).collect(),
        None => (1..=CHOSEN).map(choice).collect::<Vec<Markup>>(),
    };
    layout::page(
        status,
        "Verify your address",
        html! {
            p { (explanation) " They are those of " strong { (caller.prover_name()) } "." }
            @if let Some(notice) = notice {
                p id="questions_message" role="alert" { (notice) }
            }
            form id="questions_form" action=(action(request, caller, Demand::VerifiedAddress)) method="post" target="_top" {
                @for question in questions { (question) }
                p { button id="questions_submit" type="submit" { "Continue" } }
            }
        },
    )
}

/// A question to answer.
fn asked(at: usize, number: u8) -> Markup {
    let name = format!("answer{at}");
    html! {
        p {
            label for=(name) { (QUESTIONS.get(usize::from(number)).copied().unwrap_or_default()) }
            " "
            input id=(name) name=(name) type="text" autocomplete="off" required;
        }
    }
}

/// A question to choose, with its answer.
fn choice(at: usize) -> Markup {
    let (question, answer) = (format!("question{at}"), format!("answer{at}"));
    html! {
        p {
            label for=(question) { "Question " (at) }
            " "
            select id=(question) name=(question) {
                @for (number, text) in QUESTIONS.iter().enumerate() {
                    option value=(number) selected[number + 1 == at] { (text) }
                }
            }
            " "
            label for=(answer) { "Answer " (at) }
            " "
            input id=(answer) name=(answer) type="text" autocomplete="off" required;
        }
    }
}
