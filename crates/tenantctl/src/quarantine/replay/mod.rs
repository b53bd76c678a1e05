//! Rejected records are given back to their routers.
//!
//! - `plan`: what that means for one record (pure); `report`: what came of it

use std::collections::HashMap;

use tenancy::{Grammar, Selector, TenantId};

use super::desk::{Desk, Found, QueueArgs};
use super::filter::Filter;
use super::handing::Fate;
use super::holding::Holding;
use super::invoke::Router;
use super::lanes::{Ticket, lanes};
use super::look::{End, Look};
use super::outgoing::Kind;
use super::queue::Queue;
use super::work::{Item, Way, Workers};
use crate::failure::Failure;
use crate::report::{Format, Outcome, Reply};
use crate::session::Session;
use plan::{Fix, Plan, Route, Wishes};
use report::{LeftOver, Planned, Report};

pub(crate) mod plan;
mod report;

/// How many records, and bytes of them, are planned at a time: records of one order key among them are put in order.
const WINDOW: usize = 1000;
const WINDOW_BYTES: usize = 64 * 1024 * 1024;

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    queue: QueueArgs,
    #[command(flatten)]
    filter: Filter,
    /// Do it. Without this, only what would be done is told.
    #[arg(long)]
    execute: bool,
    /// Replay this many at most.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Send records of queues to this queue instead of their own.
    #[arg(long, value_name = "URL|ARN|NAME")]
    to: Option<String>,
    /// The source's router (name or ARN), for records of streams and events, which cannot be put back.
    #[arg(long, value_name = "FUNCTION")]
    router: Option<String>,
    /// Set the tenant id at --path to this one; the original is kept in the message's attributes.
    #[arg(long, value_name = "ID", requires = "path")]
    fix_tenant: Option<String>,
    /// Where the tenant id stands, as a selector's path: $.body.tenantId, $.attributes.MessageGroupId.
    #[arg(long, value_name = "PATH", requires = "fix_tenant")]
    path: Option<String>,
}

const AFTER_HELP: &str = "\
A record of a queue is sent to that queue again: body, attributes, message group and trace header as they were, \
with a new deduplication id and the attribute tenant_router_replay, which names the quarantine's message. A \
record of a stream or an EventBridge event has no way back into its source, so the source's router is invoked \
with it, and waited for: if it names no failure, the record is settled, which means delivered, or set aside \
again as a new message.

A replay opens no door: the router checks each record as if it were new, with selectors, agreement, grammar and \
registry. A record that is sent again has you as its sender, so a tenant with principals takes it only if you \
are one of them. --fix-tenant needs a filter that says which records are meant.

Nothing is deleted from the quarantine before the other side has acknowledged it, so a replay that breaks off, \
or is killed, loses nothing; run it again. What it had just handed on is then handed on once more: messages that \
were received before are told as possible repeats (a look with ls counts as well), and repeats carry the same \
tenant_router_replay. Two replays at once do not get in each other's way.

In a FIFO quarantine each message group is replayed in its order, and stops at its first failure; so do records \
of one order key in any other.

Exit code 1: something is left, or may be.";

pub(crate) async fn run(args: Args, session: &Session, format: Format) -> Result<Reply, Failure> {
    let fix = fix(&args)?;
    let desk = Desk::open(&args.queue.queue, args.filter, session, format).await?;
    let to = match &args.to {
        Some(to) => Some(Queue::open(&desk.estate, to).await?),
        None => None,
    };
    if to.as_ref().is_some_and(|to| to.url() == desk.queue.url()) {
        return Err(Failure::usage("--to", "it is the quarantine itself", "name the source's queue"));
    }
    let router = args
        .router
        .clone()
        .map(|function| desk.estate.lambda(&function).map(|client| Router { client, function }));
    let router = router.transpose()?;
    let wishes = Wishes { to: to.map(|to| to.url().to_owned()), router: args.router, fix };
    let holding = Holding::new(&desk.queue, args.queue.hold_seconds);
    let look = Look::new(&desk, &holding);
    let mut replay = Replay {
        look,
        wishes,
        router,
        queues: HashMap::new(),
        over: Vec::new(),
        report: Report::new(args.execute),
    };
    let ended = replay.all(args.limit.unwrap_or(usize::MAX)).await;
    let stuck = holding.give_back().await;
    desk.progress.end();
    let Replay { look, mut report, .. } = replay;
    report.caveats.extend(look.caveats(stuck));
    report.incomplete = !look.is_complete(args.execute);
    (report.seen, report.foreign) = (look.tally.seen, look.tally.foreign);
    if let Err(failure) = ended {
        // What was done before it failed must not stay untold.
        if report.replayed == 0 {
            return Err(failure);
        }
        report.caveats.push(format!("broken off: {failure}"));
        report.broken_off = true;
    }
    let outcome = if report.is_clean() { Outcome::Good } else { Outcome::Found };
    Reply::new(&report, outcome)
}

/// Another tenant id is set on purpose, on records that were picked on purpose.
fn fix(args: &Args) -> Result<Option<Fix>, Failure> {
    let (Some(id), Some(path)) = (&args.fix_tenant, &args.path) else { return Ok(None) };
    if !args.filter.picks() {
        let remedy = "add --message-id, --record-id, --reason or --tenant";
        return Err(Failure::usage("--fix-tenant", "no filter says which records are meant", remedy));
    }
    let tenant = TenantId::parse(id, &Grammar::Lambda).map_err(|_| {
        let remedy = "write 1 to 256 letters, digits and ._:/=+-@, with spaces inside only";
        Failure::usage("--fix-tenant", "Lambda takes no such tenant id", remedy)
    })?;
    let path = Selector::parse(path)
        .map_err(|error| Failure::usage("--path", error.to_string(), "write it as a selector's path"))?;
    Ok(Some(Fix { tenant, path }))
}

struct Replay<'a> {
    look: Look<'a>,
    wishes: Wishes,
    router: Option<Router>,
    queues: HashMap<String, Result<Queue, String>>,
    /// Records of the last page that did not fit into its window.
    over: Vec<Found>,
    report: Report,
}

impl Replay<'_> {
    async fn all(&mut self, limit: usize) -> Result<(), Failure> {
        let mut room = limit;
        loop {
            let found = self.window(room.min(WINDOW)).await?;
            room -= found.len();
            if found.is_empty() {
                return Ok(());
            }
            let items = self.plan_all(found).await;
            if self.report.executed {
                let (before, tried) = (self.report.replayed, !items.is_empty());
                self.hand_on(items).await;
                if tried && self.report.replayed == before {
                    self.report.caveats.push("nothing of this got through, so no more was tried".to_owned());
                    return Ok(());
                }
            }
            if room == 0 {
                self.look.tally.end = End::Enough;
                return Ok(());
            }
        }
    }

    /// Up to `most` records that are held.
    async fn window(&mut self, most: usize) -> Result<Vec<Found>, Failure> {
        let (mut window, mut bytes) = (Vec::new(), 0);
        loop {
            for found in std::mem::take(&mut self.over) {
                if window.len() < most && bytes < WINDOW_BYTES {
                    bytes = bytes.saturating_add(found.bytes());
                    window.push(found);
                } else {
                    self.over.push(found);
                }
            }
            if window.len() == most || bytes >= WINDOW_BYTES {
                return Ok(window);
            }
            match self.look.page().await? {
                Some(page) => self.over = page,
                None => return Ok(window),
            }
        }
    }

    async fn plan_all(&mut self, window: Vec<Found>) -> Vec<(Ticket, Item)> {
        let mut items = Vec::with_capacity(window.len());
        for found in window {
            self.report.selected += 1;
            match self.plan(&found).await {
                Ok((ticket, way, planned)) => {
                    if self.report.executed {
                        if !planned.left_out.is_empty() {
                            self.report.unmarked.push(planned.message_id);
                        }
                        let Found { held, rejected, .. } = found;
                        items.push((ticket, Item { held, way, stored: rejected.stored }));
                    } else {
                        self.report.planned.push(planned);
                    }
                }
                Err(why) => self.report.left.push(LeftOver::before(&found.held, why)),
            }
        }
        items
    }

    async fn plan(&mut self, found: &Found) -> Result<(Ticket, Way, Planned), String> {
        let desk = self.look.desk;
        let record = self.look.holding.during(desk.record(&found.held, &found.rejected)).await?;
        let plan = Plan::new(&record, &found.held.id, found.rejected.source_arn.as_deref(), &self.wishes)?;
        let planned = Planned {
            message_id: found.held.id.clone(),
            reason: found.rejected.reason.clone(),
            tenant: found.tenant.clone(),
            action: plan.words(),
            original_tenant: plan.original_tenant.clone(),
            left_out: plan.left_out().to_vec(),
        };
        let mut ticket = plan.ticket;
        if desk.queue.kind() == Kind::Fifo {
            // The quarantine has an order of its own, in which its messages were received.
            (ticket.line, ticket.rank) =
                (Some(found.held.system("MessageGroupId").unwrap_or_default().to_owned()), None);
        }
        let way = match plan.route {
            Route::Queue(destination, message) => Way::Queue(self.queue(&destination).await?, *message),
            Route::Router(event, answering) => Way::Router(event, answering),
        };
        Ok((ticket, way, planned))
    }

    /// The queue of this URL or ARN, asked for once.
    async fn queue(&mut self, named: &str) -> Result<Queue, String> {
        if let Some(known) = self.queues.get(named) {
            return known.clone();
        }
        let opened = Queue::open(&self.look.desk.estate, named).await.map_err(|failure| failure.to_string());
        self.queues.insert(named.to_owned(), opened.clone());
        opened
    }

    async fn hand_on(&mut self, items: Vec<(Ticket, Item)>) {
        let Look { desk, holding, .. } = self.look;
        let workers = Workers {
            holding,
            router: self.router.as_ref(),
            s3: desk.s3(),
            stop: &desk.stop,
            progress: &desk.progress,
        };
        for done in workers.run(lanes(items)).await {
            self.report.caveats.extend(done.remark);
            match done.fate {
                Fate::Done => self.report.done(&done.item.held),
                Fate::Left(left) => self.report.left.push(LeftOver::after(&done.item.held, &left)),
            }
        }
    }
}
