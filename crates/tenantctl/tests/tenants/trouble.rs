//! Tables that are not there, not a registry, throttled or not to be asked.

use testbed::{DynamoDbAnswer, DynamoDbApi};

use crate::world::{TABLE, World, has};

const COMMANDS: [&str; 6] =
    ["ls", "show acme", "add acme", "suspend acme", "offboard acme --yes", "update acme --no-backend"];

fn refusing(code: &'static str) -> World {
    World::scripted(move |_| DynamoDbAnswer::Error(400, code.to_owned()))
}

#[test]
fn an_unknown_table_is_named_with_what_to_check() {
    let world = World::new();
    world.dynamodb.delete_table(TABLE);
    for command in COMMANDS {
        let told = world.tenants(command).error(3);
        has(&told, &["tenantctl: there is no such table: table tenants: check --table, --region"]);
    }
    has(&world.import("{\"tenant_id\":\"a\"}", "--execute").error(3), &["there is no such table"]);
}

#[test]
fn a_missing_permission_is_named_with_its_operation() {
    for (command, operation) in [("ls", "Scan"), ("show acme", "GetItem"), ("add acme", "PutItem")] {
        let told = refusing("AccessDeniedException").tenants(command).error(3);
        has(
            &told,
            &[
                "may not do this",
                "table tenants",
                &format!("allow dynamodb:{operation} on exactly this table"),
            ],
        );
    }
}

#[test]
fn without_the_permission_to_scan_a_tenant_is_added_all_the_same_and_that_is_said() {
    let world = World::scripted(|call| match call.operation.as_str() {
        "Scan" => DynamoDbAnswer::Error(400, "AccessDeniedException".to_owned()),
        _ => DynamoDbAnswer::Served,
    });
    let out = world.tenants("add acme").good();
    has(&out, &["was added", "warning: it was not looked for ids that are easily confused", "dynamodb:Scan"]);
}

#[test]
fn a_throttled_table_is_tried_several_times_and_then_told() {
    let world = refusing("ProvisionedThroughputExceededException");
    let told = world.tenants("show acme").error(3);
    has(&told, &["DynamoDB throttles the table", "table tenants", "running the command again is safe"]);
    assert!(world.dynamodb.count("GetItem") >= 3);
}

#[test]
fn a_table_with_another_key_is_no_registry() {
    for sort_key in [None, Some("order_id")] {
        let world = World::new();
        match sort_key {
            None => world.dynamodb.create_table(TABLE, "id"),
            Some(sort_key) => world.dynamodb.create_table_with_sort_key(TABLE, "tenant_id", sort_key),
        }
        for command in &COMMANDS[1..] {
            let told = world.tenants(command).error(3);
            has(&told, &["the table's key is not `tenant_id`", "table tenants", "it is no registry"]);
        }
    }
    let world = World::new();
    world.dynamodb.create_table(TABLE, "id");
    world.put(&serde_json::json!({ "id": { "S": "1" } }));
    has(&world.tenants("ls").error(3), &["it is no registry"]);
}

#[test]
fn credentials_that_are_not_accepted_are_told_apart_from_a_missing_permission() {
    has(
        &refusing("ExpiredTokenException").tenants("ls").error(3),
        &["does not accept the credentials", "log in again"],
    );
}

#[test]
fn an_endpoint_that_is_not_there_is_an_error_with_the_table() {
    let endpoint = DynamoDbApi::start(|_| DynamoDbAnswer::Served).endpoint();
    let mut command = World::command_at(&endpoint, &["tenants", "ls", "--table", TABLE]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    has(&String::from_utf8(output.stderr).unwrap(), &["DynamoDB could not be asked (Scan)", "table tenants"]);
}

#[test]
fn an_error_in_json_is_one_object_on_standard_error() {
    let said = refusing("AccessDeniedException").tenants("ls --json");
    let error: serde_json::Value = serde_json::from_str(&said.error(3)).unwrap();
    assert_eq!(error["error"]["place"], "table tenants");
}
