//! Tests a whole bridge over HTTP: the `kinesis-router` binary in front of its queue, and the `sqs-router` binary behind it.
//! Lambda's Invoke and SQS are scripted.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use std::path::Path;

use serde_json::{Value, json};
use testbed::sqs_api::Entry;
use testbed::{
    Answer, DataRecord, DataStream, Invocation, InvokeApi, Message, Outcome, Queue, Sandbox, SqsAnswer,
    SqsApi,
};

const ROUTER: &str = env!("CARGO_BIN_EXE_sqs-router");

fn start(binary: &Path, config: &Value, endpoints: &[(&str, String)]) -> Sandbox {
    let config = config.to_string();
    let endpoints = endpoints.iter().map(|(name, endpoint)| (*name, endpoint.as_str()));
    let environment: Vec<_> = endpoints.chain([("TENANT_ROUTER_CONFIG", config.as_str())]).collect();
    Sandbox::start(binary, &environment).unwrap_or_else(|failure| panic!("the init failed: {failure:?}"))
}

fn failures(outcome: &Outcome) -> Vec<Value> {
    let Outcome::Response(body) = outcome else { panic!("no response: {outcome:?}") };
    serde_json::from_slice::<Value>(body).unwrap()["batchItemFailures"].as_array().unwrap().clone()
}

/// The event with which the queue delivers these entries.
fn event_of(entries: &[Entry]) -> String {
    let message = |(index, entry): (usize, &Entry)| {
        Message::new(format!("m{index}"), &entry.message_body).group(entry.message_group_id.clone().unwrap())
    };
    let messages: Vec<Message> = entries.iter().enumerate().map(message).collect();
    Queue::fifo("bridge").event(&messages)
}

#[test]
fn tenant_id_that_is_no_valid_group_crosses_the_bridge() {
    let (lambda, sqs) = (InvokeApi::start(|_| Answer::ok("null")), SqsApi::start(|_| SqsAnswer::Taken));
    let endpoints =
        [("AWS_ENDPOINT_URL_LAMBDA", lambda.endpoint()), ("AWS_ENDPOINT_URL_SQS", sqs.endpoint())];
    let mut config = json!({
        "source": "kinesis",
        "backend": { "function": "orders:live", "timeout_seconds": 2 },
        "tenant_id": { "from": ["$.kinesis.data.tenantId"], "grammar": "lambda" },
        "on_reject": { "quarantine": sqs.queue_url("quarantine") },
        "bridge": { "fifo_queue": sqs.queue_url("bridge.fifo") },
    });
    let kinesis = testbed::binaries::build_beside(Path::new(ROUTER), "kinesis-router").unwrap();
    let mut stream = start(&kinesis, &config, &endpoints);
    let fields = config.as_object_mut().unwrap();
    fields.remove("bridge");
    fields.extend([("source".to_owned(), json!("sqs")), ("bridged_from".to_owned(), json!("kinesis"))]);
    let mut drain = start(Path::new(ROUTER), &config, &endpoints);

    // One with a space, one that is longer than a message group id, and one that is a valid message group id.
    let tenants = ["acme east", &"a".repeat(129), "globex"];
    let of = DataStream::new("orders");
    let record = |number: usize| {
        let data = json!({ "tenantId": tenants[number % 3], "number": number }).to_string();
        DataRecord::new(number.to_string(), "k", data)
    };
    let records: Vec<DataRecord> = (0..6).map(record).collect();
    let outcome = stream.invoke(Invocation::of(of.event(&records)));
    assert!(failures(&outcome).is_empty());
    assert!(lambda.calls().is_empty(), "the stream's router must not invoke the backend");

    let queued = sqs.queued_in("bridge.fifo");
    let group_of = |number: usize| {
        let has = |entry: &&Entry| entry.message_body == records[number].json(&of);
        queued.iter().find(has).and_then(|entry| entry.message_group_id.clone()).unwrap()
    };
    let groups = [0, 1, 2].map(group_of);
    assert_eq!(groups, [3, 4, 5].map(group_of), "a tenant must have one group");
    for hash in &groups[..2] {
        assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    }
    assert_ne!(groups[0], groups[1]);
    assert_eq!(groups[2], "globex");

    assert!(failures(&drain.invoke(Invocation::of(event_of(&queued)))).is_empty());
    let calls = lambda.calls();
    assert_eq!(calls.len(), 3);
    for (index, tenant) in tenants.iter().enumerate() {
        let call = calls.iter().find(|call| call.call.tenant_id.as_deref() == Some(tenant)).unwrap();
        let own = [index, index + 3].map(|number| records[number].clone());
        assert_eq!(
            String::from_utf8_lossy(&call.call.payload),
            of.event(&own),
            "it must be the stream's own event"
        );
    }
    assert!(sqs.queued_in("quarantine").is_empty());
}
