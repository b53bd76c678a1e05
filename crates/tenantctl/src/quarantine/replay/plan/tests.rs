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
fn a_queues_record_goes_back_to_its_queue_in_its_group() {
    let plan = made(&sqs(), origin(Some(ARN)), &ReplayOptions::default());
    assert!(plan.describe().contains(ARN) && plan.describe().contains("message group g"));
    assert!(!plan.is_elsewhere);
    assert_eq!(message(plan).body, r#"{"tenantId":"blu"}"#);
}

#[test]
fn a_streams_record_goes_through_the_router_byte_for_byte_and_needs_its_name() {
    let with_router = ReplayOptions { router: Some("router".to_owned()), ..ReplayOptions::default() };
    let plan = made(KINESIS, origin(None), &with_router);
    assert!(matches!(plan.route, ReplayRoute::Router(event, ExpectedResponse::PartialBatch)
            if event == format!("{{\"Records\":[{KINESIS}]}}")));
    assert!(refused(KINESIS, origin(None), &ReplayOptions::default()).contains("--router"));
}

#[test]
fn a_router_gets_only_what_it_set_aside_itself_unless_the_operator_vouches_for_it() {
    let options = |any_source| ReplayOptions { router: Some("other".to_owned()), any_source, ..ReplayOptions::default() };
    let unknown = MessageOrigin { sender: Some("AIDAEXAMPLE"), ..origin(Some(ARN)) };
    for record in [KINESIS, &sqs()] {
        let problem = refused(record, origin(Some(ARN)), &options(false));
        assert!(problem.contains("set aside by router, not other"), "{problem}");
        assert!(refused(record, unknown, &options(false)).contains("--any-source"));
        assert!(ReplayPlan::new(record, unknown, &options(true)).is_ok());
    }
}

#[test]
fn another_tenant_id_is_set_and_the_original_is_noted() {
    let plan = made(&sqs(), origin(Some(ARN)), &fix("$.body.tenantId"));
    assert_eq!(plan.original_tenant.as_deref(), Some("blu"));
    let fixed = message(plan);
    assert_eq!(fixed.body, r#"{"tenantId":"blue"}"#);
    assert_eq!(fixed.attributes[ORIGINAL_TENANT_ATTRIBUTE], super::super::super::message::MessageAttribute::text("blu"));
    let group = made(&sqs(), origin(Some(ARN)), &fix("$.attributes.MessageGroupId"));
    assert_eq!(message(group).message_group_id.as_deref(), Some("blue"));
}

#[test]
fn what_has_no_attributes_is_changed_only_where_a_file_keeps_the_original() {
    let path = "$.kinesis.partitionKey";
    assert!(refused(KINESIS, origin(None), &fix(path)).contains("--to-file"));
    let saved = made(KINESIS, origin(None), &ReplayOptions { saved: true, ..fix(path) });
    assert_eq!(saved.original_tenant.as_deref(), Some("p"));
}

#[test]
fn a_path_that_is_not_there_is_refused_with_its_name() {
    let problem = refused(&sqs(), origin(Some(ARN)), &fix("$.body.tenant"));
    assert!(problem.contains("--path $.body.tenant"), "{problem}");
}

#[test]
fn a_record_goes_back_only_where_it_and_the_message_name_one_queue_and_a_function_sent_it() {
    for source in [None, Some("arn:aws:sqs:eu-west-1:111122223333:other")] {
        assert!(refused(&sqs(), origin(source), &ReplayOptions::default()).contains("who wrote it"));
    }
    for sender in [None, Some("AIDAEXAMPLE"), Some("111122223333")] {
        let problem = refused(&sqs(), MessageOrigin { sender, ..origin(Some(ARN)) }, &ReplayOptions::default());
        assert!(problem.contains("no function wrote it"), "{problem}");
    }
}

#[test]
fn another_queue_than_its_own_is_told_apart() {
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
fn a_noted_value_is_one_that_an_attribute_takes() {
    assert_eq!(to_attribute_text(""), "(empty)");
    assert_eq!(to_attribute_text("a\0\\ü"), r"a\u{0}\\\u{fc}");
}
