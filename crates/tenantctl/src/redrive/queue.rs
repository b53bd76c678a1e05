//! The messages of a dead-letter queue, back to the queue that gave them up.

use std::collections::HashMap;

use base64_simd::STANDARD;
use serde_json::{Map, Value, json};
use tenancy::Rules;

use super::report::Report;
use super::{Args, discarded};
use crate::error::CommandError;
use crate::quarantine::desk::rules;
use crate::quarantine::estate::Estate;
use crate::quarantine::function::{self, Function};
use crate::quarantine::handing::Fate;
use crate::quarantine::holding::{Holding, Page};
use crate::quarantine::invoke::{Answering, Router};
use crate::quarantine::lanes::{Ticket, lanes};
use crate::quarantine::look::{self, End, Tally};
use crate::quarantine::message::{self, Held};
use crate::quarantine::outgoing::{Kind, Outgoing};
use crate::quarantine::progress::Progress;
use crate::quarantine::queue::{About, Queue};
use crate::quarantine::record::SqsRecord;
use crate::quarantine::stop::Stop;
use crate::quarantine::work::{Item, Way, Workers};
use crate::report::{OutputFormat, CommandOutcome, CommandOutput};
use crate::session::AwsSession;

/// How many messages are planned at a time.
const WINDOW: usize = 200;

pub(super) async fn run(args: Args, session: &AwsSession, format: OutputFormat) -> Result<CommandOutput, CommandError> {
    let rules = args.config.as_deref().map(rules).transpose()?;
    let estate = Estate::open(session).await;
    let queue = Queue::open(&estate, &args.from).await?;
    let about = queue.about().await?;
    let to = match &args.to {
        Some(to) => Some(Queue::open(&estate, to).await?.url().to_owned()),
        None => only_source(&queue).await,
    };
    if to.as_deref() == Some(queue.url()) {
        return Err(CommandError::usage("--to", "it is the dead-letter queue itself", "name the source's queue"));
    }
    let router = match args.router.clone() {
        Some(function) => Some(Router { client: estate.lambda(&function)?, function }),
        None => None,
    };
    let holding = Holding::new(&queue, args.hold_seconds);
    let report = Report { executed: args.execute, ..Report::default() };
    let (stop, progress, s3) = (Stop::listen(), Progress::new(format), estate.s3(queue.region())?);
    let workers =
        Workers { holding: &holding, router: router.as_ref(), s3: &s3, stop: &stop, progress: &progress };
    let (queues, tally) = (HashMap::new(), Tally::default());
    let mut redrive =
        Redrive { args: &args, estate: &estate, rules, to, workers, queues, about: &about, tally, report };
    let ended = redrive.all().await;
    let Redrive { mut report, tally, .. } = redrive;
    let stuck = holding.give_back().await;
    progress.end();
    if let Err(failure) = ended {
        // What was done before it failed must not stay untold.
        if report.redriven == 0 {
            return Err(failure);
        }
        report.leave("and more", format!("broken off: {failure}"));
    }
    report.seen = tally.seen;
    report.caveats.extend(look::caveats(&about, queue.kind(), &tally, stuck));
    let is_complete = tally.is_complete(queue.kind(), args.execute);
    let outcome = if report.left.is_empty() && is_complete { CommandOutcome::Success } else { CommandOutcome::Findings };
    CommandOutput::new(&report, outcome)
}

/// The queue that gives up to this one, where there is just one; a message's own word comes first.
async fn only_source(queue: &Queue) -> Option<String> {
    // Without the permission to ask, the messages still tell.
    let sources = queue.given_up_by().await.ok()?;
    match sources.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

struct Redrive<'a> {
    args: &'a Args,
    estate: &'a Estate,
    rules: Option<Rules>,
    to: Option<String>,
    workers: Workers<'a>,
    queues: HashMap<String, Result<Queue, String>>,
    /// As of before anything was looked at.
    about: &'a About,
    tally: Tally,
    report: Report,
}

impl Redrive<'_> {
    async fn all(&mut self) -> Result<(), CommandError> {
        let mut room = self.args.limit.unwrap_or(usize::MAX);
        loop {
            let window = self.window(&mut room).await?;
            if window.is_empty() {
                return Ok(());
            }
            let mut items = Vec::with_capacity(window.len());
            for held in window {
                self.report.selected += 1;
                match self.plan(&held).await {
                    Ok((_, way)) if !self.args.execute => self.report.plan(&held.id, words(&way)),
                    Ok((ticket, way)) => items.push((ticket, Item { held, way, stored: None })),
                    Err(why) => self.report.leave(&held.id, why),
                }
            }
            let (before, tried) = (self.report.redriven, !items.is_empty());
            for done in self.workers.run(lanes(items)).await {
                let held = &done.item.held;
                match done.fate {
                    Fate::Done => self.report.redriven += 1,
                    Fate::Left(left) => self.report.leave(&held.id, left.why()),
                }
            }
            if tried && self.report.redriven == before {
                self.report.caveats.push("nothing of this got through, so no more was tried".to_owned());
                return Ok(());
            }
        }
    }

    async fn window(&mut self, room: &mut usize) -> Result<Vec<Held>, CommandError> {
        let mut window = Vec::new();
        while window.len() < WINDOW {
            if *room == 0 || self.workers.stop.is_asked() {
                self.tally.end = if *room == 0 { End::Enough } else { End::Stopped };
                break;
            }
            self.workers.holding.keep().await;
            let page = match self.workers.holding.receive().await? {
                Page::Some(page) => page,
                Page::Nothing => {
                    self.tally.nothing_more(self.workers.holding.queue(), self.about).await;
                    break;
                }
                Page::Known => {
                    self.tally.end = End::Known;
                    break;
                }
            };
            self.tally.seen += page.len();
            for held in page {
                // What is over is given back at the end.
                if *room > 0 && self.is_meant(&held) {
                    *room -= 1;
                    window.push(held);
                }
            }
        }
        Ok(window)
    }

    fn is_meant(&self, held: &Held) -> bool {
        let (Some(tenant), Some(rules)) = (&self.args.tenant, &self.rules) else { return true };
        let source = held.system("DeadLetterQueueSourceArn").unwrap_or_default();
        rules.admit(&record(held, source)).is_ok_and(|admitted| admitted.tenant().as_str() == tenant)
    }

    async fn plan(&mut self, held: &Held) -> Result<(Ticket, Way), String> {
        if discarded::is_notice(&held.body) {
            return Err("it names a stream's batch that Lambda gave up and holds none of its records: let Lambda write \
                        them to S3, and redrive from there"
                .to_owned());
        }
        let own = held.system("DeadLetterQueueSourceArn").map(str::to_owned);
        // A queue's own message may be an event too: it goes back into the queue.
        if let (Some(event), None, None) = (discarded::bus_event(&held.body), &own, &self.args.to) {
            let Some(router) = self.workers.router else {
                return Err(
                    "it is an event that a bus could not deliver: name the router that it was for with \
                            --router, or the queue in front of it with --to"
                        .to_owned(),
                );
            };
            if !self.args.any_source {
                check_target(held, &router.function)?;
            }
            let ticket = Ticket { destination: "router".to_owned(), ..Ticket::default() };
            return Ok((ticket, Way::Router(event.to_owned(), Answering::Event)));
        }
        let destination = self.args.to.as_ref().and(self.to.clone()).or(own).or_else(|| self.to.clone());
        let destination =
            destination.ok_or("it does not say which queue gave it up: name it with --to".to_owned())?;
        let group = held.system("MessageGroupId").map(str::to_owned);
        let record = SqsRecord {
            message_id: held.id.clone(),
            queue_arn: destination.clone(),
            body: held.body.clone(),
            attributes: held.attributes.clone(),
            group: group.clone(),
            trace: held.system("AWSTraceHeader").map(str::to_owned),
            sequence: None,
        };
        let kind = Kind::of(&destination);
        let message = Outgoing::new(record, kind, &held.id, Vec::new())?;
        // A FIFO queue's dead-letter queue is one as well, and gives its groups out in their order.
        let line = if kind == Kind::Fifo { group } else { None };
        let way = Way::Queue(self.queue(&destination).await?, message);
        Ok((Ticket { line, rank: None, destination }, way))
    }

    /// The queue of this URL or ARN, asked for once.
    async fn queue(&mut self, named: &str) -> Result<Queue, String> {
        if let Some(known) = self.queues.get(named) {
            return known.clone();
        }
        let opened = Queue::open(self.estate, named).await.map_err(|failure| failure.to_string());
        self.queues.insert(named.to_owned(), opened.clone());
        opened
    }
}

/// Whether the event was for this router: a bus says so in an attribute, a function that failed in the body.
// [EventBridge user guide "Using dead-letter queues to process undelivered events in EventBridge"]
fn check_target(held: &Held, router: &str) -> Result<(), String> {
    let failed = discarded::function(&held.body);
    let target = held.text("TARGET_ARN").or(failed.as_deref());
    function::check("meant for", target.and_then(Function::of_arn), router)
}

fn words(way: &Way) -> String {
    match way {
        Way::Queue(queue, _) => format!("send it to {}", queue.url()),
        Way::Router(..) => "invoke the router with it".to_owned(),
    }
}

/// The record that an event source mapping would make of the message, for the router's selectors.
fn record(held: &Held, source: &str) -> String {
    let mut attributes = Map::new();
    for (name, attribute) in &held.attributes {
        let (field, value) = match &attribute.value {
            message::Value::Text(text) => ("stringValue", text.clone()),
            message::Value::Binary(bytes) => ("binaryValue", STANDARD.encode_to_string(bytes)),
        };
        let value = json!({ field: value, "dataType": attribute.data_type });
        attributes.insert(name.clone(), value);
    }
    let attributes = Value::Object(attributes);
    json!({
        "messageId": held.id, "body": held.body, "attributes": held.system, "messageAttributes": attributes,
        "eventSource": "aws:sqs", "eventSourceARN": source,
    })
    .to_string()
}
