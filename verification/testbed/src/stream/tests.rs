use serde_json::{Value, json};

use super::*;

fn rules() -> Rules {
    Rules { batch_size: 4, bisect: Bisect::Off, maximum_retry_attempts: Some(2), maximum_record_age: None }
}

fn bisecting() -> Rules {
    Rules { bisect: Bisect::On, ..rules() }
}

fn shard(rules: Rules, count: u32) -> Shard {
    let mut shard = Shard::new(rules);
    shard.put((1..=count).map(|at| {
        let number = at.to_string();
        Record::new(&number, &json!({ "kinesis": { "sequenceNumber": number } }).to_string())
    }));
    shard
}

fn answer(body: &Value) -> Outcome {
    Outcome::Response(body.to_string().into_bytes())
}

fn naming(identifiers: &[&str]) -> Outcome {
    let failures: Vec<Value> =
        identifiers.iter().map(|identifier| json!({ "itemIdentifier": identifier })).collect();
    answer(&json!({ "batchItemFailures": failures }))
}

/// Delivers batches until the shard is empty, and returns the sequence numbers of each batch.
fn drive(shard: &mut Shard, mut function: impl FnMut(&[String]) -> Outcome) -> Vec<String> {
    let mut batches = Vec::new();
    while let Some(step) = shard.step(|event| function(&sequence_numbers(event.as_bytes()))) {
        batches.push(step.delivered.join(" "));
    }
    batches
}

fn fails_with(poison: &str) -> impl FnMut(&[String]) -> Outcome {
    move |numbers| if numbers.iter().any(|number| number == poison) { Outcome::TimedOut } else { naming(&[]) }
}

fn discarded(shard: &Shard) -> Vec<(Condition, String)> {
    shard
        .discarded()
        .iter()
        .map(|discarded| (discarded.condition, numbers(&discarded.records).join(" ")))
        .collect()
}

#[test]
fn batches_are_delivered_in_order() {
    assert_eq!(drive(&mut shard(rules(), 6), |_| naming(&[])), ["1 2 3 4", "5 6"]);
}

#[test]
fn response_without_failures_acks_the_batch() {
    let none =
        [json!({ "batchItemFailures": [] }), json!({ "batchItemFailures": null }), json!({}), Value::Null];
    for body in none {
        let mut shard = shard(rules(), 4);
        let step = shard.step(|_| answer(&body)).unwrap();
        assert_eq!(step.acked, ["1", "2", "3", "4"], "{body}");
        assert_eq!(shard.step(|_| panic!("redelivered")), None);
    }
}

#[test]
fn response_with_unknown_identifier_fails_the_batch() {
    let failures = [
        naming(&[""]),
        naming(&["9"]),
        naming(&["2", "9"]),
        answer(&json!({ "batchItemFailures": [{ "itemIdentifier": null }] })),
        answer(&json!({ "batchItemFailures": [{ "messageId": "2" }] })),
        answer(&json!({ "batchItemFailures": "2" })),
        Outcome::Response(b"{".to_vec()),
        Outcome::TimedOut,
        Outcome::Exited,
    ];
    for outcome in failures {
        let mut shard = shard(rules(), 4);
        let step = shard.step(|_| outcome.clone()).unwrap();
        assert_eq!(step.acked, [""; 0], "{outcome:?}");
        let again = shard.step(|_| naming(&[])).unwrap();
        assert_eq!(again.delivered, ["1", "2", "3", "4"], "{outcome:?}");
    }
}

#[test]
fn records_from_the_lowest_failure_are_redelivered() {
    let mut named = false;
    let mut shard = shard(rules(), 6);
    let batches = drive(&mut shard, |_| {
        let answer = if named { naming(&[]) } else { naming(&["4", "2"]) };
        named = true;
        answer
    });
    assert_eq!(batches, ["1 2 3 4", "2 3 4", "5 6"]);
}

#[test]
fn batch_without_retries_left_is_discarded_whole() {
    let mut shard = shard(rules(), 6);
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
    let mut shard = shard(Rules { maximum_retry_attempts: Some(0), ..bisecting() }, 4);
    let batches = drive(&mut shard, |numbers| match numbers {
        [first, second, ..] if first != second => naming(&[second]),
        _ => naming(&[]),
    });
    assert_eq!(batches, ["1 2 3 4", "2 3 4", "3 4", "4"]);
    assert_eq!(shard.discarded(), []);
}

#[test]
fn without_bisection_a_partial_response_uses_a_retry() {
    let mut shard = shard(rules(), 4);
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
    let endless = Rules { maximum_retry_attempts: None, maximum_record_age: Some(age), ..rules() };
    let mut shard = shard(endless, 2);
    for _ in 0..20 {
        shard.step(|_| Outcome::TimedOut);
    }
    shard.advance(Duration::from_secs(61));
    shard.put([Record::new("3", "{}")]);
    assert_eq!(shard.step(|_| naming(&[])).unwrap().delivered, ["3"]);
    assert_eq!(discarded(&shard), [(Condition::RecordAgeExceeded, "1 2".to_owned())]);
}
