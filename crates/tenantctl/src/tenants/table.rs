//! The registry's table on DynamoDB. Reads are consistent, so that an operator sees what was just written.

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

use super::update_expression::{AttributeChanges, UpdateExpression};
use super::item::{ItemAttributes, TENANT_ID};
use super::aws_error;
use crate::error::CommandError;
use crate::session::AwsSession;

/// DynamoDB answers in milliseconds; what takes this long has gone astray.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often an import tries a request, and how long it waits at first and at most before it does so again: about 15 s
/// in all.
const PATIENT_ATTEMPTS: u32 = 12;
const PATIENT_PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// How many keys one request may name [`BatchGetItem` in the DynamoDB API reference].
const KEYS_AT_A_TIME: usize = 100;
/// How often keys that DynamoDB left are asked for again, each time after twice as long, from 50 ms on: 6 s in all.
const ROUNDS: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// Which table.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct TableArgs {
    /// The registry's table, by name or ARN; default: the environment variable `TENANTCTL_TABLE`.
    #[arg(long = "table", value_name = "NAME|ARN")]
    name: Option<String>,
}

impl TableArgs {
    fn named(&self) -> Result<String, CommandError> {
        let named = self.name.clone().or_else(|| std::env::var("TENANTCTL_TABLE").ok());
        named.filter(|name| !name.is_empty()).ok_or_else(|| {
            CommandError::usage("--table", "no table is named", "give --table NAME|ARN, or set TENANTCTL_TABLE")
        })
    }
}

/// What became of a conditional write.
#[derive(Debug)]
pub(crate) enum ConditionalWrite {
    /// The item is now this.
    Done(ItemAttributes),
    /// The condition did not hold, and nothing was written; the item, where there is one.
    Refused(Option<ItemAttributes>),
}

/// A part of the table.
#[derive(Debug)]
pub(crate) struct TablePage {
    pub(crate) items: Vec<ItemAttributes>,
    /// Where the next one begins; none where there is no more.
    pub(crate) next: Option<ItemAttributes>,
}

/// The table, as these credentials see it.
#[derive(Clone, Debug)]
pub(crate) struct TenantsTable {
    client: Client,
    table: String,
}

impl TenantsTable {
    /// Nothing is asked of AWS yet.
    pub(crate) async fn open(table: &TableArgs, session: &AwsSession) -> Result<Self, CommandError> {
        let table = table.named()?;
        let mut config = session.config().await.into_builder();
        // A table that is named by its ARN is where the ARN says.
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

    /// The same, for many writes: each is tried for longer. The SDK would count the tries of all together and soon give
    /// up, so that a table of little throughput could be written to only in many runs.
    pub(crate) fn patient(self) -> Self {
        let retries = RetryConfig::standard().with_max_attempts(PATIENT_ATTEMPTS);
        let retries = retries.with_initial_backoff(PATIENT_PAUSES.0).with_max_backoff(PATIENT_PAUSES.1);
        let tokens = RetryPartition::custom("import").token_bucket(TokenBucket::unlimited()).build();
        let config = self.client.config().to_builder().retry_config(retries).retry_partition(tokens).build();
        Self { client: Client::from_conf(config), ..self }
    }

    /// As it was named.
    pub(crate) fn name(&self) -> &str {
        &self.table
    }

    pub(crate) async fn get(&self, id: &TenantId) -> Result<Option<ItemAttributes>, CommandError> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(true);
        let answer = request.set_key(Some(key(id))).send().await;
        answer.map(|found| found.item).map_err(|error| aws_error::command_error(&error, "GetItem", &self.table))
    }

    /// The items of these tenants, as far as there are any.
    pub(crate) async fn get_all(&self, ids: &[TenantId]) -> Result<Vec<ItemAttributes>, CommandError> {
        let mut found = Vec::new();
        for ids in ids.chunks(KEYS_AT_A_TIME) {
            self.get_some(ids.iter().map(key).collect(), &mut found).await?;
        }
        Ok(found)
    }

    async fn get_some(
        &self,
        mut keys: Vec<HashMap<String, AttributeValue>>,
        found: &mut Vec<ItemAttributes>,
    ) -> Result<(), CommandError> {
        for round in 0..ROUNDS {
            if round > 0 {
                tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(round - 1)).await;
            }
            let asked = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
            let asked = asked.map_err(|error| self.defect(&error))?;
            let request = self.client.batch_get_item().request_items(&self.table, asked);
            let answer = request.send().await;
            let answer = answer.map_err(|error| aws_error::command_error(&error, "BatchGetItem", &self.table))?;
            found.extend(answer.responses.into_iter().flatten().flat_map(|(_, items)| items));
            let left = answer.unprocessed_keys.into_iter().flatten();
            keys = left.flat_map(|(_, left)| left.keys).collect();
            if keys.is_empty() {
                return Ok(());
            }
        }
        Err(CommandError::unusable(
            format!("table {}", self.table),
            format!("DynamoDB left {} keys unread, asked {ROUNDS} times", keys.len()),
            "the table is throttled: try again in a while, or raise its throughput; nothing was written",
        ))
    }

    /// Puts an item where there is none of that id.
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

    /// AttributeChanges an item that is still as it was read, as far as the guarded attributes go.
    pub(crate) async fn change(
        &self,
        id: &TenantId,
        changes: &AttributeChanges,
        guarded: &BTreeSet<&'static str>,
        as_read: &ItemAttributes,
    ) -> Result<ConditionalWrite, CommandError> {
        let UpdateExpression { change, condition, names, values } = UpdateExpression::new(changes, guarded, as_read);
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

    /// The part of the table that begins here; at most so many items, where that is said.
    pub(crate) async fn page(&self, start: Option<ItemAttributes>, most: Option<i32>) -> Result<TablePage, CommandError> {
        let request = self.client.scan().table_name(&self.table).consistent_read(true);
        let answer = request.set_exclusive_start_key(start).set_limit(most).send().await;
        let answer = answer.map_err(|error| aws_error::command_error(&error, "Scan", &self.table))?;
        let next = answer.last_evaluated_key;
        let is_id = |key: &ItemAttributes| key.len() == 1 && key.get(TENANT_ID).is_some_and(AttributeValue::is_s);
        let items = answer.items.unwrap_or_default();
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
