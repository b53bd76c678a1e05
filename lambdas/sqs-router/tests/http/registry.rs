//! Tests the registry over HTTP: a DynamoDB table, and all its failures.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use testbed::{Answer, DynamoDbAnswer, DynamoDbApi, DynamoDbCall, World};

use crate::setup::{Deliver, ROUTER, message};

const TABLE: &str = "tenants";

fn item(id: &str, status: &str) -> Value {
    json!({ "tenant_id": { "S": id }, "status": { "S": status } })
}

/// A registry with the active tenants `acme`, `globex` and `gold` (with the premium backend), a suspended tenant, an
/// offboarded one, and one whose only principal is not the sender.
fn table(script: impl Fn(&DynamoDbCall) -> DynamoDbAnswer + Send + Sync + 'static) -> DynamoDbApi {
    let table = DynamoDbApi::start(script);
    table.create_table(TABLE, "tenant_id");
    for (id, status) in
        [("acme", "active"), ("globex", "active"), ("late", "suspended"), ("gone", "offboarded")]
    {
        table.put(TABLE, &item(id, status));
    }
    let mut gold = item("gold", "active");
    gold["backend"] = json!({ "S": "premium" });
    table.put(TABLE, &gold);
    let mut bound = item("bound", "active");
    bound["principals"] = json!({ "SS": ["AROASOMEONEELSE"] });
    table.put(TABLE, &bound);
    table
}

fn served(_: &DynamoDbCall) -> DynamoDbAnswer {
    DynamoDbAnswer::Served
}

fn start(table: &DynamoDbApi, registry: Value) -> World {
    ROUTER
        .with_default_backend()
        .set(&["registry"], registry)
        .set(&["backends"], json!({ "premium": { "function": "orders-premium", "timeout_seconds": 5 } }))
        .environment("AWS_ENDPOINT_URL_DYNAMODB", &table.endpoint())
        .start()
}

fn of_each(tenants: &[&str]) -> Vec<testbed::Message> {
    tenants.iter().map(|tenant| message(tenant, tenant)).collect()
}

fn reasons(world: &World) -> Vec<(String, String)> {
    let text = |name: Option<&str>| name.unwrap_or_default().to_owned();
    let sent = world.sqs.queued();
    sent.iter()
        .map(|entry| (text(entry.attribute("offending_value")), text(entry.attribute("reason"))))
        .collect()
}

#[test]
fn inactive_tenants_records_are_quarantined() {
    let table = table(served);
    let mut world = start(&table, json!({ "table": TABLE }));
    let failures = world.deliver(&of_each(&["acme", "late", "gone", "stray", "bound", "globex"]));
    assert!(failures.is_empty(), "{failures:?}");
    let mut tenants: Vec<_> = world.invokes().into_iter().map(|(tenant, _)| tenant).collect();
    tenants.sort_unstable();
    assert_eq!(tenants, ["acme", "globex"]);
    let mut reasons = reasons(&world);
    reasons.sort_unstable();
    let expected = [
        ("bound", "unauthorized"),
        ("gone", "offboarded"),
        ("late", "suspended"),
        ("stray", "unknown_tenant"),
    ];
    assert_eq!(reasons, expected.map(|(tenant, reason)| (tenant.to_owned(), reason.to_owned())));
    assert_eq!(table.count("BatchGetItem"), 1);
}

#[test]
fn unlisted_tenant_is_unknown() {
    let table = table(served);
    let mut world = start(&table, json!({ "table": TABLE }));
    assert!(world.deliver(&of_each(&["stray"])).is_empty());
    assert_eq!(reasons(&world), [("stray".to_owned(), "unknown_tenant".to_owned())]);
}

#[test]
fn burst_of_one_tenant_reads_the_table_once() {
    let table = table(served);
    let mut world = start(&table, json!({ "table": DynamoDbApi::table_arn(TABLE) }));
    let burst: Vec<_> = (0..300).map(|number| message(&number.to_string(), "acme")).collect();
    for _ in 0..3 {
        assert!(world.deliver(&burst).is_empty());
    }
    assert_eq!(table.reads_of("acme"), 1);
}

#[test]
fn records_go_to_the_backend_in_the_tenants_item() {
    let table = table(served);
    let mut world = start(&table, json!({ "table": TABLE }));
    assert!(world.deliver(&of_each(&["gold", "acme"])).is_empty());
    let mut functions: Vec<_> = world
        .lambda
        .calls()
        .into_iter()
        .map(|recorded| (recorded.call.tenant().to_owned(), recorded.call.function.clone()))
        .collect();
    functions.sort_unstable();
    assert_eq!(functions[0].0, "acme");
    assert!(functions[0].1.ends_with("orders:live") || functions[0].1.ends_with("orders"), "{functions:?}");
    assert_eq!(functions[1], ("gold".to_owned(), "orders-premium".to_owned()));
}

#[test]
fn cached_tenants_are_served_until_stale_without_a_table() {
    let table = table(served);
    let mut world = start(&table, json!({ "table": TABLE, "fresh_seconds": 1, "stale_seconds": 3 }));
    let batch = of_each(&["acme", "globex"]);
    assert!(world.deliver(&batch).is_empty());
    table.delete_table(TABLE);
    let pause = |millis| std::thread::sleep(std::time::Duration::from_millis(millis));
    pause(1100);
    let failures = world.deliver(&of_each(&["acme", "new"]));
    assert_eq!(failures, ["new"], "acme is cached, and the new tenant must wait");
    pause(2000);
    assert_eq!(world.deliver(&batch), ["acme", "globex"]);
    assert!(reasons(&world).is_empty(), "an unconfirmed tenant must not be quarantined");

    // The table is available again.
    table.create_table(TABLE, "tenant_id");
    table.put(TABLE, &item("acme", "active"));
    table.put(TABLE, &item("globex", "active"));
    assert!(world.deliver(&batch).is_empty());
    let lines = world.router.stop();
    let logged =
        lines.iter().any(|line| line.contains("registry_unavailable") && line.contains("ResourceNotFound"));
    assert!(logged, "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("\"RegistryFailed\"")), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("acme")), "{lines:#?}");
}

#[test]
fn failing_table_admits_and_quarantines_no_record() {
    for failure in [
        DynamoDbAnswer::Error(400, "AccessDeniedException".to_owned()),
        DynamoDbAnswer::Error(400, "ProvisionedThroughputExceededException".to_owned()),
        DynamoDbAnswer::Error(500, "InternalServerError".to_owned()),
        DynamoDbAnswer::Cut,
        DynamoDbAnswer::Silence,
        DynamoDbAnswer::Unprocessed(0),
    ] {
        let table = table(move |_| failure.clone());
        let mut world = start(&table, json!({ "table": TABLE }));
        assert_eq!(world.deliver(&of_each(&["acme", "stray"])), ["acme", "stray"]);
        assert!(world.invokes().is_empty() && reasons(&world).is_empty());
    }
}

#[test]
fn malformed_item_delays_its_own_tenant_only() {
    let table = table(served);
    table.put(TABLE, &item("odd", "Active"));
    let mut elsewhere = item("elsewhere", "active");
    elsewhere["backend"] = json!({ "S": "platinum" });
    table.put(TABLE, &elsewhere);
    let mut world = start(&table, json!({ "table": TABLE }));
    assert_eq!(world.deliver(&of_each(&["odd", "acme", "elsewhere"])), ["odd", "elsewhere"]);
    assert!(reasons(&world).is_empty());
    let lines = world.router.stop();
    assert!(
        lines.iter().any(|line| line.contains("registry_item") && line.contains("status is not")),
        "{lines:#?}"
    );
}

#[test]
fn suspended_tenants_records_are_held_until_active() {
    let table = table(served);
    let mut world = start(&table, json!({ "table": TABLE, "suspended": "hold", "fresh_seconds": 1 }));
    assert_eq!(world.deliver(&of_each(&["acme", "late"])), ["late"]);
    table.put(TABLE, &item("late", "active"));
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert!(world.deliver(&of_each(&["late"])).is_empty());
}

#[test]
fn slow_table_only_delays_the_batch() {
    let slow = Arc::new(AtomicBool::new(true));
    let table = table(move |_| {
        let delay = std::time::Duration::from_millis(300);
        if slow.swap(false, Ordering::Relaxed) {
            DynamoDbAnswer::ServedAfter(delay)
        } else {
            DynamoDbAnswer::Served
        }
    });
    let mut world = start(&table, json!({ "table": TABLE }));
    assert!(world.deliver(&of_each(&["acme", "globex"])).is_empty());
}

#[test]
fn missing_backend_stops_its_own_tenants_only() {
    let table = table(served);
    let mut world = ROUTER
        .backend(|call| {
            let gone = Answer::error(404, "ResourceNotFoundException", "no such function");
            if call.function.contains("premium") { gone } else { Answer::ok("null") }
        })
        .set(&["registry"], json!({ "table": TABLE }))
        .set(&["backends"], json!({ "premium": { "function": "orders-premium", "timeout_seconds": 5 } }))
        .environment("AWS_ENDPOINT_URL_DYNAMODB", &table.endpoint())
        .start();
    assert_eq!(world.deliver(&of_each(&["gold", "acme", "globex"])), ["gold"]);
}
