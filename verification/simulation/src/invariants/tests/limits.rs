//! Promises about limits, the deadline, retries and delays.

use super::*;

#[test]
fn exceeded_limit_is_detected() {
    let mut side_by_side = good();
    side_by_side.swap(3, 6);
    let mut narrow = plan(Kind::Standard);
    narrow.settings.in_flight = 1;
    assert!(broken(&history(narrow, side_by_side.clone())).contains(&"limits"));
    side_by_side[4] = sent(1, 0, &[1]);
    assert!(broken(&history(plan(Kind::Standard), side_by_side)).contains(&"limits"));
    breaks("limits", Kind::Standard, 4, sent(1, 1, &[1, 1, 1]));
}

#[test]
fn invoke_too_close_to_the_deadline_is_detected() {
    let mut late = history(plan(Kind::Standard), good());
    late.events[7..].iter_mut().for_each(|timed| timed.at = seconds(8));
    assert!(broken(&late).contains(&"deadline"));
}

#[test]
fn early_or_useless_retry_is_detected() {
    for outcome in
        [InvokeOutcome::NotRun(seconds(3)), InvokeOutcome::NoCredentials, InvokeOutcome::BackendMisconfigured]
    {
        let mut early = history(plan(Kind::Standard), good());
        early.events[3].event = Event::Returned { call: 0, acked: vec![], outcome };
        early.events[4..].iter_mut().for_each(|timed| timed.at = seconds(1));
        assert!(broken(&early).contains(&"backoff"), "{outcome:?}");
    }
}

#[test]
fn tenant_delayed_by_others_is_detected() {
    let mut slow = history(plan(Kind::Standard), good());
    for timed in &mut slow.events[3..] {
        timed.at += seconds(2);
    }
    assert!(
        broken(&slow).contains(&"delay"),
        "tenant 1 is within the in-flight limit and waited for tenant 0"
    );
}
