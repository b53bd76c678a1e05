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

/// Hands out batch after batch until nothing is left; what each of them held.
fn drive(shard: &mut Shard, mut function: impl FnMut(&[String]) -> Outcome) -> Vec<String> {
    let mut batches = Vec::new();
    while let Some(step) = shard.step(|event| function(&sequence_numbers(event.as_bytes()))) {
        batches.push(step.handed_out.join(" "));
    }
    batches
}

fn fails_with(poison: &str) -> impl FnMut(&[String]) -> Outcome {
    move |numbers| if numbers.iter().any(|number| number == poison) { Outcome::TimedOut } else { naming(&[]) }
}

fn given_up(shard: &Shard) -> Vec<(Condition, String)> {
    shard
        .discarded()
        .iter()
        .map(|given_up| (given_up.condition, numbers(&given_up.records).join(" ")))
        .collect()
}

#[test]
fn batches_follow_one_another_in_order() {
    assert_eq!(drive(&mut shard(rules(), 6), |_| naming(&[])), ["1 2 3 4", "5 6"]);
}

#[test]
fn every_answer_that_names_nothing_is_a_success() {
    let none =
        [json!({ "batchItemFailures": [] }), json!({ "batchItemFailures": null }), json!({}), Value::Null];
    for body in none {
        let mut shard = shard(rules(), 4);
        let step = shard.step(|_| answer(&body)).unwrap();
        assert_eq!(step.settled, ["1", "2", "3", "4"], "{body}");
        assert_eq!(shard.step(|_| panic!("handed out again")), None);
    }
}

#[test]
fn an_answer_that_names_nothing_of_the_batch_fails_all_of_it() {
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
        assert_eq!(step.settled, [""; 0], "{outcome:?}");
        let again = shard.step(|_| naming(&[])).unwrap();
        assert_eq!(again.handed_out, ["1", "2", "3", "4"], "{outcome:?}");
    }
}

#[test]
fn the_lowest_number_named_is_the_checkpoint_and_all_from_there_on_comes_again() {
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
fn a_batch_whose_tries_are_used_up_is_given_up_whole_and_the_shard_goes_on() {
    let mut shard = shard(rules(), 6);
    assert_eq!(drive(&mut shard, fails_with("2")), ["1 2 3 4", "1 2 3 4", "1 2 3 4", "5 6"]);
    assert_eq!(given_up(&shard), [(Condition::RetryAttemptsExhausted, "1 2 3 4".to_owned())]);
    assert!(shard.discarded()[0].records[0].json.contains("sequenceNumber"), "the records whole");
}

#[test]
fn bisection_halves_a_failed_batch_without_using_up_tries_until_the_poison_is_alone() {
    let mut shard = shard(bisecting(), 6);
    let batches = drive(&mut shard, fails_with("2"));
    assert_eq!(batches, ["1 2 3 4", "1 2", "1", "2", "2", "2", "3 4", "5 6"]);
    assert_eq!(given_up(&shard), [(Condition::RetryAttemptsExhausted, "2".to_owned())]);
}

#[test]
fn with_bisection_an_answer_in_part_cuts_the_batch_and_uses_up_no_try() {
    let mut shard = shard(Rules { maximum_retry_attempts: Some(0), ..bisecting() }, 4);
    let batches = drive(&mut shard, |numbers| match numbers {
        [first, second, ..] if first != second => naming(&[second]),
        _ => naming(&[]),
    });
    assert_eq!(batches, ["1 2 3 4", "2 3 4", "3 4", "4"]);
    assert_eq!(shard.discarded(), []);
}

#[test]
fn without_bisection_an_answer_in_part_uses_up_a_try() {
    let mut shard = shard(rules(), 4);
    let batches = drive(&mut shard, |numbers| naming(&[numbers.last().unwrap()]));
    assert_eq!(batches, ["1 2 3 4", "4", "4"]);
    assert_eq!(given_up(&shard), [(Condition::RetryAttemptsExhausted, "4".to_owned())]);
}

#[test]
fn naming_the_first_record_cuts_nothing_off() {
    let mut shard = shard(bisecting(), 2);
    assert_eq!(drive(&mut shard, |_| naming(&["1"])), ["1 2", "1 2", "1 2"]);
    assert_eq!(given_up(&shard), [(Condition::RetryAttemptsExhausted, "1 2".to_owned())]);
}

#[test]
fn records_that_are_too_old_are_given_up_and_younger_ones_are_not() {
    let age = Duration::from_mins(1);
    let endless = Rules { maximum_retry_attempts: None, maximum_record_age: Some(age), ..rules() };
    let mut shard = shard(endless, 2);
    for _ in 0..20 {
        shard.step(|_| Outcome::TimedOut);
    }
    shard.pass(Duration::from_secs(61));
    shard.put([Record::new("3", "{}")]);
    assert_eq!(shard.step(|_| naming(&[])).unwrap().handed_out, ["3"]);
    assert_eq!(given_up(&shard), [(Condition::RecordAgeExceeded, "1 2".to_owned())]);
}
