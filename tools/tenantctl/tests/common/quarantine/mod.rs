//! Runs the real binary against queues, objects and a router on loopback.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]
#![allow(unreachable_pub, reason = "each test file includes it as a module")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::process::{Command, Output, Stdio};

use serde_json::Value;
use testbed::sqs_queue::{Fault, SqsRequest, queue_arn};
use testbed::{Answer, Buckets, InvokeApi, Message, NewMessage, Queue, SqsQueues};

pub const QUARANTINE: &str = "quarantine";
pub const FIFO_QUARANTINE: &str = "quarantine.fifo";

/// The services that tenantctl calls.
pub struct World {
    pub sqs: SqsQueues,
    pub s3: Buckets,
    pub lambda: InvokeApi,
}

/// The result of a command.
pub struct CommandResult {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl CommandResult {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

impl World {
    pub fn new() -> Self {
        Self::with(|_| None, |_| Answer::ok(r#"{"batchItemFailures":[]}"#))
    }

    /// Starts queues that fail as the script says, and a router with these responses.
    pub fn with(
        faults: impl Fn(&SqsRequest) -> Option<Fault> + Send + Sync + 'static,
        router: impl Fn(&testbed::Call) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let world = Self {
            sqs: SqsQueues::start(faults),
            s3: Buckets::start(),
            lambda: InvokeApi::start_plain(router),
        };
        for queue in [QUARANTINE, FIFO_QUARANTINE, "orders", "orders.fifo"] {
            world.sqs.create(queue);
        }
        world
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantctl"));
        command
            .args(args)
            .env_clear()
            .env("AWS_ACCESS_KEY_ID", "AKIDTESTBED")
            .env("AWS_SECRET_ACCESS_KEY", "testbed")
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ENDPOINT_URL_SQS", self.sqs.endpoint())
            .env("AWS_ENDPOINT_URL_S3", self.s3.endpoint())
            .env("AWS_ENDPOINT_URL_LAMBDA", self.lambda.endpoint())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, args: &[&str]) -> CommandResult {
        let Output { status, stdout, stderr } = self.command(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        CommandResult { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// Runs `tenantctl quarantine <command> --queue quarantine …`.
    pub fn quarantine(&self, command: &str, args: &[&str]) -> CommandResult {
        self.run(&[&["quarantine", command, "--queue", QUARANTINE], args].concat())
    }

    pub fn bodies(&self, queue: &str) -> Vec<String> {
        self.sqs.held(queue).into_iter().map(|message| message.message.body).collect()
    }
}

/// Makes a quarantine message as the router writes it.
pub fn rejected(record: &str, reason: &str, source: &str, value: Option<&str>) -> NewMessage {
    let mut message = NewMessage::new(record)
        .attribute("schema_version", "1")
        .attribute("reason", reason)
        .attribute("source_arn", &queue_arn(source))
        .attribute("request_id", "request-1")
        .attribute("first_seen", "2018-12-17T21:37:29.185Z")
        .attribute("selector", "$.body.tenantId");
    if let Some(id) = record_id(record) {
        message = message.attribute("record_id", &id);
    }
    match value {
        Some(value) => message.attribute("offending_value", value),
        None => message,
    }
}

fn record_id(record: &str) -> Option<String> {
    let record: Value = serde_json::from_str(record).ok()?;
    let id = &record["messageId"];
    id.as_str().or_else(|| record["kinesis"]["sequenceNumber"].as_str()).map(str::to_owned)
}

/// Makes a record of the queue `orders`.
pub fn order(id: &str, body: &str) -> String {
    Message::new(id, body).message_attribute("kind", "test").record(&Queue::standard("orders"))
}

/// Makes a record of the queue `orders.fifo`.
pub fn fifo_order(id: &str, group: &str, sequence: u32, body: &str) -> String {
    let message = Message::new(id, body)
        .group(group)
        .attribute("MessageDeduplicationId", format!("original-{id}"))
        .attribute("SequenceNumber", format!("{sequence:020}"));
    message.record(&Queue::fifo("orders"))
}

/// Makes a Kinesis record.
pub fn stream_record(sequence: u32, key: &str) -> String {
    format!(
        r#"{{"kinesis":{{"partitionKey":"{key}","sequenceNumber":"{sequence}","data":"eyJ0IjoiYSJ9"}},
            "eventID":"shardId-0:{sequence}","eventSource":"aws:kinesis",
            "eventSourceARN":"arn:aws:kinesis:eu-west-1:111122223333:stream/orders","n":1.0e2}}"#
    )
}
