//! `add`, `suspend`, `activate`, `offboard`, `update`.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use testbed::{DynamoDbAnswer, DynamoDbCall};

use crate::cli::{World, has};

#[test]
fn add_writes_a_new_tenant() {
    let world = World::new();
    let out =
        world.tenants("add acme --principal AROAB --principal AROAA --backend premium --note new").good();
    has(&out, &["tenant acme was added to table tenants, active", "premium", "within 5 seconds"]);
    let item = world.item("acme");
    assert_eq!(item["principals"], json!({ "SS": ["AROAA", "AROAB"] }));
    let texts = ["status", "backend", "note"].map(|name| item[name]["S"].as_str().unwrap().to_owned());
    assert_eq!(texts, ["active", "premium", "new"]);
    let changed_at = item["changed_at"]["S"].as_str().unwrap();
    assert!(changed_at.starts_with("20") && changed_at.ends_with('Z'), "{changed_at}");
}

#[test]
fn add_writes_only_the_given_fields() {
    let world = World::new();
    world.tenants("add acme --suspended").good();
    let item = world.item("acme");
    assert_eq!(item.as_object().unwrap().len(), 3, "{item}");
    assert_eq!(world.status("acme"), "suspended");
}

#[test]
fn add_keeps_and_reports_an_existing_tenant() {
    let world = World::new().with(&[("acme", "suspended")]);
    has(&world.tenants("add acme").found(), &["the tenant exists already: acme in table tenants, suspended"]);
    assert_eq!(world.status("acme"), "suspended");
    let (code, report) = world.json("add acme");
    assert_eq!(
        (code, &report["outcome"], &report["tenant"]["status"]),
        (Some(1), &json!("refused"), &json!("suspended"))
    );
}

#[test]
fn id_that_http_would_trim_is_refused() {
    let world = World::new();
    let add = |id: &str| world.run(&["tenants", "add", "--table", "tenants", "--", id], "");
    has(&add("acme ").error(2), &["\"acme \" has a space at an end", "ID", "nothing is trimmed"]);
    has(&add("äcme").error(2), &["has a character that Lambda refuses"]);
    add("a b").good();
    add("-x").good();
    assert_eq!((world.status("a b"), world.status("-x")), ("active".to_owned(), "active".to_owned()));
    assert_eq!(world.dynamodb.items("tenants").len(), 2);
}

#[test]
fn id_that_differs_only_in_case_is_added_with_a_warning() {
    let world = World::new().with(&[("acme", "active")]);
    let out = world.tenants("add Acme").good();
    has(&out, &["warning: these ids differ only in case, and are different tenants: Acme, acme"]);
    assert_eq!(world.status("Acme"), "active");
}

#[test]
fn status_changes_with_time_and_note() {
    let world = World::new().with(&[("acme", "active")]);
    let out = world.tenants("suspend acme --note unpaid").good();
    has(&out, &["is now suspended (it was active)", "`suspended`", "registry.fresh_seconds"]);
    let item = world.item("acme");
    assert_eq!((world.status("acme").as_str(), &item["note"]["S"]), ("suspended", &json!("unpaid")));
    has(&world.tenants("activate acme").good(), &["is now active (it was suspended)", "within 5 seconds"]);
    let item = world.item("acme");
    assert!(item.get("note").is_none(), "a new status without a note removes the old note: {item}");
    assert!(item["changed_at"]["S"].is_string());
}

#[test]
fn unchanged_status_is_reported_and_not_written() {
    let world = World::new().with(&[("acme", "suspended")]);
    has(&world.tenants("suspend acme --note x").good(), &["is suspended already: nothing was changed"]);
    assert_eq!(world.json("suspend acme").1["outcome"], "unchanged");
    assert_eq!(world.dynamodb.count("UpdateItem"), 0);
}

#[test]
fn change_does_not_create_a_missing_tenant() {
    let world = World::new();
    for command in ["suspend acme", "activate acme", "offboard acme --yes", "update acme --no-backend"] {
        has(&world.tenants(command).found(), &["there is no such tenant: acme in table tenants"]);
    }
    assert!(world.item("acme").is_null());
}

#[test]
fn offboard_without_yes_changes_nothing() {
    let world = World::new().with(&[("acme", "active")]);
    has(&world.tenants("offboard acme").found(), &["nothing was changed", "add --yes", "`offboarded`"]);
    assert_eq!(world.status("acme"), "active");
    has(&world.tenants("offboard acme --yes").good(), &["is now offboarded"]);
    assert_eq!(world.status("acme"), "offboarded");
    has(&world.tenants("offboard acme").good(), &["is offboarded already"]);
}

#[test]
fn concurrent_change_is_reported_and_kept() {
    let world = with_concurrent_change("offboarded");
    let out = world.tenants("suspend acme").found();
    has(
        &out,
        &[
            "somebody else changed the tenant at the same time",
            "read as active and now offboarded",
            "nothing was changed",
        ],
    );
    assert_eq!(world.status("acme"), "offboarded");
}

#[test]
fn concurrently_deleted_tenant_is_not_recreated() {
    for command in ["suspend acme", "update acme --backend premium"] {
        let world = World::scripted(|call| match call.operation.as_str() {
            "UpdateItem" => DynamoDbAnswer::ServedAfterDelete,
            _ => DynamoDbAnswer::Served,
        });
        let world = world.with(&[("acme", "active")]);
        has(&world.tenants(command).found(), &["there is no such tenant: acme"]);
        assert!(world.item("acme").is_null());
    }
}

#[test]
fn same_concurrent_change_is_a_success() {
    let world = with_concurrent_change("suspended");
    has(&world.tenants("suspend acme").good(), &["is suspended already"]);
}

/// A tenant whose status somebody else changes between the read and the write.
fn with_concurrent_change(status: &'static str) -> World {
    let theirs = json!({ "tenant_id": { "S": "acme" }, "status": { "S": status } });
    let world = World::scripted(move |call| match call.operation.as_str() {
        "UpdateItem" => DynamoDbAnswer::ServedAfterPut(theirs.clone()),
        _ => DynamoDbAnswer::Served,
    });
    world.with(&[("acme", "active")])
}

#[test]
fn write_with_lost_response_is_not_a_conflict() {
    for (command, operation) in [("suspend acme", "UpdateItem"), ("add globex", "PutItem")] {
        let was_lost = AtomicBool::new(false);
        let world = World::scripted(move |call: &DynamoDbCall| {
            if call.operation == operation && !was_lost.swap(true, Ordering::SeqCst) {
                return DynamoDbAnswer::CutAfterServing;
            }
            DynamoDbAnswer::Served
        });
        let world = world.with(&[("acme", "active")]);
        assert_eq!(world.json(command).1["outcome"], "changed", "{command}");
        assert_eq!(world.dynamodb.count(operation), 2);
    }
}

#[test]
fn update_changes_only_principals_and_backend() {
    let world = World::new();
    world.put(&json!({
        "tenant_id": { "S": "acme" }, "status": { "S": "suspended" }, "backend": { "S": "premium" },
        "principals": { "SS": ["a"] }, "plan": { "S": "gold" },
    }));
    has(
        &world.tenants("update acme --principal b --no-backend").good(),
        &["was changed: backend, principals"],
    );
    let item = world.item("acme");
    assert_eq!((&item["principals"], item.get("backend")), (&json!({ "SS": ["b"] }), None));
    assert_eq!((&item["plan"]["S"], world.status("acme").as_str()), (&json!("gold"), "suspended"));
    has(&world.tenants("update acme --principal b").good(), &["has these values already"]);
    world.tenants("update acme --any-principal").good();
    assert!(world.item("acme").get("principals").is_none());
    assert_eq!(world.tenants("update acme").code, Some(2));
    assert_eq!(world.tenants("update acme --backend x --no-backend").code, Some(2));
    has(&world.tenants("update acme --backend Premium").error(2), &["\"Premium\" is not a backend name"]);
}

#[test]
fn malformed_item_can_be_fixed_step_by_step() {
    let world = World::new();
    world.put(
        &json!({ "tenant_id": { "S": "acme" }, "status": { "S": "Active" }, "principals": { "S": "a" } }),
    );
    let out = world.tenants("activate acme").found();
    has(
        &out,
        &["is now active (it was Active)", "no router can read the item: `principals` is not a string set"],
    );
    let (code, report): (Option<i32>, Value) = world.json("update acme --principal a");
    assert_eq!((code, &report["tenant"]["principals"]), (Some(0), &json!(["a"])));
}
