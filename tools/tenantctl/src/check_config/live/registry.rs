//! Checks the registry's table: its key is the tenant id, and it can be read.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeyType, KeysAndAttributes, ScalarAttributeType, TableDescription, TableStatus,
};
use aws_types::SdkConfig;

use super::aws_error::CheckError;
use super::{ABSENT_TENANT_ID, CheckResult, LiveCheck};

/// The table's partition key, a string.
const KEY: &str = "tenant_id";

pub(super) async fn check(aws: &SdkConfig, table: &str) -> Vec<LiveCheck> {
    let client = Client::new(aws);
    vec![
        LiveCheck::of("registry.table key", table, check_key(&client, table).await),
        LiveCheck::of("registry.table answers", table, check_read(&client, table).await),
    ]
}

async fn check_key(client: &Client, table: &str) -> CheckResult {
    match client.describe_table().table_name(table).send().await {
        Ok(described) => match described.table() {
            Some(description) => check_schema(description),
            None => CheckResult::not_tried("the response of AWS has no table"),
        },
        Err(error) => match CheckError::of(&error) {
            CheckError::Denied => CheckResult::not_tried(
                "this identity has no permission to describe it, and the router needs none",
            ),
            CheckError::NotFound => CheckResult::failed(
                "there is no such table in this account and region",
                "create it with modules/tenant-registry, or correct the name, the region or the account",
            ),
            other => CheckResult::not_tried(other.describe()),
        },
    }
}

fn check_schema(table: &TableDescription) -> CheckResult {
    let is_key = match table.key_schema() {
        [hash] => hash.key_type() == &KeyType::Hash && hash.attribute_name() == KEY,
        _ => false,
    };
    let is_string = table.attribute_definitions().iter().any(|attribute| {
        attribute.attribute_name() == KEY && attribute.attribute_type() == &ScalarAttributeType::S
    });
    if !(is_key && is_string) {
        return CheckResult::failed(
            "its key must be tenant_id (S) without a sort key",
            "a table's key cannot be changed: create a new table with modules/tenant-registry",
        );
    }
    match table.table_status() {
        Some(TableStatus::Active | TableStatus::Updating) | None => CheckResult::ok("tenant_id (S)"),
        Some(status) => {
            CheckResult::failed(format!("its status is {status}"), "wait until it is ACTIVE, or restore it")
        }
    }
}

/// Reads a key that cannot exist, with the router's operation.
async fn check_read(client: &Client, table: &str) -> CheckResult {
    let key = HashMap::from([(KEY.to_owned(), AttributeValue::S(ABSENT_TENANT_ID.to_owned()))]);
    let keys = match KeysAndAttributes::builder().keys(key).build() {
        Ok(keys) => keys,
        Err(error) => return CheckResult::not_tried(error.to_string()),
    };
    match client.batch_get_item().request_items(table, keys).send().await {
        Ok(response) if response.unprocessed_keys().is_none_or(HashMap::is_empty) => {
            CheckResult::ok("it can be read")
        }
        Ok(_) => CheckResult::failed("it is throttled", "raise its capacity, or set it to on-demand"),
        Err(error) => match CheckError::of(&error) {
            CheckError::Denied => CheckResult::failed(
                "this identity has no permission to read it",
                "allow dynamodb:BatchGetItem on the table, and kms:Decrypt on its KMS key if it has one",
            ),
            CheckError::NotFound => CheckResult::failed(
                "there is no such table in this account and region",
                "see the check of its key",
            ),
            CheckError::Service(code) => CheckResult::failed(
                format!("AWS responded with {code}"),
                "fix the cause: until then the router retries the records of all tenants that it has not cached",
            ),
            error @ CheckError::Unreachable(_) => CheckResult::not_tried(error.describe()),
        },
    }
}
