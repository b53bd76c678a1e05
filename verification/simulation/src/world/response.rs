//! Reads the router's response as an event source mapping does, from the JSON that Lambda would get.

use routing::SourceResponse;
use serde::Deserialize;

use super::events::record_of;
use crate::history::FailedItem;
use crate::plan::{Kind, Plan};

#[derive(Deserialize)]
struct Response {
    #[serde(rename = "batchItemFailures")]
    failures: Vec<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    #[serde(rename = "itemIdentifier")]
    id: String,
}

/// Returns the items that a response names as failed.
///
/// A response that cannot be read fails the batch, and so does an unknown identifier [Lambda developer guide,
/// "Implementing partial batch responses"]. The response to a rule's event is not read: only a failed invocation fails
/// it.
pub(super) fn failed_items(plan: &Plan, answer: &SourceResponse) -> Vec<FailedItem> {
    let response = match answer {
        SourceResponse::Failed => return vec![FailedItem::WholeBatch],
        SourceResponse::Succeeded => return Vec::new(),
        SourceResponse::Items(_) if plan.kind == Kind::EventBridge => return Vec::new(),
        SourceResponse::Items(response) => serde_json::to_string(response),
    };
    let read = response.ok().and_then(|json| serde_json::from_str::<Response>(&json).ok());
    let Some(response) = read else { return vec![FailedItem::Unknown] };
    let name = |failure: &Failure| match failure.id.as_str() {
        "" => FailedItem::WholeBatch,
        id => record_of(plan, id).map_or(FailedItem::Unknown, FailedItem::Record),
    };
    response.failures.iter().map(name).collect()
}
