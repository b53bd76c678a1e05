//! Window by window: planned, put in order, handed on.

use std::collections::{BTreeSet, HashMap};

use super::super::backup::Backup;
use super::super::desk::Found;
use super::super::handing::Fate;
use super::super::invoke::Router;
use super::super::lanes::{Stopped, Ticket, lanes};
use super::super::look::{End, Look};
use super::super::outgoing::Kind;
use super::super::queue::Queue;
use super::super::record::Record;
use super::super::work::{Item, Way, Workers};
use super::plan::{Origin, Plan, Route, Wishes};
use super::report::{Changed, LeftOver, Planned, Report};
use crate::error::CommandError;

/// How many records, and bytes of them, are planned at a time: records of one order key among them are put in order.
const WINDOW: usize = 1000;
const WINDOW_BYTES: usize = 64 * 1024 * 1024;

pub(super) struct Replay<'a> {
    pub(super) look: Look<'a>,
    pub(super) report: Report,
    /// Whether `--to` takes them all: the operator named their source, or vouches for it.
    pub(super) is_of_one_source: bool,
    wishes: Wishes,
    router: Option<Router>,
    backup: Option<Backup>,
    queues: HashMap<String, Result<Queue, String>>,
    /// Records of the last page that did not fit into its window.
    over: Vec<Found>,
    stopped: Stopped,
    /// The sources of what goes into another queue than its own.
    sources: BTreeSet<Option<String>>,
}

/// A record with what is to become of it, or why it is left.
struct Candidate {
    found: Found,
    ticket: Ticket,
    planned: Result<Going, String>,
}

struct Going {
    way: Way,
    planned: Planned,
    is_elsewhere: bool,
    /// The record as it was, where it is changed.
    original: Option<String>,
}

impl<'a> Replay<'a> {
    pub(super) fn new(
        look: Look<'a>,
        wishes: Wishes,
        router: Option<Router>,
        backup: Option<Backup>,
        execute: bool,
    ) -> Self {
        Self {
            look,
            report: Report::new(execute),
            is_of_one_source: false,
            wishes,
            router,
            backup,
            queues: HashMap::new(),
            over: Vec::new(),
            stopped: Stopped::default(),
            sources: BTreeSet::new(),
        }
    }

    pub(super) async fn all(&mut self, limit: usize) -> Result<(), CommandError> {
        let mut room = limit;
        loop {
            let found = self.window(room.min(WINDOW)).await?;
            room -= found.len();
            if found.is_empty() {
                return Ok(());
            }
            let going = self.plan_all(found).await;
            if self.report.executed {
                let (before, tried) = (self.report.replayed, !going.is_empty());
                self.hand_on(going).await?;
                if tried && self.report.replayed == before {
                    self.report.caveats.push("nothing of this got through, so no more was tried".to_owned());
                    return Ok(());
                }
            } else {
                self.report.planned.extend(going.into_iter().map(|(_, _, going)| going.planned));
            }
            if room == 0 {
                self.look.tally.end = End::Enough;
                return Ok(());
            }
        }
    }

    /// Up to `most` records that are held.
    async fn window(&mut self, most: usize) -> Result<Vec<Found>, CommandError> {
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

    /// What can be handed on; why anything else is left is in the report.
    async fn plan_all(&mut self, window: Vec<Found>) -> Vec<(Ticket, Found, Going)> {
        self.report.selected += window.len();
        let mut candidates = Vec::with_capacity(window.len());
        for found in window {
            candidates.push(self.candidate(found).await);
        }
        self.take_one_source(&mut candidates);
        let tickets = candidates.iter().map(|candidate| (&candidate.ticket, candidate.planned.is_err()));
        let waiting = self.stopped.waiting(tickets);
        let mut going = Vec::with_capacity(candidates.len());
        for (Candidate { found, ticket, planned }, waits) in candidates.into_iter().zip(waiting) {
            let why = match planned {
                Ok(planned) if !waits => {
                    going.push((ticket, found, planned));
                    continue;
                }
                Ok(_) => "one that stands before it in its order was left".to_owned(),
                Err(why) => why,
            };
            self.report.left.push(LeftOver::before(&found.held, why));
        }
        going
    }

    async fn candidate(&mut self, found: Found) -> Candidate {
        let Look { desk, holding, .. } = self.look;
        let record = holding.during(desk.record(&found.held, &found.rejected)).await;
        let (line, rank) = if desk.queue.kind() == Kind::Fifo {
            // The quarantine has an order of its own, in which its messages were received.
            (Some(found.held.system("MessageGroupId").unwrap_or_default().to_owned()), None)
        } else {
            // As it was: another tenant id does not give it another place.
            record.as_deref().ok().and_then(|record| Record::of(record).ok()?.line()).unzip()
        };
        let mut ticket = Ticket { line, rank, destination: String::new() };
        let planned = match record {
            Ok(record) => self.plan(&found, record, &mut ticket).await,
            Err(why) => Err(why),
        };
        Candidate { found, ticket, planned }
    }

    async fn plan(&mut self, found: &Found, record: String, ticket: &mut Ticket) -> Result<Going, String> {
        let origin = Origin {
            message_id: &found.held.id,
            source: found.rejected.source_arn.as_deref(),
            sender: found.held.system("SenderId"),
        };
        let plan = Plan::new(&record, origin, &self.wishes)?;
        plan.destination().clone_into(&mut ticket.destination);
        let planned = Planned {
            message_id: found.held.id.clone(),
            reason: found.rejected.reason.clone(),
            tenant: found.tenant.clone(),
            action: plan.words(),
            original_tenant: plan.original_tenant.clone(),
            left_out: plan.left_out().to_vec(),
        };
        let (is_elsewhere, original) = (plan.is_elsewhere, plan.original_tenant.map(|_| record));
        let way = match plan.route {
            Route::Queue(destination, message) => Way::Queue(self.queue(&destination).await?, *message),
            Route::Router(event, answering) => Way::Router(event, answering),
        };
        Ok(Going { way, planned, is_elsewhere, original })
    }

    /// Another queue than their own takes records of one source; of several, none goes there.
    fn take_one_source(&mut self, candidates: &mut [Candidate]) {
        if self.is_of_one_source {
            return;
        }
        let elsewhere =
            |candidate: &&mut Candidate| candidate.planned.as_ref().is_ok_and(|going| going.is_elsewhere);
        let all: Vec<_> = candidates.iter_mut().filter(elsewhere).collect();
        self.sources.extend(all.iter().map(|candidate| candidate.found.rejected.source_arn.clone()));
        if self.sources.len() > 1 {
            for candidate in all {
                candidate.planned = Err("the records for --to are of several sources, and it is not their \
                                         queue: pick one source with --source"
                    .to_owned());
            }
        }
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

    async fn hand_on(&mut self, going: Vec<(Ticket, Found, Going)>) -> Result<(), CommandError> {
        let mut lines = HashMap::new();
        let mut originals = HashMap::new();
        let mut items = Vec::with_capacity(going.len());
        for (ticket, found, Going { way, planned, original, .. }) in going {
            if let (Some(backup), Some(record)) = (&mut self.backup, &original) {
                backup.append(&found, record)?;
            }
            if !planned.left_out.is_empty() {
                self.report.unmarked.push(planned.message_id.clone());
            }
            lines.extend(ticket.line.clone().map(|line| (planned.message_id.clone(), line)));
            originals.extend(planned.original_tenant.map(|original| (planned.message_id, original)));
            let Found { held, rejected, .. } = found;
            items.push((ticket, Item { held, way, stored: rejected.stored }));
        }
        if let Some(backup) = &mut self.backup {
            backup.save()?;
        }
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
            let held = &done.item.held;
            let went = match done.fate {
                Fate::Done => {
                    self.report.done(held);
                    true
                }
                Fate::Left(left) => {
                    self.report.left.push(LeftOver::after(held, &left));
                    if let Some(line) = lines.remove(&held.id) {
                        self.stopped.stop(line);
                    }
                    left.may_repeat()
                }
            };
            if let Some(original_tenant) = originals.remove(&held.id).filter(|_| went) {
                self.report.changed.push(Changed { message_id: held.id.clone(), original_tenant });
            }
        }
        Ok(())
    }
}
