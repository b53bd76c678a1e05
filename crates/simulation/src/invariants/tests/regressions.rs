//! Promises that seeded bugs showed to be too weak.

use super::*;
use crate::history::DiscardReason;
use crate::plan::Bisect;

#[test]
fn what_is_sent_behind_a_streams_record_that_cannot_be_tried_in_time_is_told() {
    for (wait, told) in [(seconds(1), false), (seconds(9), true)] {
        let returned = Event::Returned { call: 0, acked: vec![], outcome: InvokeOutcome::NotRun(wait) };
        let mut events = good();
        events[3] = returned;
        let broken = broken(&history(plan(Kind::Kinesis), events));
        assert_eq!(broken.contains(&"checkpoint"), told, "{wait:?}");
    }
}

#[test]
fn what_is_set_aside_before_an_earlier_message_of_its_group_is_settled_is_told() {
    for (acked, told) in [(vec![0], false), (vec![], true)] {
        let mut plan = plan(Kind::Fifo);
        plan.settings.on_reject = OnReject::FifoQuarantine;
        plan.records[1].stated = StatedTenant::Missing;
        let events = vec![
            handed(&[0, 1]),
            sent(0, 0, &[0]),
            returned(0, &acked),
            aside(1, Reason::Missing, QuarantineResult::Acked),
        ];
        assert_eq!(broken(&history(plan, events)).contains(&"quarantine_order"), told);
    }
}

#[test]
fn a_tenant_that_others_missing_credentials_stop_is_told() {
    let halted = Event::Returned { call: 0, acked: vec![], outcome: InvokeOutcome::NoCredentials };
    let named = answered(&[FailedItem::Record(0), FailedItem::Record(1)]);
    let history = history(plan(Kind::Standard), vec![handed(&[0, 1]), sent(0, 0, &[0]), halted, named]);
    assert!(broken(&history).contains(&"delay"));
}

#[test]
fn a_tenant_admitted_on_what_its_item_said_before_it_made_no_sense_is_told() {
    let mut plan = plan(Kind::Standard);
    let (fresh, stale) = (seconds(60), seconds(600));
    plan.settings.registry = Some(RegistrySettings { fresh, stale, suspended: Suspended::Rejected });
    let told = |tenant, answer| Event::RegistryAnswered { environment: 0, tenant, asked_at: Duration::ZERO, answer };
    let mut events: Vec<Event> =
        (0..2).map(|tenant| told(tenant, TableAnswer::Listed(Some((Status::Active, AllowedSenders::Anyone))))).collect();
    events.extend(good());
    assert!(!broken(&history(plan.clone(), events.clone())).contains(&"registry"));
    events.insert(2, told(0, TableAnswer::Malformed));
    assert!(broken(&history(plan, events)).contains(&"registry"));
}

#[test]
fn a_streams_batch_whose_first_record_is_not_settled_is_failed_as_a_whole() {
    let of = |named| vec![handed(&[0, 1]), sent(0, 0, &[0]), returned(0, &[]), answered(&[named])];
    assert!(broken(&history(plan(Kind::Kinesis), of(FailedItem::Record(0)))).contains(&"exact_response"));
    assert!(!broken(&history(plan(Kind::Kinesis), of(FailedItem::WholeBatch))).contains(&"exact_response"));
}

#[test]
fn what_a_stream_could_have_bisected_is_not_given_up_together() {
    let discarded = |record| Event::Discarded { record, why: DiscardReason::Tries };
    let again = |invocation, records| Event::InvocationStarted { invocation, environment: 0, records };
    let together = vec![handed(&[0, 1, 2]), discarded(0), discarded(1), discarded(2)];
    let one_by_one =
        vec![handed(&[0]), discarded(0), again(1, vec![1]), discarded(1), again(2, vec![2]), discarded(2)];
    for (events, bisect, told) in [
        (together.clone(), Bisect::On, true),
        (together, Bisect::Off, false),
        (one_by_one, Bisect::On, false),
    ] {
        let mut plan = plan(Kind::Kinesis);
        plan.settings.bisect = bisect;
        assert_eq!(broken(&history(plan, events)).contains(&"nothing_lost"), told, "{bisect:?}");
    }
}

#[test]
fn what_is_refused_for_good_and_left_over_though_nothing_goes_wrong_is_told() {
    let mut calm = plan(Kind::Standard);
    calm.faults_end_at = Duration::ZERO;
    calm.tenants[0].status = [Some(Status::Offboarded); 2];
    let (fresh, stale) = (seconds(60), seconds(600));
    calm.settings.registry = Some(RegistrySettings { fresh, stale, suspended: Suspended::Rejected });
    let mut late = history(calm, vec![handed(&[0]), answered(&[FailedItem::Record(0)])]);
    late.events.iter_mut().for_each(|timed| timed.at += seconds(60));
    assert!(broken(&late).contains(&"fault_free"));
}
