use tenancy::{Grammar, Selector, TenantId};

use super::super::super::edit::ReplacedPart;
use super::*;

const ARN: &str = "arn:aws:sqs:eu-west-1:111122223333:orders.fifo";

fn sqs() -> String {
    format!(
        r#"{{"messageId":"m-1","body":"{{\"tenantId\":\"blu\"}}","attributes":{{"MessageGroupId":"g"}},
           "messageAttributes":{{}},"eventSource":"aws:sqs","eventSourceARN":"{ARN}"}}"#
    )
}

const KINESIS: &str = r#"{"eventSource":"aws:kinesis","eventSourceARN":"a","n":1.0e2,
    "kinesis":{"partitionKey":"p","sequenceNumber":"7","data":"eyJ0ZW5hbnRJZCI6ImIifQ=="}}"#;

const ROUTER: &str = "AROAEXAMPLE:router";

/// A message that the function `router` sent.
fn origin(source: Option<&'static str>) -> MessageOrigin<'static> {
    MessageOrigin { message_id: "q-1", source, sender: Some(ROUTER) }
}

fn fix(path: &str) -> ReplayOptions {
    let tenant = TenantId::parse("blue", &Grammar::Lambda).unwrap();
    let fix = Some(TenantIdChange { tenant, path: Selector::parse(path).unwrap(), part: ReplacedPart::All });
    ReplayOptions { fix, router: Some("router".to_owned()), ..ReplayOptions::default() }
}

fn made(record: &str, origin: MessageOrigin<'_>, options: &ReplayOptions) -> ReplayPlan {
    ReplayPlan::new(record, origin, options).unwrap_or_else(|why| panic!("{why}"))
}

fn refused(record: &str, origin: MessageOrigin<'_>, options: &ReplayOptions) -> String {
    ReplayPlan::new(record, origin, options).err().unwrap()
}

fn message(plan: ReplayPlan) -> OutgoingMessage {
    match plan.route {
        ReplayRoute::Queue(_, message) => *message,
        ReplayRoute::Router(..) => panic!("no queue"),
    }
}

#[test]
fn queue_record_returns_to_its_queue_and_group() {
    let plan = made(&sqs(), origin(Some(ARN)), &ReplayOptions::default());
    assert!(plan.describe().contains(ARN) && plan.describe().contains("message group g"));
    assert!(!plan.is_elsewhere);
    assert_eq!(message(plan).body, r#"{"tenantId":"blu"}"#);
}

#[test]
fn stream_record_goes_to_the_named_router_unchanged() {
    let with_router = ReplayOptions { router: Some("router".to_owned()), ..ReplayOptions::default() };
    let plan = made(KINESIS, origin(None), &with_router);
    assert!(matches!(plan.route, ReplayRoute::Router(event, ExpectedResponse::PartialBatch)
            if event == format!("{{\"Records\":[{KINESIS}]}}")));
    assert!(refused(KINESIS, origin(None), &ReplayOptions::default()).contains("--router"));
}

#[test]
fn router_gets_only_records_that_it_quarantined() {
    let options = |any_source| ReplayOptions {
        router: Some("other".to_owned()),
        any_source,
        ..ReplayOptions::default()
    };
    let unknown = MessageOrigin { sender: Some("AIDAEXAMPLE"), ..origin(Some(ARN)) };
    for record in [KINESIS, &sqs()] {
        let problem = refused(record, origin(Some(ARN)), &options(false));
        assert!(problem.contains("quarantined by router, not other"), "{problem}");
        assert!(refused(record, unknown, &options(false)).contains("--any-source"));
        assert!(ReplayPlan::new(record, unknown, &options(true)).is_ok());
    }
}

#[test]
fn changed_tenant_id_keeps_the_original_as_attribute() {
    let plan = made(&sqs(), origin(Some(ARN)), &fix("$.body.tenantId"));
    assert_eq!(plan.original_tenant.as_deref(), Some("blu"));
    let fixed = message(plan);
    assert_eq!(fixed.body, r#"{"tenantId":"blue"}"#);
    assert_eq!(fixed.attributes[ORIGINAL_TENANT_ATTRIBUTE], crate::transfer::MessageAttribute::text("blu"));
    let group = made(&sqs(), origin(Some(ARN)), &fix("$.attributes.MessageGroupId"));
    assert_eq!(message(group).message_group_id.as_deref(), Some("blue"));
}

#[test]
fn stream_record_is_changed_only_if_saved_to_a_file() {
    let path = "$.kinesis.partitionKey";
    assert!(refused(KINESIS, origin(None), &fix(path)).contains("--to-file"));
    let saved = made(KINESIS, origin(None), &ReplayOptions { saved: true, ..fix(path) });
    assert_eq!(saved.original_tenant.as_deref(), Some("p"));
}

#[test]
fn absent_path_is_refused_by_name() {
    let problem = refused(&sqs(), origin(Some(ARN)), &fix("$.body.tenant"));
    assert!(problem.contains("--path $.body.tenant"), "{problem}");
}

#[test]
fn queue_record_needs_matching_source_and_function_sender() {
    for source in [None, Some("arn:aws:sqs:eu-west-1:111122223333:other")] {
        assert!(refused(&sqs(), origin(source), &ReplayOptions::default()).contains("who wrote it"));
    }
    for sender in [None, Some("AIDAEXAMPLE"), Some("111122223333")] {
        let problem =
            refused(&sqs(), MessageOrigin { sender, ..origin(Some(ARN)) }, &ReplayOptions::default());
        assert!(problem.contains("not written by a function"), "{problem}");
    }
}

#[test]
fn other_queues_are_recognized() {
    for (url, is_elsewhere) in [
        ("https://sqs.eu-west-1.amazonaws.com/111122223333/orders.fifo", false),
        ("https://sqs.eu-west-1.amazonaws.com/111122223333/other.fifo", true),
        ("https://sqs.eu-west-1.amazonaws.com/222222222222/orders.fifo", true),
    ] {
        let options = ReplayOptions { to: Some(url.to_owned()), ..ReplayOptions::default() };
        assert_eq!(made(&sqs(), origin(None), &options).is_elsewhere, is_elsewhere, "{url}");
    }
}

#[test]
fn attribute_text_is_never_empty_and_printable() {
    assert_eq!(to_attribute_text(""), "(empty)");
    assert_eq!(to_attribute_text("a\0\\ü"), r"a\u{0}\\\u{fc}");
}
