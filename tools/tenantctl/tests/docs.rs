//! The operator's pages show the real output of the commands. Every `$ tenantctl …` line of a `console` block runs in the
//! page's order, against queues and tables that keep their state.
//! `UPDATE_DOCS=1 cargo test -p tenantctl --test docs` writes the output into the pages.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "common/command/mod.rs"]
mod command;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use testbed::dynamodb_api::{DynamoDbAnswer, DynamoDbApi};
use testbed::sqs_queue::queue_arn;
use testbed::{Function, NewMessage, Resources, ResourcesApi, SqsQueues};

/// Replaces each time that depends on when the test runs.
const FIXED_TIME: &str = "2026-11-25T03:07:00.000Z";

/// The servers behind a page's commands.
struct Servers {
    sqs: SqsQueues,
    tables: DynamoDbApi,
    /// Functions, and the caller's identity.
    aws: ResourcesApi,
}

impl Servers {
    /// Starts the servers with four quarantined records: two of an unregistered tenant, one with two tenants, one of a
    /// suspended tenant.
    fn start() -> Self {
        let (sqs, tables) = (SqsQueues::start(|_| None), DynamoDbApi::start(|_| DynamoDbAnswer::Served));
        sqs.create("orders");
        sqs.create("orders-quarantine");
        tables.create_table("tenants", "tenant_id");
        for (id, status) in [("acme", "active"), ("initech", "suspended")] {
            let item = json!({
                "tenant_id": { "S": id }, "status": { "S": status }, "changed_at": { "S": "2026-11-02T09:30:00Z" },
            });
            tables.put("tenants", &item);
        }
        let event: Value = serde_json::from_str(&fixture("event.json")).unwrap();
        for (index, reason, selector, value) in [
            (1, "unknown_tenant", "$.messageAttributes.tenantId.stringValue", "globex"),
            (3, "conflict", "$.body.tenantId", "initech"),
            (4, "unknown_tenant", "$.messageAttributes.tenantId.stringValue", "globex"),
            (5, "suspended", "$.messageAttributes.tenantId.stringValue", "initech"),
        ] {
            let record = &event["Records"][index];
            let message = NewMessage::new(record.to_string())
                .attribute("schema_version", "1")
                .attribute("reason", reason)
                .attribute("source_arn", &queue_arn("orders"))
                .attribute("record_id", record["messageId"].as_str().unwrap())
                .attribute("request_id", "8d2f1c7e-request")
                .attribute("first_seen", "2026-11-25T02:51:13.123Z")
                .attribute("selector", selector)
                .attribute("offending_value", value);
            sqs.put("orders-quarantine", message);
        }
        let live = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live".to_owned();
        let backend = Function { timeout_seconds: 30, tenancy: Some("PER_TENANT") };
        let aws = Resources { functions: [(live, backend)].into(), ..Resources::default() };
        Self { sqs, tables, aws: ResourcesApi::start(aws) }
    }

    /// Runs a command and returns its output, with fixed times and endpoints.
    fn run(&self, arguments: &[String]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_tenantctl"))
            .args(arguments)
            .current_dir(folder())
            .env_clear()
            .envs([("AWS_ACCESS_KEY_ID", "AKIDTESTBED"), ("AWS_SECRET_ACCESS_KEY", "testbed")])
            .envs([("AWS_REGION", "eu-west-1"), ("AWS_EC2_METADATA_DISABLED", "true"), ("COLUMNS", "100")])
            .env("AWS_ENDPOINT_URL_SQS", self.sqs.endpoint())
            .env("AWS_ENDPOINT_URL_DYNAMODB", self.tables.endpoint())
            .env("AWS_ENDPOINT_URL_LAMBDA", self.aws.endpoint())
            .env("AWS_ENDPOINT_URL_STS", self.aws.endpoint())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = if output.stdout.is_empty() { output.stderr } else { output.stdout };
        let text = String::from_utf8(text).unwrap();
        with_fixed_times(&text.replace(&self.sqs.endpoint(), "https://sqs.eu-west-1.amazonaws.com"))
    }
}

fn folder() -> PathBuf {
    command::fixtures().join("docs")
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

/// Replaces the times and dates of this run. The times of the fixtures stay.
fn with_fixed_times(text: &str) -> String {
    let has_shape = |text: &str, shape: &str| {
        let found =
            text.bytes().take(shape.len()).map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
        found.eq(shape.bytes())
    };
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let is_fixture = rest.starts_with("2026-11-25T02") || rest.starts_with("2026-11-02T");
        if has_shape(rest, "0000-00-00T00:00:00") && !is_fixture {
            made.push_str(FIXED_TIME);
            rest = &rest[rest.find('Z').unwrap() + 1..];
        } else if has_shape(rest, "0000-00-00\n") {
            made.push_str(&FIXED_TIME[..10]);
            rest = &rest[10..];
        } else {
            made.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    made
}

/// Splits a command line into words. `'` quotes a word with spaces.
fn split_words(line: &str) -> Vec<String> {
    let quoted = line.split('\'').enumerate();
    quoted
        .flat_map(|(place, part)| match place % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

/// Replaces the output of every command in the page.
fn update_output(page: &str) -> String {
    let servers = Servers::start();
    let mut made = String::with_capacity(page.len());
    let mut block: Option<&str> = None;
    for line in page.lines() {
        match (block, line) {
            (None, "```console") => block = Some(""),
            (Some(_), "```") => block = None,
            (Some("tenantctl"), answer) if !answer.starts_with("$ ") => continue,
            (Some(_), _) => {
                let ours = line.strip_prefix("$ tenantctl ");
                block = Some(if ours.is_some() { "tenantctl" } else { "another" });
                made.push_str(line);
                made.push('\n');
                if let Some(arguments) = ours {
                    for line in servers.run(&split_words(arguments)).lines() {
                        made.push_str(line.trim_end());
                        made.push('\n');
                    }
                }
                continue;
            }
            (None, _) => {}
        }
        made.push_str(line);
        made.push('\n');
    }
    made
}

fn assert_up_to_date(name: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    let page = std::fs::read_to_string(&file).unwrap();
    let made = update_output(&page);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &made).unwrap();
        return;
    }
    let differs = page.lines().zip(made.lines()).find(|(shown, actual)| shown != actual);
    // `assert_eq` would print both pages.
    assert!(
        page == made,
        "the page does not show the current output: docs/{name}: {differs:?}: run UPDATE_DOCS=1 cargo test -p tenantctl --test docs"
    );
}

#[test]
fn tenantctl_page_shows_the_current_output() {
    assert_up_to_date("tenantctl.md");
}

#[test]
fn cost_page_shows_the_current_output() {
    assert_up_to_date("cost.md");
}
