//! Promises that seeded bugs showed to be too weak.

use super::*;
use crate::history::DiscardReason;
use crate::plan::Bisect;

#[test]
fn sending_behind_an_unretryable_record_is_detected() {
    for (wait, is_broken) in [(seconds(1), false), (seconds(9), true)] {
        let returned = Event::Returned { call: 0, acked: vec![], outcome: InvokeOutcome::NotRun(wait) };
        let mut events = good();
        events[3] = returned;
        let broken = broken(&history(plan(Kind::Kinesis), events));
        assert_eq!(broken.contains(&"checkpoint"), is_broken, "{wait:?}");
    }
}

#[test]
fn quarantine_before_an_unacked_message_is_detected() {
    for (acked, is_broken) in [(vec![0], false), (vec![], true)] {
        let mut plan = plan(Kind::Fifo);
        plan.settings.on_reject = OnReject::FifoQuarantine;
        plan.records[1].stated = StatedTenant::Missing;
        let events = vec![
            started(&[0, 1]),
            sent(0, 0, &[0]),
            returned(0, &acked),
            quarantined(1, Reason::Missing, QuarantineResult::Acked),
        ];
        assert_eq!(broken(&history(plan, events)).contains(&"quarantine_order"), is_broken);
    }
}

#[test]
fn tenant_stopped_by_others_credentials_is_detected() {
    let halted = Event::Returned { call: 0, acked: vec![], outcome: InvokeOutcome::NoCredentials };
    let named = responded(&[FailedItem::Record(0), FailedItem::Record(1)]);
    let history = history(plan(Kind::Standard), vec![started(&[0, 1]), sent(0, 0, &[0]), halted, named]);
    assert!(broken(&history).contains(&"delay"));
}

#[test]
fn admission_on_an_answer_before_malformed_is_detected() {
    let mut plan = plan(Kind::Standard);
    let (fresh, stale) = (seconds(60), seconds(600));
    plan.settings.registry = Some(RegistrySettings { fresh, stale, suspended: Suspended::Rejected });
    let answered =
        |tenant, answer| Event::RegistryAnswered { environment: 0, tenant, asked_at: Duration::ZERO, answer };
    let mut events: Vec<Event> = (0..2)
        .map(|tenant| answered(tenant, TableAnswer::Listed(Some((Status::Active, AllowedSenders::Anyone)))))
        .collect();
    events.extend(good());
    assert!(!broken(&history(plan.clone(), events.clone())).contains(&"registry"));
    events.insert(2, answered(0, TableAnswer::Malformed));
    assert!(broken(&history(plan, events)).contains(&"registry"));
}

#[test]
fn stream_batch_fails_whole_at_its_first_record() {
    let of = |named| vec![started(&[0, 1]), sent(0, 0, &[0]), returned(0, &[]), responded(&[named])];
    assert!(broken(&history(plan(Kind::Kinesis), of(FailedItem::Record(0)))).contains(&"exact_response"));
    assert!(!broken(&history(plan(Kind::Kinesis), of(FailedItem::WholeBatch))).contains(&"exact_response"));
}

#[test]
fn bisectable_records_are_not_discarded_together() {
    let discarded = |record| Event::Discarded { record, why: DiscardReason::Tries };
    let again = |invocation, records| Event::InvocationStarted { invocation, environment: 0, records };
    let together = vec![started(&[0, 1, 2]), discarded(0), discarded(1), discarded(2)];
    let one_by_one =
        vec![started(&[0]), discarded(0), again(1, vec![1]), discarded(1), again(2, vec![2]), discarded(2)];
    for (events, bisect, is_broken) in [
        (together.clone(), Bisect::On, true),
        (together, Bisect::Off, false),
        (one_by_one, Bisect::On, false),
    ] {
        let mut plan = plan(Kind::Kinesis);
        plan.settings.bisect = bisect;
        assert_eq!(broken(&history(plan, events)).contains(&"nothing_lost"), is_broken, "{bisect:?}");
    }
}

#[test]
fn unacked_rejected_record_without_a_fault_is_detected() {
    let mut calm = plan(Kind::Standard);
    calm.faults_end_at = Duration::ZERO;
    calm.tenants[0].status = [Some(Status::Offboarded); 2];
    let (fresh, stale) = (seconds(60), seconds(600));
    calm.settings.registry = Some(RegistrySettings { fresh, stale, suspended: Suspended::Rejected });
    let mut late = history(calm, vec![started(&[0]), responded(&[FailedItem::Record(0)])]);
    late.events.iter_mut().for_each(|timed| timed.at += seconds(60));
    assert!(broken(&late).contains(&"fault_free"));
}
