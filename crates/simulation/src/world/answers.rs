//! Reading the router's answer as an event source mapping does, from the JSON that Lambda would get.

use routing::Answer;
use serde::Deserialize;

use super::events::record_of;
use crate::history::Named;
use crate::plan::Plan;

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

/// What an answer names. One that cannot be read fails the batch, as a stranger's name does [Lambda developer
/// guide, "Implementing partial batch responses"].
pub(super) fn named_by(plan: &Plan, answer: &Answer) -> Vec<Named> {
    let json = answer.response().and_then(|response| serde_json::to_string(response).ok());
    let Some(response) = json.and_then(|json| serde_json::from_str::<Response>(&json).ok()) else {
        return vec![Named::Stranger];
    };
    let name = |failure: &Failure| match failure.id.as_str() {
        "" => Named::Whole,
        id => record_of(plan, id).map_or(Named::Stranger, Named::Record),
    };
    response.failures.iter().map(name).collect()
}
