//! The registry's table on DynamoDB. Reads are strongly consistent, so that an operator sees the latest writes.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Region;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, ReturnValue, ReturnValuesOnConditionCheckFailure,
};
use tenancy::TenantId;

use super::aws_error;
use super::item::{ItemAttributes, TENANT_ID};
use super::update_expression::{AttributeChanges, UpdateExpression};
use crate::error::CommandError;
use crate::session::AwsSession;

/// The timeout of one attempt. DynamoDB normally responds within milliseconds.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// The attempts of an import for one request, and the first and the longest pause between them: about 15 s in all.
const IMPORT_ATTEMPTS: u32 = 12;
const IMPORT_BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// The most keys of one request [Amazon DynamoDB API reference, "`BatchGetItem`"].
const MAX_BATCH_KEYS: usize = 100;
/// The attempts for keys that DynamoDB returns as unprocessed. The pause between them starts at 50 ms and doubles each
/// time: 6 s in all.
const BATCH_GET_ATTEMPTS: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The arguments that name the table.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct TableArgs {
    /// The registry's table, by name or ARN; default: the environment variable `TENANTCTL_TABLE`.
    #[arg(long = "table", value_name = "NAME|ARN")]
    name: Option<String>,
}

impl TableArgs {
    fn resolve(&self) -> Result<String, CommandError> {
        let name = self.name.clone().or_else(|| std::env::var("TENANTCTL_TABLE").ok());
        name.filter(|name| !name.is_empty()).ok_or_else(|| {
            CommandError::usage(
                "--table",
                "no table is named",
                "give --table NAME|ARN, or set TENANTCTL_TABLE",
            )
        })
    }
}

/// The outcome of a conditional write.
#[derive(Debug)]
pub(crate) enum ConditionalWrite {
    /// The write was made; the item as it is now.
    Written(ItemAttributes),
    /// The condition failed and nothing was written; the existing item, if there is one.
    ConditionFailed(Option<ItemAttributes>),
}

/// One page of a scan.
#[derive(Debug)]
pub(crate) struct TablePage {
    pub(crate) items: Vec<ItemAttributes>,
    /// The start of the next page; `None` on the last page.
    pub(crate) next: Option<ItemAttributes>,
}

/// A client of the registry's table.
#[derive(Clone, Debug)]
pub(crate) struct TenantsTable {
    client: Client,
    table: String,
}

impl TenantsTable {
    /// Creates a client. Sends no request.
    pub(crate) async fn open(table: &TableArgs, session: &AwsSession) -> Result<Self, CommandError> {
        let table = table.resolve()?;
        let mut config = session.config().await.into_builder();
        // An ARN names the table's region.
        let region = table.split(':').nth(3).filter(|_| table.starts_with("arn:"));
        if let Some(region) = region {
            config.set_region(Region::new(region.to_owned()));
        }
        let config = config.build();
        if config.region().is_none() {
            let remedy = "give --region, set AWS_REGION, or use a profile that has one";
            return Err(CommandError::usage("--region", "no region is known", remedy));
        }
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build();
        let config = aws_sdk_dynamodb::config::Builder::from(&config).timeout_config(timeouts).build();
        Ok(Self { client: Client::from_conf(config), table })
    }

    /// Retries each request for longer, for many writes. The SDK's retry quota is shared by all requests and would soon
    /// be used up by a table with little throughput.
    pub(crate) fn with_more_retries(self) -> Self {
        let retries = RetryConfig::standard().with_max_attempts(IMPORT_ATTEMPTS);
        let retries = retries.with_initial_backoff(IMPORT_BACKOFF.0).with_max_backoff(IMPORT_BACKOFF.1);
        let tokens = RetryPartition::custom("import").token_bucket(TokenBucket::unlimited()).build();
        let config = self.client.config().to_builder().retry_config(retries).retry_partition(tokens).build();
        Self { client: Client::from_conf(config), ..self }
    }

    /// The name or ARN that the operator gave.
    pub(crate) fn name(&self) -> &str {
        &self.table
    }

    pub(crate) async fn get(&self, id: &TenantId) -> Result<Option<ItemAttributes>, CommandError> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(true);
        let response = request.set_key(Some(key(id))).send().await;
        response
            .map(|found| found.item)
            .map_err(|error| aws_error::command_error(&error, "GetItem", &self.table))
    }

    /// Reads the items of these tenants. Missing items are left out.
    pub(crate) async fn get_all(&self, ids: &[TenantId]) -> Result<Vec<ItemAttributes>, CommandError> {
        let mut found = Vec::new();
        for ids in ids.chunks(MAX_BATCH_KEYS) {
            self.get_batch(ids.iter().map(key).collect(), &mut found).await?;
        }
        Ok(found)
    }

    async fn get_batch(
        &self,
        mut keys: Vec<HashMap<String, AttributeValue>>,
        found: &mut Vec<ItemAttributes>,
    ) -> Result<(), CommandError> {
        for attempt in 0..BATCH_GET_ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(attempt - 1)).await;
            }
            let batch = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
            let batch = batch.map_err(|error| self.defect(&error))?;
            let request = self.client.batch_get_item().request_items(&self.table, batch);
            let response = request.send().await;
            let response =
                response.map_err(|error| aws_error::command_error(&error, "BatchGetItem", &self.table))?;
            found.extend(response.responses.into_iter().flatten().flat_map(|(_, items)| items));
            let left = response.unprocessed_keys.into_iter().flatten();
            keys = left.flat_map(|(_, left)| left.keys).collect();
            if keys.is_empty() {
                return Ok(());
            }
        }
        Err(CommandError::unusable(
            format!("table {}", self.table),
            format!("DynamoDB left {} keys unread after {BATCH_GET_ATTEMPTS} attempts", keys.len()),
            "the table is throttled: try again later, or raise its throughput; nothing was written",
        ))
    }

    /// Writes an item if there is none with its id.
    pub(crate) async fn put_new(&self, item: ItemAttributes) -> Result<ConditionalWrite, CommandError> {
        let request = self.client.put_item().table_name(&self.table).set_item(Some(item.clone()));
        let request = request
            .condition_expression("attribute_not_exists(#id)")
            .expression_attribute_names("#id", TENANT_ID)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match request.send().await {
            Ok(_) => Ok(ConditionalWrite::Written(item)),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    Ok(ConditionalWrite::ConditionFailed(failed.item.clone()))
                }
                _ => Err(aws_error::command_error(&error, "PutItem", &self.table)),
            },
        }
    }

    /// Updates an item if its guarded attributes are still as they were read.
    pub(crate) async fn update(
        &self,
        id: &TenantId,
        changes: &AttributeChanges,
        guarded: &BTreeSet<&'static str>,
        as_read: &ItemAttributes,
    ) -> Result<ConditionalWrite, CommandError> {
        let UpdateExpression { change, condition, names, values } =
            UpdateExpression::new(changes, guarded, as_read);
        let request = self.client.update_item().table_name(&self.table).set_key(Some(key(id)));
        let request = request
            .update_expression(change)
            .condition_expression(condition)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match request.send().await {
            Ok(done) => Ok(ConditionalWrite::Written(done.attributes.unwrap_or_default())),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    Ok(ConditionalWrite::ConditionFailed(failed.item.clone()))
                }
                _ => Err(aws_error::command_error(&error, "UpdateItem", &self.table)),
            },
        }
    }

    /// Reads one page of the table, of at most `limit` items.
    pub(crate) async fn scan_page(
        &self,
        start: Option<ItemAttributes>,
        limit: Option<i32>,
    ) -> Result<TablePage, CommandError> {
        let request = self.client.scan().table_name(&self.table).consistent_read(true);
        let response = request.set_exclusive_start_key(start).set_limit(limit).send().await;
        let response = response.map_err(|error| aws_error::command_error(&error, "Scan", &self.table))?;
        let next = response.last_evaluated_key;
        let is_id =
            |key: &ItemAttributes| key.len() == 1 && key.get(TENANT_ID).is_some_and(AttributeValue::is_s);
        let items = response.items.unwrap_or_default();
        let has_id = |item: &ItemAttributes| item.get(TENANT_ID).is_some_and(AttributeValue::is_s);
        if next.as_ref().is_some_and(|key| !is_id(key)) || !items.iter().all(has_id) {
            return Err(aws_error::wrong_key(format!("table {}", self.table)));
        }
        Ok(TablePage { items, next })
    }

    fn defect(&self, error: &dyn std::fmt::Display) -> CommandError {
        CommandError::unusable(format!("table {}", self.table), error.to_string(), "report this as a defect")
    }
}

fn key(id: &TenantId) -> HashMap<String, AttributeValue> {
    HashMap::from([(TENANT_ID.to_owned(), AttributeValue::S(id.as_str().to_owned()))])
}
