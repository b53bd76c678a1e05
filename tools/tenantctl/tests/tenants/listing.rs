//! `ls` and `show`.

use serde_json::{Value, json};
use testbed::DynamoDbApi;

use crate::cli::{TABLE, World, has};

fn ids(listing: &Value) -> Vec<&str> {
    let tenants = listing["tenants"].as_array().unwrap();
    tenants.iter().map(|tenant| tenant["tenant_id"].as_str().unwrap()).collect()
}

#[test]
fn ls_lists_all_pages_in_order() {
    let world = World::new().with(&[("globex", "suspended"), ("acme", "active"), ("initech", "active")]);
    world.dynamodb.page(TABLE, 2);
    let out = world.tenants("ls").good();
    let starts: Vec<&str> = out.lines().map(|line| line.split("  ").next().unwrap()).collect();
    assert_eq!(starts, ["TENANT", "acme", "globex", "initech", "3 tenants of 3 items in table tenants"]);
    assert!(world.dynamodb.count("Scan") >= 2);
}

#[test]
fn ls_filters_by_status() {
    let world = World::new().with(&[("globex", "suspended"), ("acme", "active")]);
    let (code, listing) = world.json("ls --status suspended");
    assert_eq!((code, ids(&listing)), (Some(0), vec!["globex"]));
    assert_eq!(listing["items_read"], 2);
}

#[test]
fn ls_stops_at_its_limit_and_says_so() {
    let many: Vec<String> = (0..1005).map(|id| format!("t{id}")).collect();
    let world = World::new().with(&many.iter().map(|id| (id.as_str(), "active")).collect::<Vec<_>>());
    has(&world.tenants("ls --limit 2").good(), &["2 tenants of 2 items", "there may be more", "--all"]);
    let (_, listing) = world.json("ls");
    assert_eq!((ids(&listing).len(), &listing["complete"]), (1000, &json!(false)));
    let (_, listing) = world.json("ls --all");
    assert_eq!((ids(&listing).len(), &listing["complete"]), (1005, &json!(true)));
}

#[test]
fn ls_lists_malformed_items_with_faults() {
    let world = World::new().with(&[("acme", "active"), ("globex", "Active")]);
    world.put(
        &json!({ "tenant_id": { "S": "umbrella" }, "status": { "S": "active" }, "principals": { "S": "a" } }),
    );
    let out = world.tenants("ls --status active").found();
    has(
        &out,
        &[
            "acme",
            "malformed: globex: `status`: \"Active\" is not a status",
            "umbrella: `principals` is not a string set",
        ],
    );
    let (code, listing) = world.json("ls");
    assert_eq!((code, ids(&listing)), (Some(1), vec!["acme"]));
    assert_eq!(listing["malformed"][0]["tenant_id"], "globex");
}

#[test]
fn empty_registry_is_a_success() {
    has(&World::new().tenants("ls").good(), &["0 tenants of 0 items in table tenants"]);
}

#[test]
fn show_describes_tenant_effect_and_propagation() {
    let world = World::new();
    world.put(&json!({
        "tenant_id": { "S": "acme" }, "status": { "S": "active" }, "backend": { "S": "premium" },
        "principals": { "SS": ["AROAB", "AROAA"] }, "note": { "S": "by hand\u{1b}[2J" }, "plan": { "S": "gold" },
    }));
    let out = world.tenants("show acme").good();
    has(
        &out,
        &["AROAA, AROAB", "premium", "`unauthorized`", "registry.fresh_seconds", "not read by routers  plan"],
    );
    assert!(!out.contains('\u{1b}'), "control characters of an item are escaped");
    let (_, shown) = world.json("show acme");
    assert_eq!(shown["tenant"]["principals"], json!(["AROAA", "AROAB"]));
    assert_eq!(shown["other_attributes"], json!(["plan"]));
}

#[test]
fn show_describes_each_status_and_malformed_items() {
    let world = World::new().with(&[("a", "suspended"), ("b", "offboarded"), ("c", "gone")]);
    has(&world.tenants("show a").good(), &["`suspended`", "\"hold\"", "within 5 seconds"]);
    has(&world.tenants("show b").good(), &["`offboarded`"]);
    has(&world.tenants("show c").found(), &["malformed", "are retried", "until the item is fixed"]);
}

#[test]
fn show_of_a_missing_tenant_says_how_to_add_it() {
    let (code, shown) = World::new().json("show acme");
    assert_eq!((code, &shown["tenant"]), (Some(1), &Value::Null));
    let out = World::new().tenants("show acme").found();
    has(&out, &["its records are rejected with the reason `unknown_tenant`"]);
    has(
        &out,
        &["there is no such tenant: acme in table tenants", "tenantctl tenants add --table tenants 'acme'"],
    );
}

#[test]
fn table_is_named_by_arn_or_environment() {
    let world = World::new().with(&[("acme", "active")]);
    let arn = DynamoDbApi::table_arn(TABLE);
    has(&world.run(&["tenants", "show", "acme", "--table", &arn], "").good(), &["active"]);
    let by_environment =
        world.command(&["tenants", "show", "acme"]).env("TENANTCTL_TABLE", TABLE).output().unwrap();
    assert!(by_environment.status.success());
    let unnamed = world.run(&["tenants", "show", "acme"], "").error(2);
    has(&unnamed, &["no table is named: --table: give --table NAME|ARN, or set TENANTCTL_TABLE"]);
}

#[test]
fn table_arn_sets_the_region() {
    let world = World::new().with(&[("acme", "active")]);
    let arn = DynamoDbApi::table_arn(TABLE);
    let mut command = world.command(&["tenants", "show", "acme", "--table", &arn]);
    assert!(command.env_remove("AWS_REGION").output().unwrap().status.success());
    let mut command = world.command(&["tenants", "show", "acme", "--table", TABLE]);
    let output = command.env_remove("AWS_REGION").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    has(&String::from_utf8(output.stderr).unwrap(), &["no region is known: --region: "]);
}
