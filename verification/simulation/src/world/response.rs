//! Reads the router's response as an event source mapping does, from the JSON that Lambda would get.

use aws_model::response::{FunctionResult, ItemFailures};
use routing::SourceResponse;

use super::events::record_of;
use crate::history::FailedItem;
use crate::plan::{Kind, Plan};

/// Returns the items that a response names as failed. An identifier that is empty or unknown will fail the batch. The response to
/// a rule's event is not read: only a failed invocation fails it.
pub(super) fn failed_items(plan: &Plan, answer: &SourceResponse) -> Vec<FailedItem> {
    let response = match answer {
        SourceResponse::Failed => return vec![FailedItem::WholeBatch],
        SourceResponse::Succeeded => return Vec::new(),
        SourceResponse::Items(_) if plan.kind == Kind::EventBridge => return Vec::new(),
        SourceResponse::Items(response) => serde_json::to_vec(response),
    };
    let name = |id: &String| match id.as_str() {
        "" => FailedItem::WholeBatch,
        id => record_of(plan, id).map_or(FailedItem::Unknown, FailedItem::Record),
    };
    match ItemFailures::of(&response.map_or(FunctionResult::Failure, FunctionResult::Response)) {
        ItemFailures::Listed(named) => named.iter().map(name).collect(),
        ItemFailures::NoList => Vec::new(),
        ItemFailures::WholeBatch => vec![FailedItem::Unknown],
    }
}
