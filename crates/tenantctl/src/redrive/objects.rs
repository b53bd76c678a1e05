//! The events of a stream that Lambda kept in S3, through the stream's router.

use std::collections::BTreeMap;

use aws_sdk_s3::Client;

use super::report::RedriveReport;
use super::{RedriveArgs, discarded};
use crate::error::CommandError;
use crate::quarantine::clients::{self, AwsClients};
use crate::quarantine::function::{self, FunctionIdentity};
use crate::quarantine::transfer::SendOutcome;
use crate::quarantine::invoke::{ExpectedResponse, RouterFunction};
use crate::quarantine::progress::ProgressLine;
use crate::quarantine::stop::StopSignal;
use crate::report::{OutputFormat, CommandOutcome, CommandOutput};
use crate::session::AwsSession;

pub(super) async fn run(
    args: RedriveArgs,
    location: &str,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    let (bucket, prefix) = location.split_once('/').unwrap_or((location, ""));
    if args.tenant.is_some() || args.to.is_some() {
        let remedy = "leave --tenant and --to out: an object's event goes to the stream's router as a whole";
        return Err(CommandError::usage("redrive --from s3://…", "an object is no message", remedy));
    }
    let Some(function) = args.router else {
        let remedy = "name the stream's router, which the events are handed to";
        return Err(CommandError::usage("--router", "it is not given", remedy));
    };
    let clients = AwsClients::load(session).await;
    let router = RouterFunction { client: clients.lambda(&function)?, function };
    let mut redrive = ObjectRedrive {
        s3: clients.s3(None)?,
        bucket: bucket.to_owned(),
        router,
        any_source: args.any_source,
        progress: ProgressLine::new(format),
        report: RedriveReport { executed: args.execute, ..RedriveReport::default() },
    };
    let stop = StopSignal::listen();
    let keys = redrive.list_keys(prefix, args.limit.unwrap_or(usize::MAX)).await?;
    redrive.report.seen = keys.len();
    'shards: for (shard, keys) in group_by_shard(keys) {
        let mut rest = keys.into_iter();
        while let Some(key) = rest.next() {
            if stop.is_requested() {
                redrive
                    .report
                    .add_left(&format!("s3://{bucket}/{key}"), "interrupted: it and all behind it".to_owned());
                break 'shards;
            }
            redrive.report.selected += 1;
            let left = redrive.redrive_object(&key, args.execute).await.err();
            if let Some(why) = left.as_ref().map(ObjectLeft::why) {
                redrive.report.add_left(&format!("s3://{bucket}/{key}"), why.to_owned());
            }
            if let Some(ObjectLeft::BlocksShard(_)) = left {
                let behind = rest.len();
                if behind > 0 {
                    let why = format!("{behind} objects wait behind the one that is left");
                    redrive.report.selected += behind;
                    redrive.report.add_left(&format!("s3://{bucket}/{shard}"), why);
                }
                break;
            }
        }
    }
    redrive.progress.clear();
    let report = redrive.report;
    let outcome = if report.left.is_empty() { CommandOutcome::Success } else { CommandOutcome::Findings };
    CommandOutput::new(&report, outcome)
}

/// Why an object is left.
enum ObjectLeft {
    /// It is none of a stream's events, or cannot be read: the others go on.
    Skipped(String),
    /// Its records are not settled, and what is behind it in its shard waits for them.
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
    /// The keys below the prefix; sorted, which is S3's own order.
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

    /// Hands one object's event on, and deletes the object once all of it is settled.
    async fn redrive_object(&mut self, key: &str, execute: bool) -> Result<(), ObjectLeft> {
        let event = self.fetch_event(key).await.map_err(ObjectLeft::Skipped)?;
        if !execute {
            let location = format!("s3://{}/{key}", self.bucket);
            self.report.add_planned(&location, "invoke the router with its event".to_owned());
            return Ok(());
        }
        self.progress.show(|| format!("{} of {} handed out", self.report.redriven, self.report.seen));
        match self.router.invoke(&event, ExpectedResponse::PartialBatch).await {
            SendOutcome::Accepted => {}
            SendOutcome::Refused(why) => return Err(ObjectLeft::BlocksShard(why)),
            SendOutcome::Unknown(why) => {
                return Err(ObjectLeft::BlocksShard(format!("some of it may have been settled all the same: {why}")));
            }
        }
        self.report.redriven += 1;
        let deleting = self.s3.delete_object().bucket(&self.bucket).key(key);
        let deleted = deleting.send().await;
        deleted.map(drop).map_err(|error| {
            let words = clients::describe_error(&error);
            ObjectLeft::Skipped(format!("it was handed on, but could not be deleted; again it is a repeat: {words}"))
        })
    }

    async fn fetch_event(&self, key: &str) -> Result<String, String> {
        let request = self.s3.get_object().bucket(&self.bucket).key(key);
        let object = request.send().await;
        let object = object.map_err(|error| format!("it could not be read: {}", clients::describe_error(&error)))?;
        let body = object.body.collect().await.map_err(|error| format!("it was cut off: {error}"))?;
        let text = String::from_utf8(body.into_bytes().into()).map_err(|_| "it is not text".to_owned())?;
        let event = discarded::extract_event(&text)?;
        if !self.any_source {
            let given = discarded::function_arn(&text);
            let given = given.as_deref().and_then(FunctionIdentity::parse_arn);
            function::check_function("given to", given, &self.router.function)?;
        }
        Ok(event)
    }
}

/// The keys by shard. Lambda names objects `aws/lambda/<mapping>/<shard>/<year>/<month>/<day>/<time>-<random>`
/// [Lambda developer guide, "Retain discarded batch records for a Kinesis Data Streams event source in Lambda"], so
/// that the order of names is that of time, within a shard.
fn group_by_shard(keys: Vec<String>) -> BTreeMap<String, Vec<String>> {
    let mut shards: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for key in keys {
        // From the end: the prefix may be anything.
        let shard = key.rsplitn(5, '/').nth(4).unwrap_or_default().to_owned();
        shards.entry(shard).or_default().push(key);
    }
    shards
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_a_shard_stay_together_in_the_order_of_their_names() {
        let key = |shard: &str, day: &str| format!("p/aws/lambda/m/{shard}/2026/11/{day}/time");
        let keys = vec![key("s-0", "01"), key("s-0", "02"), key("s-1", "01"), "stray".to_owned()];
        let shards = group_by_shard(keys);
        assert_eq!(shards["p/aws/lambda/m/s-0"], [key("s-0", "01"), key("s-0", "02")]);
        assert_eq!((shards["p/aws/lambda/m/s-1"].len(), shards[""].len()), (1, 1));
    }
}
