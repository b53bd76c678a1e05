use serde_json::json;

use super::*;
use crate::http_client::post;

fn call(sqs: &SqsQueues, action: &str, body: &Value) -> Value {
    let headers = format!("x-amz-target: AmazonSQS.{action}\r\n");
    let answer = post(sqs.server.address(), "/", &headers, &body.to_string());
    answer.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok()).unwrap_or_default()
}

fn receive(sqs: &SqsQueues, queue: &str) -> Vec<(String, String)> {
    let request =
        json!({ "QueueUrl": sqs.queue_url(queue), "MaxNumberOfMessages": 10, "VisibilityTimeout": 30 });
    let answer = call(sqs, "ReceiveMessage", &request);
    let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
    let text = |message: &Value, field: &str| message[field].as_str().unwrap().to_owned();
    messages.iter().map(|message| (text(message, "Body"), text(message, "ReceiptHandle"))).collect()
}

fn bodies(received: &[(String, String)]) -> Vec<&str> {
    received.iter().map(|(body, _)| body.as_str()).collect()
}

#[test]
fn received_message_is_hidden_until_timeout_or_release() {
    let sqs = SqsQueues::start(|_| None);
    sqs.create("q");
    sqs.put("q", NewMessage::new("a"));
    assert_eq!(bodies(&receive(&sqs, "q")), ["a"]);
    assert!(receive(&sqs, "q").is_empty());
    sqs.advance(Duration::from_secs(31));
    let received = receive(&sqs, "q");
    assert_eq!(bodies(&received), ["a"]);
    let back =
        json!({ "QueueUrl": sqs.queue_url("q"), "ReceiptHandle": received[0].1, "VisibilityTimeout": 0 });
    call(&sqs, "ChangeMessageVisibility", &back);
    assert_eq!(receive(&sqs, "q").len(), 1);
}

#[test]
fn group_with_message_in_flight_is_blocked() {
    let sqs = SqsQueues::start(|_| None);
    sqs.create("q.fifo");
    for place in 0..12 {
        sqs.put("q.fifo", NewMessage::new(format!("a{place}")).group("a", &format!("a{place}")));
    }
    sqs.put("q.fifo", NewMessage::new("b0").group("b", "b0"));
    let first = receive(&sqs, "q.fifo");
    assert_eq!((first.len(), first[0].0.as_str()), (10, "a0"));
    let second = receive(&sqs, "q.fifo");
    assert_eq!(bodies(&second), ["b0"]);
    for (_, handle) in &first {
        call(&sqs, "DeleteMessage", &json!({ "QueueUrl": sqs.queue_url("q.fifo"), "ReceiptHandle": handle }));
    }
    assert_eq!(bodies(&receive(&sqs, "q.fifo")), ["a10", "a11"]);
}

#[test]
fn old_receipt_handle_deletes_nothing() {
    let sqs = SqsQueues::start(|_| None);
    for queue in ["q", "q.fifo"] {
        sqs.create(queue);
        sqs.put(queue, NewMessage::new("a").group("g", "d"));
        let old = receive(&sqs, queue).remove(0).1;
        sqs.advance(Duration::from_secs(31));
        receive(&sqs, queue);
        call(&sqs, "DeleteMessage", &json!({ "QueueUrl": sqs.queue_url(queue), "ReceiptHandle": old }));
        assert_eq!(sqs.held(queue).len(), 1);
    }
}

#[test]
fn fifo_queue_drops_duplicates_for_five_minutes() {
    let sqs = SqsQueues::start(|_| None);
    sqs.create("q.fifo");
    let message = || NewMessage::new("a").group("g", "d");
    assert_eq!(sqs.put("q.fifo", message()), sqs.put("q.fifo", message()));
    assert_eq!(sqs.held("q.fifo").len(), 1);
    sqs.advance(Duration::from_mins(5));
    sqs.put("q.fifo", message());
    assert_eq!(sqs.held("q.fifo").len(), 2);
}

#[test]
fn faults_apply_before_after_and_to_single_entries() {
    let sqs = SqsQueues::start(|request| match request.queue.as_str() {
        "before" => Some(Fault::CutBefore),
        "after" => Some(Fault::CutAfter),
        _ => Some(Fault::Entries(vec![1], "InternalError".to_owned())),
    });
    for queue in ["before", "after", "entries"] {
        sqs.create(queue);
        let entries = json!([{ "Id": "0", "MessageBody": "a" }, { "Id": "1", "MessageBody": "b" }]);
        call(&sqs, "SendMessageBatch", &json!({ "QueueUrl": sqs.queue_url(queue), "Entries": entries }));
    }
    let held = ["before", "after", "entries"].map(|queue| sqs.held(queue).len());
    assert_eq!(held, [0, 2, 1]);
}
