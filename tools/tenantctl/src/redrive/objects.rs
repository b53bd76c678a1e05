//! Sends the stream batches that Lambda wrote to S3 through the stream's router.

use std::collections::BTreeMap;

use aws_sdk_s3::Client;

use super::report::RedriveReport;
use super::{RedriveArgs, discarded};
use crate::error::CommandError;
use crate::report::{CommandOutput, OutputFormat};
use crate::session::AwsSession;
use crate::transfer::{
    AwsClients, ExpectedResponse, FunctionIdentity, ProgressLine, RouterFunction, SendOutcome, StopSignal,
    clients, function,
};

pub(super) async fn run(
    args: RedriveArgs,
    location: &str,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    let (bucket, prefix) = location.split_once('/').unwrap_or((location, ""));
    if args.tenant.is_some() || args.to.is_some() {
        let remedy =
            "omit --tenant and --to: the event of an object is sent to the stream's router as a whole";
        return Err(CommandError::usage(
            "redrive --from s3://…",
            "--tenant and --to are for queues only",
            remedy,
        ));
    }
    let Some(function) = args.router else {
        let remedy = "name the stream's router, to which the events are sent";
        return Err(CommandError::usage("--router", "it is missing", remedy));
    };
    let clients = AwsClients::load(session).await;
    let router = RouterFunction::new(&clients, function)?;
    let mut redrive = ObjectRedrive {
        s3: clients.s3(None)?,
        bucket: bucket.to_owned(),
        router,
        any_source: args.any_source,
        progress: ProgressLine::new(format),
        report: RedriveReport::default(),
    };
    redrive.report.summary.executed = args.execute;
    let stop = StopSignal::listen();
    let keys = redrive.list_keys(prefix, args.limit.unwrap_or(usize::MAX)).await?;
    redrive.report.summary.seen = keys.len();
    'shards: for (shard, keys) in group_by_shard(keys) {
        let mut rest = keys.into_iter();
        while let Some(key) = rest.next() {
            if stop.is_requested() {
                redrive.report.add_left(
                    &format!("s3://{bucket}/{key}"),
                    "interrupted: this object and all later ones are left".to_owned(),
                );
                break 'shards;
            }
            redrive.report.summary.selected += 1;
            let left = redrive.redrive_object(&key, args.execute).await.err();
            if let Some(why) = left.as_ref().map(ObjectLeft::why) {
                redrive.report.add_left(&format!("s3://{bucket}/{key}"), why.to_owned());
            }
            if let Some(ObjectLeft::BlocksShard(_)) = left {
                let behind = rest.len();
                if behind > 0 {
                    let why = format!("{behind} later objects wait for the one that is left");
                    redrive.report.summary.selected += behind;
                    redrive.report.add_left(&format!("s3://{bucket}/{shard}"), why);
                }
                break;
            }
        }
    }
    redrive.progress.clear();
    redrive.report.into_output(true)
}

/// Why an object is left.
enum ObjectLeft {
    /// It holds no stream event or cannot be read. Later objects go on.
    Skipped(String),
    /// Its records are not acknowledged. Later objects of its shard wait.
    BlocksShard(String),
}

impl ObjectLeft {
    fn why(&self) -> &str {
        match self {
            Self::Skipped(why) | Self::BlocksShard(why) => why,
        }
    }
}

struct ObjectRedrive {
    s3: Client,
    bucket: String,
    router: RouterFunction,
    any_source: bool,
    progress: ProgressLine,
    report: RedriveReport,
}

impl ObjectRedrive {
    /// Lists the keys with the prefix, in S3's order, which is sorted.
    async fn list_keys(&self, prefix: &str, limit: usize) -> Result<Vec<String>, CommandError> {
        let location = format!("s3://{}/{prefix}", self.bucket);
        let mut keys = Vec::new();
        let mut token = None;
        loop {
            let request = self.s3.list_objects_v2().bucket(&self.bucket).prefix(prefix);
            let page = request.set_continuation_token(token).send().await;
            let page = page.map_err(|error| clients::to_command_error(&location, "s3:ListBucket", &error))?;
            keys.extend(page.contents().iter().filter_map(|object| object.key()).map(str::to_owned));
            token = page.next_continuation_token().map(str::to_owned);
            if token.is_none() || keys.len() >= limit {
                keys.truncate(limit);
                return Ok(keys);
            }
        }
    }

    /// Invokes the router with the event of one object, and deletes the object once all its records are acknowledged.
    async fn redrive_object(&mut self, key: &str, execute: bool) -> Result<(), ObjectLeft> {
        let event = self.fetch_event(key).await.map_err(ObjectLeft::Skipped)?;
        if !execute {
            let location = format!("s3://{}/{key}", self.bucket);
            self.report.add_planned(&location, "invoke the router with its event".to_owned());
            self.report.summary.planned += 1;
            return Ok(());
        }
        self.progress
            .show(|| format!("{} of {} redriven", self.report.summary.done, self.report.summary.seen));
        match self.router.invoke(&event, ExpectedResponse::PartialBatch).await {
            SendOutcome::Accepted => {}
            SendOutcome::Refused(why) => return Err(ObjectLeft::BlocksShard(why)),
            SendOutcome::Unknown(why) => {
                return Err(ObjectLeft::BlocksShard(format!(
                    "some of its records may have been delivered nevertheless: {why}"
                )));
            }
        }
        self.report.summary.done += 1;
        let deleting = self.s3.delete_object().bucket(&self.bucket).key(key);
        let deleted = deleting.send().await;
        deleted.map(drop).map_err(|error| {
            let why = clients::describe_error(&error);
            ObjectLeft::Skipped(format!(
                "it was sent, but could not be deleted; another redrive repeats it: {why}"
            ))
        })
    }

    async fn fetch_event(&self, key: &str) -> Result<String, String> {
        let request = self.s3.get_object().bucket(&self.bucket).key(key);
        let object = request.send().await;
        let object =
            object.map_err(|error| format!("it could not be read: {}", clients::describe_error(&error)))?;
        let body = object
            .body
            .collect()
            .await
            .map_err(|error| format!("it could not be read completely: {error}"))?;
        let text = String::from_utf8(body.into_bytes().into()).map_err(|_| "it is not text".to_owned())?;
        let event = discarded::extract_event(&text)?;
        if !self.any_source {
            let invoked = discarded::function_arn(&text);
            let invoked = invoked.as_deref().and_then(FunctionIdentity::parse_arn);
            function::check_function("sent to", invoked, &self.router.function)?;
        }
        Ok(event)
    }
}

/// Groups keys by shard. Lambda names objects `aws/lambda/<mapping>/<shard>/<year>/<month>/<day>/<time>-<random>`
/// [Lambda developer guide, "Retain discarded batch records for a Kinesis Data Streams event source in Lambda"], so
/// within a shard the order of names is the order of time.
fn group_by_shard(keys: Vec<String>) -> BTreeMap<String, Vec<String>> {
    let mut shards: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for key in keys {
        // Split from the end, because the prefix is arbitrary.
        let shard = key.rsplitn(5, '/').nth(4).unwrap_or_default().to_owned();
        shards.entry(shard).or_default().push(key);
    }
    shards
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_grouped_by_shard_in_name_order() {
        let key = |shard: &str, day: &str| format!("p/aws/lambda/m/{shard}/2026/11/{day}/time");
        let keys = vec![key("s-0", "01"), key("s-0", "02"), key("s-1", "01"), "stray".to_owned()];
        let shards = group_by_shard(keys);
        assert_eq!(shards["p/aws/lambda/m/s-0"], [key("s-0", "01"), key("s-0", "02")]);
        assert_eq!((shards["p/aws/lambda/m/s-1"].len(), shards[""].len()), (1, 1));
    }
}
