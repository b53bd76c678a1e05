//! The registry's table: does it answer, and is its key the tenant's id?

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeyType, KeysAndAttributes, ScalarAttributeType, TableDescription, TableStatus,
};
use aws_types::SdkConfig;

use super::aws_error::CheckError;
use super::{LiveCheck, CheckResult, ABSENT_TENANT_ID};
use crate::check_config::outline::OutlinedRegistry;

/// The key of the table, a string.
const KEY: &str = "tenant_id";

pub(super) async fn check(aws: &SdkConfig, registry: &OutlinedRegistry) -> Vec<LiveCheck> {
    let client = Client::new(aws);
    let table = registry.table.as_str();
    vec![
        LiveCheck::of("registry.table key", table, key(&client, table).await),
        LiveCheck::of("registry.table answers", table, answers(&client, table).await),
    ]
}

async fn key(client: &Client, table: &str) -> CheckResult {
    match client.describe_table().table_name(table).send().await {
        Ok(described) => match described.table() {
            Some(description) => shape(description),
            None => CheckResult::not_tried("AWS's answer makes no sense"),
        },
        Err(error) => match CheckError::of(&error) {
            CheckError::Denied => {
                CheckResult::not_tried("this identity may not describe it, and the router need not")
            }
            CheckError::NotFound => CheckResult::failed(
                "there is no such table here",
                "create it with modules/tenant-registry, or correct the name, the region or the account",
            ),
            other => CheckResult::not_tried(other.describe()),
        },
    }
}

fn shape(table: &TableDescription) -> CheckResult {
    let is_key = match table.key_schema() {
        [hash] => hash.key_type() == &KeyType::Hash && hash.attribute_name() == KEY,
        _ => false,
    };
    let is_string = table.attribute_definitions().iter().any(|attribute| {
        attribute.attribute_name() == KEY && attribute.attribute_type() == &ScalarAttributeType::S
    });
    if !(is_key && is_string) {
        return CheckResult::failed(
            "its key is another than tenant_id (S) alone",
            "a table's key cannot be changed: make one with modules/tenant-registry",
        );
    }
    match table.table_status() {
        Some(TableStatus::Active | TableStatus::Updating) | None => CheckResult::ok("tenant_id (S)"),
        Some(status) => {
            CheckResult::failed(format!("its status is {status}"), "wait until it is ACTIVE, or restore it")
        }
    }
}

/// Reads as the router reads, a key that cannot exist.
async fn answers(client: &Client, table: &str) -> CheckResult {
    let key = HashMap::from([(KEY.to_owned(), AttributeValue::S(ABSENT_TENANT_ID.to_owned()))]);
    let keys = match KeysAndAttributes::builder().keys(key).build() {
        Ok(keys) => keys,
        Err(error) => return CheckResult::not_tried(error.to_string()),
    };
    match client.batch_get_item().request_items(table, keys).send().await {
        Ok(answer) if answer.unprocessed_keys().is_none_or(HashMap::is_empty) => {
            CheckResult::ok("it was read, and what cannot be there is not")
        }
        Ok(_) => CheckResult::failed("it is throttled", "raise its capacity, or set it to on-demand"),
        Err(error) => match CheckError::of(&error) {
            CheckError::Denied => CheckResult::failed(
                "this identity may not read it",
                "allow dynamodb:BatchGetItem on the table, and kms:Decrypt on its key where it has one",
            ),
            CheckError::NotFound => CheckResult::failed("there is no such table here", "see the line about its key"),
            CheckError::Service(code) => CheckResult::failed(
                format!("AWS answered {code}"),
                "while this lasts, no record of an unknown tenant moves",
            ),
            unreached @ CheckError::Unreachable(_) => CheckResult::not_tried(unreached.describe()),
        },
    }
}
