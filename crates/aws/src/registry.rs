//! The registry's table: a DynamoDB table with one item for each tenant. Eventually consistent reads: what is read is
//! used for seconds anyway, and they cost half.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use routing::ports::{Read, Table};
use serde_json::{Map, Value, json};
use tenancy::TenantId;
use tokio::time::Instant;

use crate::classify::shown;
use crate::clients::Clients;
use crate::endpoint::Service;
use crate::fault::Fault;
use crate::item;
use crate::signed::{Request, Signed};
use crate::wire;

/// The most keys that one request may ask for [Amazon DynamoDB API reference, `BatchGetItem`].
const MAX_KEYS: usize = 100;

/// Requests under way at a time.
const IN_FLIGHT: usize = 8;

/// How long one attempt may take. DynamoDB answers in milliseconds.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(1);

/// The first wait before what was throttled is asked for again; doubled each time.
const BACKOFF: Duration = Duration::from_millis(50);

/// A DynamoDB table with the partition key `tenant_id`.
#[derive(Clone, Debug)]
pub struct TableRegistry {
    dynamodb: Signed,
    table: String,
}

/// The part of an answer that is used.
struct Answer {
    items: Vec<Value>,
    /// Keys that were not looked for.
    unprocessed: Vec<Value>,
}

impl Answer {
    /// Reads an answer about one table, which may be called by its name in the answer to a question by ARN. What does not
    /// say outright that the table was looked into says nothing: else everybody would be taken for unknown.
    fn read(body: &[u8]) -> Option<Self> {
        let mut answer: Value = serde_json::from_slice(body).ok()?;
        let left = answer.get("UnprocessedKeys").and_then(Value::as_object).into_iter().flat_map(Map::values);
        let unprocessed: Vec<Value> =
            left.filter_map(|asked| asked["Keys"].as_array()).flatten().cloned().collect();
        let tables = answer.get_mut("Responses")?.as_object_mut()?;
        let items = match tables.values_mut().next() {
            Some(items) => std::mem::take(items.as_array_mut()?),
            None if unprocessed.is_empty() => return None,
            None => Vec::new(),
        };
        Some(Self { items, unprocessed })
    }
}

impl TableRegistry {
    /// The table of this name or ARN.
    #[must_use]
    pub fn new(clients: &Clients, table: impl Into<String>) -> Self {
        Self { dynamodb: clients.signed(Service::DynamoDb), table: table.into() }
    }

    /// Reads up to [`MAX_KEYS`] tenants, again and again as long as DynamoDB is only busy and there is time.
    async fn read_some(&self, tenants: &[TenantId], until: Instant) -> Vec<Read> {
        let mut answers: Vec<Option<Read>> = vec![None; tenants.len()];
        let mut wait = BACKOFF;
        loop {
            let left: Vec<&TenantId> = tenants
                .iter()
                .zip(&answers)
                .filter(|(_, answer)| answer.is_none())
                .map(|(tenant, _)| tenant)
                .collect();
            let busy = match self.ask(&left, until).await {
                Ok(answer) => {
                    note(tenants, &mut answers, &answer);
                    "UnprocessedKeys".to_owned()
                }
                Err(Failed { code, again: true }) => code,
                Err(Failed { code, again: false }) => return fill(answers, &code),
            };
            if answers.iter().all(Option::is_some) || Instant::now() + wait >= until {
                return fill(answers, &busy);
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
    }

    async fn ask(&self, tenants: &[&TenantId], until: Instant) -> Result<Answer, Failed> {
        let keys: Vec<Value> = tenants.iter().map(|tenant| item::key(tenant)).collect();
        let asked = json!({ "RequestItems": { &*self.table: {
            "Keys": keys,
            "ProjectionExpression": "#t, #s, #p, #b",
            "ExpressionAttributeNames":
                { "#t": item::TENANT_ID, "#s": item::STATUS, "#p": item::PRINCIPALS, "#b": item::BACKEND },
        } } })
        .to_string();
        let request = Request {
            method: "POST",
            path: "/",
            headers: &[
                ("content-type", "application/x-amz-json-1.0"),
                ("x-amz-target", "DynamoDB_20120810.BatchGetItem"),
            ],
            body: asked.into(),
        };
        let timeout = ATTEMPT_TIMEOUT.min(until.saturating_duration_since(Instant::now()));
        let sent = self.dynamodb.send(request, timeout).await;
        let answer = sent.map_err(|none| Failed { code: none.code(), again: true })?;
        if answer.status != 200 {
            return Err(Failed::by(&answer));
        }
        Answer::read(&answer.body).ok_or_else(|| Failed { code: "UnusableAnswer".to_owned(), again: false })
    }
}

impl Table for TableRegistry {
    async fn read(&self, tenants: &[TenantId], patience: Duration) -> Vec<Read> {
        let until = Instant::now() + patience;
        let reading = tenants.chunks(MAX_KEYS).map(|some| self.read_some(some, until));
        stream::iter(reading).buffered(IN_FLIGHT).concat().await
    }
}

/// A request that came to nothing.
struct Failed {
    code: String,
    /// Asking again may help.
    again: bool,
}

impl Failed {
    /// What DynamoDB says [Amazon DynamoDB developer guide, "Error handling with DynamoDB"].
    fn by(answer: &wire::Answer) -> Self {
        let status = answer.status;
        let code = shown(Fault::of_json(answer).code.as_deref(), status);
        let busy =
            ["Throttl", "ThroughputExceeded", "RequestLimitExceeded"].iter().any(|mark| code.contains(mark));
        Self { again: status >= 500 || busy, code }
    }
}

/// What is still open has failed.
fn fill(answers: Vec<Option<Read>>, code: &str) -> Vec<Read> {
    answers.into_iter().map(|answer| answer.unwrap_or_else(|| Read::Failed(code.to_owned()))).collect()
}

/// Enters what an answer says: the items that it has, and that there is none for the rest but the unprocessed.
fn note(tenants: &[TenantId], answers: &mut [Option<Read>], answer: &Answer) {
    for item in &answer.items {
        let place = item::id(item).and_then(|id| tenants.iter().position(|tenant| tenant.as_str() == id));
        if let Some(place) = place {
            answers[place] = Some(item::read(item));
        }
    }
    for (tenant, noted) in tenants.iter().zip(answers) {
        let is_left = || answer.unprocessed.iter().any(|key| item::id(key) == Some(tenant.as_str()));
        if noted.is_none() && !is_left() {
            *noted = Some(Read::Listed(None));
        }
    }
}
