//! The registry's table, going wrong as the faults say. Most of the tenants are active in it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use testbed::{DynamoDbAnswer, DynamoDbApi};

use crate::faults::{Faults, RegistryFault};
use crate::message::listed;

/// The table's name.
pub const TABLE: &str = "tenants";

/// DynamoDB, with the registry's table.
#[must_use]
pub fn registry(faults: &Arc<Faults>) -> DynamoDbApi {
    let faults = Arc::clone(faults);
    let dynamodb = DynamoDbApi::start(move |call| {
        let (fault, mut rng) = faults.of_registry(&call.keys);
        match fault {
            RegistryFault::None => DynamoDbAnswer::Served,
            RegistryFault::Throttled => DynamoDbAnswer::Error(400, "ThrottlingException".to_owned()),
            RegistryFault::Error => DynamoDbAnswer::Error(500, "InternalServerError".to_owned()),
            RegistryFault::Gone => DynamoDbAnswer::Error(400, "ResourceNotFoundException".to_owned()),
            RegistryFault::InPart => DynamoDbAnswer::Unprocessed(rng.usize(0..=call.keys.len())),
            RegistryFault::Cut => DynamoDbAnswer::Cut,
            RegistryFault::Slow => DynamoDbAnswer::ServedAfter(Duration::from_millis(rng.u64(100..600))),
        }
    });
    dynamodb.create_table(TABLE, "tenant_id");
    for (tenant, status) in listed() {
        dynamodb.put(TABLE, &json!({ "tenant_id": { "S": tenant }, "status": { "S": status } }));
    }
    dynamodb
}
