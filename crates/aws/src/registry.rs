//! The registry's table: a DynamoDB table with one item for each tenant. Eventually consistent reads: what is read is
//! used for seconds anyway, and they cost half.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures_util::StreamExt;
use futures_util::stream;
use routing::ports::{RegistryRead, RegistryReader};
use tenancy::TenantId;
use tokio::time::Instant;

use crate::call::{CallFailure, NoAnswer, Refused, within};
use crate::classify::shown;
use crate::clients::Clients;
use crate::item::{self, Item};

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
    dynamodb: Client,
    table: String,
}

/// The part of an answer that is used.
struct Answer {
    items: Vec<Item>,
    /// Keys that were not looked for.
    unprocessed: Vec<Item>,
}

impl Answer {
    /// Reads an answer about one table, which may be called by its name in the answer to a question by ARN. What does not
    /// say outright that the table was looked into says nothing: else everybody would be taken for unknown.
    fn read(output: BatchGetItemOutput) -> Option<Self> {
        let left = output.unprocessed_keys.into_iter().flatten();
        let unprocessed: Vec<Item> = left.flat_map(|(_, asked)| asked.keys).collect();
        let items = match output.responses?.into_values().next() {
            Some(items) => items,
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
        Self { dynamodb: clients.dynamodb(), table: table.into() }
    }

    /// Reads up to [`MAX_KEYS`] tenants, again and again as long as DynamoDB is only busy and there is time.
    async fn read_some(&self, tenants: &[TenantId], until: Instant) -> Vec<RegistryRead> {
        let mut answers: Vec<Option<RegistryRead>> = vec![None; tenants.len()];
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
        let asked = KeysAndAttributes::builder()
            .set_keys(Some(tenants.iter().map(|tenant| item::key(tenant)).collect()))
            .projection_expression("#t, #s, #p, #b")
            .expression_attribute_names("#t", item::TENANT_ID)
            .expression_attribute_names("#s", item::STATUS)
            .expression_attribute_names("#p", item::PRINCIPALS)
            .expression_attribute_names("#b", item::BACKEND);
        let not_built = |_| Failed { code: NoAnswer::NotBuilt.code(), again: false };
        let request =
            self.dynamodb.batch_get_item().request_items(&self.table, asked.build().map_err(not_built)?);
        let timeout = ATTEMPT_TIMEOUT.min(until.saturating_duration_since(Instant::now()));
        let output = within(timeout, request.send()).await.map_err(Failed::by)?;
        Answer::read(output).ok_or_else(Failed::unusable)
    }
}

impl RegistryReader for TableRegistry {
    async fn read(&self, tenants: &[TenantId], patience: Duration) -> Vec<RegistryRead> {
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
    fn by(failure: CallFailure) -> Self {
        match failure {
            // [Amazon DynamoDB developer guide, "Error handling with DynamoDB"].
            CallFailure::Refused(Refused { status, code, .. }) => {
                let code = shown(code.as_deref(), status);
                let busy = ["Throttl", "ThroughputExceeded", "RequestLimitExceeded"];
                let busy = busy.iter().any(|mark| code.contains(mark));
                Self { again: status >= 500 || busy, code }
            }
            CallFailure::Unusable(_) => Self::unusable(),
            CallFailure::NoAnswer(none) => Self { code: none.code(), again: true },
        }
    }

    fn unusable() -> Self {
        Self { code: "UnusableAnswer".to_owned(), again: false }
    }
}

/// What is still open has failed.
fn fill(answers: Vec<Option<RegistryRead>>, code: &str) -> Vec<RegistryRead> {
    answers.into_iter().map(|answer| answer.unwrap_or_else(|| RegistryRead::Failed(code.to_owned()))).collect()
}

/// Enters what an answer says: the items that it has, and that there is none for the rest but the unprocessed.
fn note(tenants: &[TenantId], answers: &mut [Option<RegistryRead>], answer: &Answer) {
    for item in &answer.items {
        let place = item::id(item).and_then(|id| tenants.iter().position(|tenant| tenant.as_str() == id));
        if let Some(place) = place {
            answers[place] = Some(item::read(item));
        }
    }
    for (tenant, noted) in tenants.iter().zip(answers) {
        let is_left = || answer.unprocessed.iter().any(|key| item::id(key) == Some(tenant.as_str()));
        if noted.is_none() && !is_left() {
            *noted = Some(RegistryRead::Listed(None));
        }
    }
}
