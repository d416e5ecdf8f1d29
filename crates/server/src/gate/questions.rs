//! Security questions: their answers verify the address that somebody logs in from.
//!
//! Who logs in for the first time chooses them, and is believed: that is the original's way, and its weakness
//! (docs/differences.md#verified-addresses).

use portreeve_crypt::{Scheme, SecretString, Verdict};
use portreeve_store::{Guess, SecurityQuestions};
use portreeve_types::{AddressPattern, Subject};

use super::caller::Caller;
use super::counters::reserve;
use super::denied::Denied;
use crate::app::App;
use crate::request::{Peer, Request};

/// How many questions somebody chooses.
pub(crate) const CHOSEN: usize = 4;

/// The questions there are; a record keeps their numbers, so they stay where they are.
pub(crate) const QUESTIONS: [&str; 8] = [
    "In which town was your first home?",
    "What was the name of your first teacher?",
    "What was the name of your first pet?",
    "Which was the first concert that you went to?",
    "What was the first dish that you learned to cook?",
    "Where did you spend the first holiday that you remember?",
    "What was the title of the first book that you finished?",
    "What was the name of the first person you worked for?",
];

/// The questions that somebody chose, if that was done.
pub(crate) async fn chosen(app: &App, subject: Subject) -> Result<Option<Vec<u8>>, Denied> {
    let chosen = app.environment.store.security_questions(subject).await?;
    Ok(chosen.map(|chosen| chosen.questions))
}

/// Keeps somebody's first choice and verifies the address that it comes from.
pub(crate) async fn choose(
    app: &App,
    caller: &Caller,
    peer: Peer,
    questions: Vec<u8>,
    answers: &[String],
) -> Result<bool, Denied> {
    let environment = &app.environment;
    let answers = environment.hasher.hash(as_one(answers), Scheme::Panel).await?;
    let address = AddressPattern::of(peer.address());
    let chosen = SecurityQuestions { questions, answers };
    Ok(caller.records(environment).choose_questions(caller.actor().acting(), &chosen, address).await?)
}

/// Whether all answers are right; the address is verified then. Counted as one guess before they are evaluated.
pub(crate) async fn answer(
    app: &App,
    request: &Request,
    caller: &Caller,
    answers: &[String],
) -> Result<bool, Denied> {
    let environment = &app.environment;
    let acting = caller.actor().acting();
    let permit = reserve(app, request, caller.prover_name(), Guess::Answers).await?;
    let chosen = environment.store.security_questions(acting.subject).await?;
    let stored = chosen.map(|chosen| chosen.answers);
    let verdict = match environment.hasher.verify(as_one(answers), stored, Scheme::Panel).await {
        Ok(verdict) => verdict,
        Err(busy) => {
            environment.store.refund(permit);
            return Err(busy.into());
        }
    };
    if verdict == Verdict::Wrong {
        caller.records(environment).failed(permit).await?;
        return Ok(false);
    }
    environment.store.succeeded(permit).await?;
    // who was reset while the answers were evaluated is nobody that they are still good for
    let address = AddressPattern::of(request.connection.peer.address());
    match caller.records(environment).verify_address(acting, address).await? {
        true => Ok(true),
        false => Err(Denied::Credential),
    }
}

/// The answers as one secret. Case and blanks do not count: nobody remembers them.
fn as_one(answers: &[String]) -> SecretString {
    let plain = |answer: &String| answer.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    answers.iter().map(plain).collect::<Vec<_>>().join("\n").into()
}

#[cfg(test)]
mod tests {
    use portreeve_crypt::ExposeSecret;

    use super::*;

    #[test]
    fn case_and_blanks_do_not_count_and_the_places_of_the_answers_do() {
        let one = |answers: &[&str]| {
            let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
            as_one(&answers).expose_secret().to_owned()
        };
        assert_eq!(one(&[" Bad  Ischl", "REX"]), one(&["bad ischl ", "rex"]));
        assert_ne!(one(&["rex", "bad ischl"]), one(&["bad ischl", "rex"]));
        assert_ne!(one(&["a b", "c"]), one(&["a", "b c"]));
    }
}
