use aws_model::sqs::MAX_BYTES;

use super::*;
use crate::http_client;

fn send(api: &SqsApi, entries: &Value) -> String {
    let headers = "x-amz-target: AmazonSQS.SendMessageBatch\r\n";
    let body = json!({ "QueueUrl": api.queue_url("q"), "Entries": entries }).to_string();
    http_client::post(api.server.address(), "/", headers, &body)
}

fn entry(id: &str) -> Value {
    let reason = json!({ "DataType": "String", "StringValue": "missing" });
    json!({ "Id": id, "MessageBody": "{}", "MessageAttributes": { "reason": reason } })
}

#[test]
fn accepted_message_is_stored_and_acknowledged() {
    let api = SqsApi::start(|_| SqsAnswer::Taken);
    let answer = send(&api, &json!([entry("0"), entry("1")]));
    assert!(answer.starts_with("HTTP/1.1 200 ") && !answer.contains("Failed"), "{answer}");
    let ids: Vec<String> = api.queued().into_iter().map(|entry| entry.id).collect();
    assert_eq!(ids, ["0", "1"]);
    assert_eq!(api.queued()[0].attribute("reason"), Some("missing"));
    assert_eq!(api.requests()[0].queue_url, api.queue_url("q"));
}

#[test]
fn refused_message_is_named_and_not_stored() {
    let api = SqsApi::start(|_| SqsAnswer::Except(BTreeMap::from([(0, "InternalError".to_owned())])));
    let answer = send(&api, &json!([entry("0"), entry("1")]));
    assert!(answer.contains("\"Failed\":[{\"Code\":\"InternalError\",\"Id\":\"0\""), "{answer}");
    assert_eq!(api.queued().len(), 1);
}

#[test]
fn error_has_the_format_of_sqs() {
    let api = SqsApi::start(|_| SqsAnswer::Error(403, "AccessDenied".to_owned()));
    let answer = send(&api, &json!([entry("0")]));
    assert!(
        answer.starts_with("HTTP/1.1 403 ") && answer.contains("com.amazonaws.sqs#AccessDenied"),
        "{answer}"
    );
    assert!(api.queued().is_empty());
}

#[test]
fn cut_connection_may_or_may_not_store_messages() {
    for (script, taken) in [(SqsAnswer::Cut, 0), (SqsAnswer::CutAfterTaking, 1)] {
        let api = SqsApi::start(move |_| script.clone());
        assert_eq!(send(&api, &json!([entry("0")])), "");
        assert_eq!(api.queued().len(), taken);
    }
}

#[test]
fn invalid_request_is_refused_before_the_script() {
    let many: Vec<Value> = (0..11).map(|id| entry(&id.to_string())).collect();
    let mut large = entry("0");
    large["MessageBody"] = json!("x".repeat(MAX_BYTES));
    let mut empty = entry("0");
    empty["MessageAttributes"]["reason"]["StringValue"] = json!("");
    let cases = [
        (json!([]), "EmptyBatchRequest"),
        (json!(many), "TooManyEntriesInBatchRequest"),
        (json!([entry("0"), entry("0")]), "BatchEntryIdsNotDistinct"),
        (json!([entry("a b")]), "InvalidBatchEntryId"),
        (json!([large]), "BatchRequestTooLong"),
        (json!([empty]), "InvalidAttributeValue"),
    ];
    let api = SqsApi::start(|_| panic!("asked"));
    for (entries, code) in cases {
        let answer = send(&api, &entries);
        assert!(answer.contains(code), "{code} is not in {answer}");
    }
}

fn in_group(id: &str, group: &str, deduplication: &str) -> Value {
    let mut entry = entry(id);
    entry["MessageGroupId"] = json!(group);
    entry["MessageDeduplicationId"] = json!(deduplication);
    entry
}

fn send_to(api: &SqsApi, queue: &str, entries: &Value) -> String {
    let body = json!({ "QueueUrl": api.queue_url(queue), "Entries": entries }).to_string();
    http_client::post(api.server.address(), "/", "x-amz-target: AmazonSQS.SendMessageBatch\r\n", &body)
}

#[test]
fn fifo_queue_drops_duplicates_for_five_minutes() {
    let api = SqsApi::start(|_| SqsAnswer::Taken);
    let kept = || api.queued_in("q.fifo").len();
    let twice = json!([in_group("0", "a", "d1"), in_group("1", "a", "d1"), in_group("2", "a", "d2")]);
    let answer = send_to(&api, "q.fifo", &twice);
    assert!(answer.contains("\"Id\":\"1\"") && !answer.contains("Failed"), "{answer}");
    assert_eq!(kept(), 2);
    api.advance(Duration::from_secs(299));
    send_to(&api, "q.fifo", &json!([in_group("0", "a", "d1")]));
    assert_eq!(kept(), 2);
    send_to(&api, "other.fifo", &json!([in_group("0", "a", "d1")]));
    assert_eq!((kept(), api.queued().len()), (2, 3));
    api.advance(Duration::from_secs(1));
    send_to(&api, "q.fifo", &json!([in_group("0", "a", "d1")]));
    assert_eq!(kept(), 3);
}

#[test]
fn retry_of_refused_message_is_not_a_duplicate() {
    let first = Mutex::new(true);
    let api = SqsApi::start(move |_| {
        let refused = std::mem::take(&mut *lock(&first)).then(|| (0, "RequestThrottled".to_owned()));
        SqsAnswer::Except(refused.into_iter().collect())
    });
    let message = json!([in_group("0", "a", "d1")]);
    assert!(send_to(&api, "q.fifo", &message).contains("RequestThrottled"));
    assert!(api.queued().is_empty());
    send_to(&api, "q.fifo", &message);
    assert_eq!(api.queued_in("q.fifo")[0].message_group_id.as_deref(), Some("a"));
}

#[test]
fn fifo_queue_refuses_missing_and_invalid_ids() {
    let api = SqsApi::start(|_| panic!("asked"));
    for (message, code) in [
        (entry("0"), "MissingParameter"),
        (in_group("0", "a b", "d"), "InvalidParameterValue"),
        (in_group("0", "a", &"d".repeat(129)), "InvalidParameterValue"),
    ] {
        let answer = send_to(&api, "q.fifo", &json!([message]));
        assert!(answer.contains(code), "{code} is not in {answer}");
    }
}
