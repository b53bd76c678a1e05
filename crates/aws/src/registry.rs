//! Reads the registry's table: a DynamoDB table with one item for each tenant. Reads are eventually consistent: the router
//! caches their results for seconds anyway, and they cost half.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures_util::StreamExt;
use futures_util::stream;
use routing::ports::{RegistryRead, RegistryReader};
use tenancy::TenantId;
use tokio::time::Instant;

use crate::call::{CallFailure, NoResponse, ServiceError, with_timeout};
use crate::clients::Clients;
use crate::error_code::loggable_code;
use crate::item::{self, ItemAttributes};

/// The most keys in one request [Amazon DynamoDB API reference, `BatchGetItem`].
const MAX_KEYS: usize = 100;

/// The most concurrent requests.
const IN_FLIGHT: usize = 8;

/// The timeout of one attempt. DynamoDB responds in milliseconds.
const READ_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(1);

/// The wait before the first retry; doubled each time.
const READ_BACKOFF: Duration = Duration::from_millis(50);

/// Reads a DynamoDB table with the partition key `tenant_id`.
#[derive(Clone, Debug)]
pub struct TableRegistry {
    dynamodb: Client,
    table: String,
}

/// The parts of a `BatchGetItem` response that the registry uses.
struct TableItems {
    items: Vec<ItemAttributes>,
    /// Keys that DynamoDB did not look up.
    unprocessed: Vec<ItemAttributes>,
}

impl TableItems {
    /// Reads the response for the one table of the request. The response may name the table where the request had its ARN.
    /// Returns `None` if the response does not name any table: otherwise every tenant would count as unknown.
    fn read(output: BatchGetItemOutput) -> Option<Self> {
        let unprocessed = output.unprocessed_keys.into_iter().flatten();
        let unprocessed: Vec<ItemAttributes> = unprocessed.flat_map(|(_, table)| table.keys).collect();
        let items = match output.responses?.into_values().next() {
            Some(items) => items,
            None if unprocessed.is_empty() => return None,
            None => Vec::new(),
        };
        Some(Self { items, unprocessed })
    }
}

impl TableRegistry {
    /// Creates a reader of the table with this name or ARN.
    #[must_use]
    pub fn new(clients: &Clients, table: impl Into<String>) -> Self {
        Self { dynamodb: clients.dynamodb(), table: table.into() }
    }

    /// Reads up to [`MAX_KEYS`] tenants. Retries until `until` while errors are transient.
    async fn read_chunk(&self, tenants: &[TenantId], until: Instant) -> Vec<RegistryRead> {
        let mut reads: Vec<Option<RegistryRead>> = vec![None; tenants.len()];
        let mut wait = READ_BACKOFF;
        loop {
            let unread: Vec<&TenantId> = tenants
                .iter()
                .zip(&reads)
                .filter(|(_, read)| read.is_none())
                .map(|(tenant, _)| tenant)
                .collect();
            let code = match self.request(&unread, until).await {
                Ok(items) => {
                    enter_items(tenants, &mut reads, &items);
                    "UnprocessedKeys".to_owned()
                }
                Err(ReadFailure { code, transient: true }) => code,
                Err(ReadFailure { code, transient: false }) => return fail_unread(reads, &code),
            };
            if reads.iter().all(Option::is_some) || Instant::now() + wait >= until {
                return fail_unread(reads, &code);
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
    }

    async fn request(&self, tenants: &[&TenantId], until: Instant) -> Result<TableItems, ReadFailure> {
        let keys = KeysAndAttributes::builder()
            .set_keys(Some(tenants.iter().map(|tenant| item::key(tenant)).collect()))
            .projection_expression("#t, #s, #p, #b")
            .expression_attribute_names("#t", item::TENANT_ID)
            .expression_attribute_names("#s", item::STATUS)
            .expression_attribute_names("#p", item::PRINCIPALS)
            .expression_attribute_names("#b", item::BACKEND);
        let not_built = |_| ReadFailure { code: NoResponse::NotBuilt.code(), transient: false };
        let request =
            self.dynamodb.batch_get_item().request_items(&self.table, keys.build().map_err(not_built)?);
        let timeout = READ_ATTEMPT_TIMEOUT.min(until.saturating_duration_since(Instant::now()));
        let output = with_timeout(timeout, request.send()).await.map_err(ReadFailure::from)?;
        TableItems::read(output).ok_or_else(ReadFailure::unusable)
    }
}

impl RegistryReader for TableRegistry {
    async fn read(&self, tenants: &[TenantId], patience: Duration) -> Vec<RegistryRead> {
        let until = Instant::now() + patience;
        let reading = tenants.chunks(MAX_KEYS).map(|chunk| self.read_chunk(chunk, until));
        stream::iter(reading).buffered(IN_FLIGHT).concat().await
    }
}

/// A failed request.
struct ReadFailure {
    code: String,
    /// Whether a retry may succeed.
    transient: bool,
}

impl From<CallFailure> for ReadFailure {
    fn from(failure: CallFailure) -> Self {
        match failure {
            // [Amazon DynamoDB developer guide, "Error handling with DynamoDB"].
            CallFailure::Service(ServiceError { status, code, .. }) => {
                let code = loggable_code(code.as_deref(), status);
                let throttling = ["Throttl", "ThroughputExceeded", "RequestLimitExceeded"];
                let is_throttled = throttling.iter().any(|mark| code.contains(mark));
                Self { transient: status >= 500 || is_throttled, code }
            }
            CallFailure::Unusable(_) => Self::unusable(),
            CallFailure::NoResponse(cause) => Self { code: cause.code(), transient: true },
        }
    }
}

impl ReadFailure {
    fn unusable() -> Self {
        Self { code: "UnusableAnswer".to_owned(), transient: false }
    }
}

/// Marks the tenants that are still unread as failed.
fn fail_unread(reads: Vec<Option<RegistryRead>>, code: &str) -> Vec<RegistryRead> {
    reads.into_iter().map(|read| read.unwrap_or_else(|| RegistryRead::Failed(code.to_owned()))).collect()
}

/// Enters the items of a response. A tenant without an item is not listed, unless its key is unprocessed.
fn enter_items(tenants: &[TenantId], reads: &mut [Option<RegistryRead>], response: &TableItems) {
    for item in &response.items {
        let index = item::id(item).and_then(|id| tenants.iter().position(|tenant| tenant.as_str() == id));
        if let Some(index) = index {
            reads[index] = Some(item::read(item));
        }
    }
    for (tenant, read) in tenants.iter().zip(reads) {
        let is_unprocessed = || response.unprocessed.iter().any(|key| item::id(key) == Some(tenant.as_str()));
        if read.is_none() && !is_unprocessed() {
            *read = Some(RegistryRead::Listed(None));
        }
    }
}
