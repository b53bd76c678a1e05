use serde_json::{Value, json};

use super::*;
use crate::events::identifiers;

const START: Duration = Duration::ZERO;

fn settings() -> Settings {
    Settings { batch_size: 4, maximum_retry_attempts: Some(2), ..Settings::default() }
}

fn bisecting() -> Settings {
    Settings { bisect: Bisect::On, ..settings() }
}

fn shard(settings: Settings, count: u32) -> Shard<StreamRecord> {
    let mut shard = Shard::new(settings);
    for number in (1..=count).map(|at| at.to_string()) {
        let json = json!({ "kinesis": { "sequenceNumber": number } }).to_string();
        shard.put(0, START, StreamRecord::new(&number, &json));
    }
    shard
}

fn answer(body: &Value) -> FunctionResult {
    FunctionResult::Response(body.to_string().into_bytes())
}

fn naming(identifiers: &[&str]) -> FunctionResult {
    let failures: Vec<Value> =
        identifiers.iter().map(|identifier| json!({ "itemIdentifier": identifier })).collect();
    answer(&json!({ "batchItemFailures": failures }))
}

/// Delivers batches until the shard is empty, and returns the sequence numbers of each batch.
fn drive(
    shard: &mut Shard<StreamRecord>,
    mut function: impl FnMut(&[String]) -> FunctionResult,
) -> Vec<String> {
    let mut batches = Vec::new();
    while let Some(step) = shard.step(START, |event| function(&identifiers(event.as_bytes()))) {
        batches.push(step.delivered.join(" "));
    }
    batches
}

fn fails_with(poison: &str) -> impl FnMut(&[String]) -> FunctionResult {
    move |numbers| {
        if numbers.iter().any(|number| number == poison) { FunctionResult::Failure } else { naming(&[]) }
    }
}

fn discarded(shard: &Shard<StreamRecord>) -> Vec<(Condition, String)> {
    shard
        .discarded()
        .iter()
        .map(|discarded| (discarded.condition, numbers(&discarded.records).join(" ")))
        .collect()
}

#[test]
fn batches_are_delivered_in_order() {
    assert_eq!(drive(&mut shard(settings(), 6), |_| naming(&[])), ["1 2 3 4", "5 6"]);
}

#[test]
fn acked_batch_is_not_redelivered_and_failed_one_is() {
    for (outcome, acked) in [(answer(&Value::Null), 4), (naming(&["3"]), 2), (naming(&["9"]), 0)] {
        let mut shard = shard(settings(), 4);
        let step = shard.step(START, |_| outcome.clone()).unwrap();
        assert_eq!(step.acked, step.delivered[..acked], "{outcome:?}");
        let again = shard.step(START, |_| naming(&[]));
        let again = again.map_or_else(Vec::new, |again| again.delivered);
        assert_eq!(again, step.delivered[acked..], "{outcome:?}");
    }
}

#[test]
fn records_from_the_lowest_failure_are_redelivered() {
    let mut named = false;
    let mut shard = shard(settings(), 6);
    let batches = drive(&mut shard, |_| {
        let answer = if named { naming(&[]) } else { naming(&["4", "2"]) };
        named = true;
        answer
    });
    assert_eq!(batches, ["1 2 3 4", "2 3 4", "5 6"]);
}

#[test]
fn batch_without_retries_left_is_discarded_whole() {
    let mut shard = shard(settings(), 6);
    assert_eq!(drive(&mut shard, fails_with("2")), ["1 2 3 4", "1 2 3 4", "1 2 3 4", "5 6"]);
    assert_eq!(discarded(&shard), [(Condition::RetryAttemptsExhausted, "1 2 3 4".to_owned())]);
    assert!(shard.discarded()[0].records[0].json.contains("sequenceNumber"), "the complete records");
}

#[test]
fn bisection_isolates_the_poison_without_using_retries() {
    let mut shard = shard(bisecting(), 6);
    let batches = drive(&mut shard, fails_with("2"));
    assert_eq!(batches, ["1 2 3 4", "1 2", "1", "2", "2", "2", "3 4", "5 6"]);
    assert_eq!(discarded(&shard), [(Condition::RetryAttemptsExhausted, "2".to_owned())]);
}

#[test]
fn with_bisection_a_partial_response_uses_no_retry() {
    let mut shard = shard(Settings { maximum_retry_attempts: Some(0), ..bisecting() }, 4);
    let batches = drive(&mut shard, |numbers| match numbers {
        [first, second, ..] if first != second => naming(&[second]),
        _ => naming(&[]),
    });
    assert_eq!(batches, ["1 2 3 4", "2 3 4", "3 4", "4"]);
    assert_eq!(shard.discarded(), []);
}

#[test]
fn without_bisection_a_partial_response_uses_a_retry() {
    let mut shard = shard(settings(), 4);
    let batches = drive(&mut shard, |numbers| naming(&[numbers.last().unwrap()]));
    assert_eq!(batches, ["1 2 3 4", "4", "4"]);
    assert_eq!(discarded(&shard), [(Condition::RetryAttemptsExhausted, "4".to_owned())]);
}

#[test]
fn naming_the_first_record_fails_the_batch() {
    let mut shard = shard(bisecting(), 2);
    assert_eq!(drive(&mut shard, |_| naming(&["1"])), ["1 2", "1 2", "1 2"]);
    assert_eq!(discarded(&shard), [(Condition::RetryAttemptsExhausted, "1 2".to_owned())]);
}

#[test]
fn only_records_that_are_too_old_are_discarded() {
    let age = Duration::from_mins(1);
    let endless = Settings { maximum_retry_attempts: None, maximum_record_age: Some(age), ..settings() };
    let mut shard = shard(endless, 2);
    for _ in 0..20 {
        shard.step(START, |_| FunctionResult::Failure);
    }
    shard.put(0, Duration::from_secs(1), StreamRecord::new("3", "{}"));
    assert_eq!(shard.step(Duration::from_secs(61), |_| naming(&[])).unwrap().delivered, ["3"]);
    assert_eq!(discarded(&shard), [(Condition::RecordAgeExceeded, "1 2".to_owned())]);
}

#[test]
fn record_that_arrives_later_is_waited_for() {
    let mut shard: Shard<&str> = Shard::new(settings());
    let later = Duration::from_secs(5);
    shard.put(0, START, "a");
    shard.put(0, later, "b");
    assert_eq!(shard.receive(0, START), Next::Batch { records: vec!["a"], deliveries: 1 });
    assert_eq!(shard.finish(0, START, BatchResult::Success), ["a"]);
    assert_eq!(shard.receive(0, START), Next::Wait(later));
    assert_eq!(shard.receive(0, later), Next::Batch { records: vec!["b"], deliveries: 1 });
    assert_eq!(shard.finish(0, later, BatchResult::Success), ["b"]);
    assert_eq!(shard.receive(0, later), Next::Empty);
}

#[test]
fn wait_doubles_with_each_failure_five_times_at_most() {
    let first_backoff = Duration::from_secs(1);
    let mut shard: Shard<&str> =
        Shard::new(Settings { maximum_retry_attempts: None, first_backoff, ..settings() });
    shard.put(0, START, "a");
    let (mut now, mut waits) = (START, Vec::new());
    for _ in 0..7 {
        assert!(matches!(shard.receive(0, now), Next::Batch { .. }));
        shard.finish(0, now, BatchResult::Failure);
        let Next::Wait(until) = shard.receive(0, now) else { panic!("it is not waited") };
        waits.push(until.saturating_sub(now).as_secs());
        now = until;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 32]);
}

#[test]
fn failed_partition_does_not_stop_another() {
    let mut shard: Shard<&str> = Shard::new(Settings { parallelization_factor: 2, ..settings() });
    shard.put(0, START, "a");
    shard.put(1, START, "b");
    for deliveries in 1..=3 {
        assert_eq!(shard.receive(0, START), Next::Batch { records: vec!["a"], deliveries });
        if deliveries == 1 {
            assert_eq!(shard.receive(1, START), Next::Batch { records: vec!["b"], deliveries: 1 });
            assert_eq!(shard.finish(1, START, BatchResult::Success), ["b"]);
        }
        assert_eq!(shard.finish(0, START, BatchResult::Failure), [""; 0]);
    }
    assert_eq!(shard.receive(0, START), Next::Empty);
    let gone = Discarded { condition: Condition::RetryAttemptsExhausted, records: vec!["a"] };
    assert_eq!(shard.take_discarded(), [gone]);
    assert_eq!(shard.discarded(), []);
}
