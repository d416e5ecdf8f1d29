//! Whether a right one-time code may be used, judged from what its owner's earlier codes were used for.
//!
//! A code is named by its 30-second step. Rules: `docs/differences.md#otp-reuse`; RFC 6238 5.2 is the source.

use std::net::IpAddr;

use portreeve_types::Service;

/// Steps that a clock which is right can be behind: a record of a later one was made by a clock that was wrong,
/// and must not lock its owner out until that time comes.
const FARTHEST_STEP: i64 = 2;

/// What a code was used in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// A login to a service.
    Login(Service),
    /// The header of a request.
    Header,
}

impl Carrier {
    /// The number that records keep.
    pub(crate) fn number(self) -> i64 {
        match self {
            Carrier::Login(service) => service.number(),
            Carrier::Header => 3,
        }
    }

    /// The service that it is a login to; none for a header.
    pub(crate) fn service(self) -> Option<Service> {
        match self {
            Carrier::Login(service) => Some(service),
            Carrier::Header => None,
        }
    }

    /// The reverse of [`Carrier::number`].
    pub(crate) fn from_number(number: i64) -> Option<Carrier> {
        if number == 3 { Some(Carrier::Header) } else { Service::from_number(number).map(Carrier::Login) }
    }
}

/// One use of a code, recorded or asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) carrier: Carrier,
    pub(crate) step: i64,
    pub(crate) address: IpAddr,
    /// Whether no other carrier had used the step before.
    pub(crate) first: bool,
}

/// What is asked for.
pub(crate) struct Attempt {
    pub(crate) carrier: Carrier,
    pub(crate) step: i64,
    pub(crate) address: IpAddr,
    /// The step that holds the present moment.
    pub(crate) present: i64,
    /// Whether a code is good for one use altogether (`otp.reuse = never`).
    pub(crate) once: bool,
}

/// What follows for an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// It may be used, and this has to be recorded before it is.
    Record(Use),
    /// It may be used, as it was before.
    Repeat,
    /// It may not be used.
    Refuse,
}

/// Judges an attempt by the recorded uses of the same owner's codes.
pub(crate) fn judge(uses: &[Use], attempt: &Attempt) -> Judgement {
    let mut same_step = uses.iter().filter(|earlier| earlier.step == attempt.step);
    let known = same_step.clone().next().is_some();
    if known && attempt.once {
        return Judgement::Refuse;
    }
    if same_step.clone().any(|earlier| earlier.address != attempt.address) {
        return Judgement::Refuse;
    }
    match attempt.carrier {
        Carrier::Header if same_step.any(|earlier| earlier.carrier == Carrier::Header) => {
            return Judgement::Repeat;
        }
        Carrier::Header => {}
        Carrier::Login(_) => {
            let from_header = same_step.any(|earlier| earlier.carrier == Carrier::Header && earlier.first);
            if from_header || !increases(uses, attempt) {
                return Judgement::Refuse;
            }
        }
    }
    let Attempt { carrier, step, address, .. } = *attempt;
    Judgement::Record(Use { carrier, step, address, first: !known })
}

/// Whether the step is later than all that were used in the same carrier.
fn increases(uses: &[Use], attempt: &Attempt) -> bool {
    uses.iter()
        .filter(|earlier| earlier.carrier == attempt.carrier)
        .filter(|earlier| earlier.step == attempt.step || earlier.step <= attempt.present + FARTHEST_STEP)
        .all(|earlier| earlier.step < attempt.step)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CPANEL: Carrier = Carrier::Login(Service::Cpanel);
    const WHM: Carrier = Carrier::Login(Service::Whm);
    const HERE: &str = "192.0.2.1";
    const ELSEWHERE: &str = "198.51.100.9";

    fn attempt(carrier: Carrier, step: i64, address: &str) -> Attempt {
        Attempt { carrier, step, address: address.parse().unwrap(), present: 100, once: false }
    }

    /// The uses after these attempts, all of which must be granted.
    fn after(attempts: &[(Carrier, i64, &str)]) -> Vec<Use> {
        let mut uses = Vec::new();
        for (carrier, step, address) in attempts {
            match judge(&uses, &attempt(*carrier, *step, address)) {
                Judgement::Record(used) => uses.push(used),
                other => panic!("{carrier:?} {step} {address}: {other:?}"),
            }
        }
        uses
    }

    fn refused(uses: &[Use], carrier: Carrier, step: i64, address: &str) -> bool {
        judge(uses, &attempt(carrier, step, address)) == Judgement::Refuse
    }

    #[test]
    fn a_login_takes_each_step_once_and_none_before_it() {
        let uses = after(&[(CPANEL, 100, HERE)]);
        assert!(refused(&uses, CPANEL, 100, HERE));
        assert!(refused(&uses, CPANEL, 99, HERE));
        assert!(!refused(&uses, CPANEL, 101, HERE));
    }

    #[test]
    fn a_code_opens_another_services_session_from_the_same_address_only() {
        let uses = after(&[(CPANEL, 100, HERE)]);
        assert!(!refused(&uses, WHM, 100, HERE));
        assert!(refused(&uses, WHM, 100, ELSEWHERE));
    }

    #[test]
    fn the_address_of_a_step_is_remembered_when_later_steps_were_used() {
        let uses = after(&[(CPANEL, 100, HERE), (CPANEL, 101, HERE)]);
        assert!(refused(&uses, WHM, 100, ELSEWHERE));
    }

    #[test]
    fn a_header_may_repeat_its_code_from_the_same_address_only() {
        let uses = after(&[(Carrier::Header, 100, HERE)]);
        assert_eq!(judge(&uses, &attempt(Carrier::Header, 100, HERE)), Judgement::Repeat);
        assert!(refused(&uses, Carrier::Header, 100, ELSEWHERE));
        assert!(!refused(&uses, Carrier::Header, 99, ELSEWHERE));
    }

    #[test]
    fn a_code_first_seen_in_a_header_never_opens_a_session() {
        let uses = after(&[(Carrier::Header, 100, HERE)]);
        assert!(refused(&uses, CPANEL, 100, HERE));
        assert!(!refused(&uses, CPANEL, 101, HERE));
    }

    #[test]
    fn a_code_used_at_a_login_may_be_used_in_a_header_from_the_same_address() {
        let uses = after(&[(CPANEL, 100, HERE)]);
        assert!(refused(&uses, Carrier::Header, 100, ELSEWHERE));
        let uses = after(&[(CPANEL, 100, HERE), (Carrier::Header, 100, HERE)]);
        assert!(!refused(&uses, WHM, 100, HERE));
    }

    #[test]
    fn with_once_only_a_code_is_good_for_one_use_altogether() {
        for first in [CPANEL, Carrier::Header] {
            let uses = after(&[(first, 100, HERE)]);
            for second in [CPANEL, WHM, Carrier::Header] {
                let attempt = Attempt { once: true, ..attempt(second, 100, HERE) };
                assert_eq!(judge(&uses, &attempt), Judgement::Refuse, "{first:?} then {second:?}");
            }
        }
    }

    #[test]
    fn a_step_recorded_by_a_clock_that_was_wrong_does_not_lock_out() {
        let uses = after(&[(CPANEL, 5_000, HERE)]);
        assert!(!refused(&uses, CPANEL, 100, HERE));
        assert!(refused(&uses, CPANEL, 5_000, HERE));
    }
}
