//! What became of records, told from the history alone, and in one way for every router.

use std::ops::AddAssign;
use std::time::Duration;

use crate::history::{Event, History, QuarantineResult};
use crate::invariants::share_ordering_group;
use crate::plan::{Kind, Plan, StatedTenant};

#[cfg(test)]
mod tests;

/// Counts over histories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordCounts {
    /// Histories.
    pub histories: u64,
    /// Records sent.
    pub records: u64,
    /// Records with which no backend was ever done, and which neither the quarantine nor a dead-letter queue nor an
    /// on-failure destination has.
    pub lost: u64,
    /// Records that ran for a tenant whose they are not, or not certainly: their two places name two, or one is no text.
    pub misdelivered: u64,
    /// Records with which the backend was done in a run that began before that of an earlier one of their message group, or
    /// of their tenant's partition key. What a backend itself passed over within one Invoke is not counted.
    pub out_of_order: u64,
    /// Records with which the backend was done more than once.
    pub repeated: u64,
    /// Records given up by the source, although they name their tenant and the backend can be done with them.
    pub dead_lettered: u64,
    /// Records that name no tenant, or two, or what the strict grammar refuses.
    pub without_tenant: u64,
    /// Other records, with which the backend can never be done.
    pub poisoned: u64,
    /// Invokes.
    pub invokes: u64,
    /// Records with which the backend was done.
    pub done: u64,
    /// From sending to when that run began, summed over them.
    pub waited: Duration,
}

/// What can go wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// [`RecordCounts::lost`].
    Lost,
    /// [`RecordCounts::misdelivered`].
    Misdelivered,
    /// [`RecordCounts::out_of_order`].
    OutOfOrder,
    /// [`RecordCounts::dead_lettered`].
    DeadLettered,
    /// [`RecordCounts::repeated`].
    Repeated,
}

impl Wrong {
    /// All of it, in the order of the figures.
    pub const ALL: [Self; 5] =
        [Self::Lost, Self::Misdelivered, Self::OutOfOrder, Self::DeadLettered, Self::Repeated];

    /// Its name in the figures.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Misdelivered => "to a wrong tenant",
            Self::OutOfOrder => "out of order",
            Self::DeadLettered => "needless dead letters",
            Self::Repeated => "done twice",
        }
    }
}

/// A record's fate.
#[derive(Clone, Default)]
struct Fate {
    /// When the run began in which the backend was first done with it, and in which Invoke.
    done: Option<(Duration, usize)>,
    times_done: usize,
    misdelivered: bool,
    quarantined: bool,
    discarded: bool,
}

/// An Invoke: for whom, and what it carried.
type Sent<'h> = (Option<usize>, &'h [usize]);

impl RecordCounts {
    /// How many records of a million it went wrong with.
    #[must_use]
    pub const fn of_a_million(&self, wrong: Wrong) -> u64 {
        self.per_million(match wrong {
            Wrong::Lost => self.lost,
            Wrong::Misdelivered => self.misdelivered,
            Wrong::OutOfOrder => self.out_of_order,
            Wrong::DeadLettered => self.dead_lettered,
            Wrong::Repeated => self.repeated,
        })
    }

    /// So many of its records, for each million of them. One is never rounded to none.
    #[must_use]
    pub const fn per_million(&self, count: u64) -> u64 {
        (count * 1_000_000).div_ceil(if self.records == 0 { 1 } else { self.records })
    }

    /// Counts one history.
    #[must_use]
    pub fn of(history: &History) -> Self {
        let plan = &history.plan;
        let (fates, calls) = fates(history);
        let sent: Vec<usize> = plan.sent().collect();
        let count = |is: &dyn Fn(usize) -> bool| number(sent.iter().filter(|&&record| is(record)).count());
        let done = |record: usize| fates[record].done;
        let is_good = |record: usize| {
            plan.records[record].stated.owner().is_some() && plan.records[record].poison.is_none()
        };
        Self {
            histories: 1,
            records: number(sent.len()),
            lost: count(&|record| {
                let Fate { done, quarantined, discarded, .. } = fates[record];
                done.is_none() && !quarantined && !discarded
            }),
            misdelivered: count(&|record| fates[record].misdelivered),
            out_of_order: count(&|record| overtook(plan, &fates, &calls, record)),
            repeated: count(&|record| fates[record].times_done > 1),
            dead_lettered: count(&|record| fates[record].discarded && is_good(record)),
            without_tenant: count(&|record| plan.records[record].stated.owner().is_none()),
            poisoned: count(&|record| plan.records[record].stated.owner().is_some() && !is_good(record)),
            invokes: number(calls.len()),
            done: count(&|record| done(record).is_some()),
            waited: sent
                .iter()
                .filter_map(|&record| Some(done(record)?.0.saturating_sub(plan.records[record].sent_at)))
                .sum(),
        }
    }
}

fn fates(history: &History) -> (Vec<Fate>, Vec<Sent<'_>>) {
    let mut fates = vec![Fate::default(); history.plan.records.len()];
    let mut calls: Vec<Sent<'_>> = Vec::new();
    let events = &history.events;
    for (place, timed) in events.iter().enumerate() {
        match &timed.event {
            Event::Sent { call, tenant, records, .. } => {
                calls.resize(calls.len().max(call + 1), (None, &[]));
                calls[*call] = (*tenant, records);
            }
            Event::Ran { call } => {
                let (tenant, records) = calls[*call];
                let failed = match events.get(place + 1).map(|next| &next.event) {
                    Some(Event::Failed { call: of, records }) if of == call => records.as_slice(),
                    _ => &[],
                };
                for &record in records {
                    fates[record].misdelivered |= !is_its_own(history.plan.records[record].stated, tenant);
                    if !failed.contains(&record) {
                        fates[record].done.get_or_insert((timed.at, *call));
                        fates[record].times_done += 1;
                    }
                }
            }
            Event::Quarantined {
                record,
                result: QuarantineResult::Acked | QuarantineResult::AckLost,
                ..
            } => {
                fates[*record].quarantined = true;
            }
            Event::Discarded { record, .. } => fates[*record].discarded = true,
            _ => {}
        }
    }
    (fates, calls)
}

/// Whether a record says no other thing of its tenant than the Invoke that carried it. What only the strict grammar
/// refuses has no owner here, and both places name it: Lambda's own grammar takes it.
fn is_its_own(stated: StatedTenant, tenant: Option<usize>) -> bool {
    if stated == StatedTenant::BadGrammar {
        tenant.is_none()
    } else {
        tenant.is_some() && stated.owner() == tenant
    }
}

/// Whether the run in which the backend was done with a record began before that of an earlier one of its line.
fn overtook(plan: &Plan, fates: &[Fate], calls: &[Sent<'_>], record: usize) -> bool {
    let Some((at, call)) = fates[record].done else { return false };
    if plan.kind == Kind::Standard {
        return false;
    }
    let along: Vec<usize> = calls[call].1.iter().take_while(|&&other| other != record).copied().collect();
    let before = plan.sent().take_while(|&other| other < record);
    let mut line =
        before.filter(|&other| share_ordering_group(plan, record, other) && !along.contains(&other));
    line.any(|other| fates[other].done.is_some_and(|(later, _)| later > at))
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl AddAssign for RecordCounts {
    fn add_assign(&mut self, other: Self) {
        self.histories += other.histories;
        self.records += other.records;
        self.lost += other.lost;
        self.misdelivered += other.misdelivered;
        self.out_of_order += other.out_of_order;
        self.repeated += other.repeated;
        self.dead_lettered += other.dead_lettered;
        self.without_tenant += other.without_tenant;
        self.poisoned += other.poisoned;
        self.invokes += other.invokes;
        self.done += other.done;
        self.waited += other.waited;
    }
}
