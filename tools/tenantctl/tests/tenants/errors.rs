//! Errors of DynamoDB: a missing table, a table that is not a registry, throttling, missing permissions.

use testbed::{DynamoDbAnswer, DynamoDbApi};

use crate::cli::{TABLE, World, has};

const COMMANDS: [&str; 6] =
    ["ls", "show acme", "add acme", "suspend acme", "offboard acme --yes", "update acme --no-backend"];

fn refusing(code: &'static str) -> World {
    World::scripted(move |_| DynamoDbAnswer::Error(400, code.to_owned()))
}

#[test]
fn missing_table_is_named_with_remedy() {
    let world = World::new();
    world.dynamodb.delete_table(TABLE);
    for command in COMMANDS {
        let message = world.tenants(command).error(3);
        has(&message, &["tenantctl: there is no such table: table tenants: check --table, --region"]);
    }
    has(&world.import("{\"tenant_id\":\"a\"}", "--execute").error(3), &["there is no such table"]);
}

#[test]
fn missing_permission_is_named_with_operation() {
    for (command, operation) in [("ls", "Scan"), ("show acme", "GetItem"), ("add acme", "PutItem")] {
        let message = refusing("AccessDeniedException").tenants(command).error(3);
        has(
            &message,
            &[
                "no permission for this",
                "table tenants",
                &format!("allow dynamodb:{operation} on exactly this table"),
            ],
        );
    }
}

#[test]
fn add_works_without_scan_permission_and_warns() {
    let world = World::scripted(|call| match call.operation.as_str() {
        "Scan" => DynamoDbAnswer::Error(400, "AccessDeniedException".to_owned()),
        _ => DynamoDbAnswer::Served,
    });
    let out = world.tenants("add acme").good();
    has(&out, &["was added", "warning: ids that differ only in case were not looked for", "dynamodb:Scan"]);
}

#[test]
fn throttled_table_is_retried_then_reported() {
    let world = refusing("ProvisionedThroughputExceededException");
    let message = world.tenants("show acme").error(3);
    has(&message, &["DynamoDB throttles the table", "table tenants", "running the command again is safe"]);
    assert!(world.dynamodb.count("GetItem") >= 3);
}

#[test]
fn table_with_another_key_is_not_a_registry() {
    for sort_key in [None, Some("order_id")] {
        let world = World::new();
        match sort_key {
            None => world.dynamodb.create_table(TABLE, "id"),
            Some(sort_key) => world.dynamodb.create_table_with_sort_key(TABLE, "tenant_id", sort_key),
        }
        for command in &COMMANDS[1..] {
            let message = world.tenants(command).error(3);
            has(&message, &["the table is not a registry", "table tenants", "its key must be `tenant_id`"]);
        }
    }
    let world = World::new();
    world.dynamodb.create_table(TABLE, "id");
    world.put(&serde_json::json!({ "id": { "S": "1" } }));
    has(&world.tenants("ls").error(3), &["the table is not a registry"]);
}

#[test]
fn rejected_credentials_differ_from_missing_permission() {
    has(
        &refusing("ExpiredTokenException").tenants("ls").error(3),
        &["does not accept the credentials", "renew the credentials"],
    );
}

#[test]
fn unreachable_endpoint_is_an_error_with_the_table() {
    let endpoint = DynamoDbApi::start(|_| DynamoDbAnswer::Served).endpoint();
    let mut command = World::command_at(&endpoint, &["tenants", "ls", "--table", TABLE]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    has(
        &String::from_utf8(output.stderr).unwrap(),
        &["the request to DynamoDB failed (Scan)", "table tenants"],
    );
}

#[test]
fn json_error_is_one_object_on_standard_error() {
    let output = refusing("AccessDeniedException").tenants("ls --json");
    let error: serde_json::Value = serde_json::from_str(&output.error(3)).unwrap();
    assert_eq!(error["error"]["place"], "table tenants");
}
