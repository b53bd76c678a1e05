//! A history, sorted by invocations and Invokes.

use std::time::Duration;

use crate::history::{Event, EventFate, FailedItem, History, Interruption, InvokeOutcome, QuarantineResult};

/// A history, sorted. Positions are indexes into its events, since several events can have the same time.
pub struct Digest<'h> {
    /// The whole history.
    pub history: &'h History,
    /// The invocations of the router, by number.
    pub invocations: Vec<Invocation>,
    /// The Invokes of backends, or the messages sent over the bridge, by number.
    pub calls: Vec<Call>,
    /// The history behind the bridge, sorted.
    pub behind: Option<Box<Self>>,
}

/// One invocation of the router.
#[derive(Default)]
pub struct Invocation {
    /// The execution environment.
    pub environment: usize,
    /// When it began.
    pub began: Duration,
    /// The position at which it began.
    pub began_at: usize,
    /// The records of the source.
    pub batch: Vec<usize>,
    /// The numbers of its Invokes.
    pub calls: Vec<usize>,
    /// The records that it sent to quarantine, with the position and the result.
    pub quarantined: Vec<(usize, usize, QuarantineResult)>,
    /// When it responded, the position, and the items that it named as failed.
    pub response: Option<(Duration, usize, Vec<FailedItem>)>,
    /// The position at which the router failed it.
    pub failed_at: Option<usize>,
    /// How it ended, if its source got no response.
    pub interruption: Option<Interruption>,
}

/// One Invoke.
#[derive(Default)]
pub struct Call {
    /// The invocation of the router that sent it.
    pub invocation: usize,
    /// The tenant.
    pub tenant: Option<usize>,
    /// The backend.
    pub backend: usize,
    /// The records in the payload.
    pub records: Vec<usize>,
    /// When it was sent, and the position.
    pub sent: (Duration, usize),
    /// The position at which the backend first ran, or Lambda accepted the event.
    pub arrived_at: Option<usize>,
    /// The position at which its run ended, if the router no longer waited for it.
    pub orphan_ended_at: Option<usize>,
    /// When Lambda accepted the event.
    pub accepted: Option<Duration>,
    /// The number of runs of the backend.
    pub runs: u32,
    /// When the event that Lambda had accepted ended, and how.
    pub fate: Option<(Duration, EventFate)>,
    /// The response.
    pub returned: Option<Returned>,
}

/// The response to an Invoke.
pub struct Returned {
    /// When it came, and the position.
    pub at: (Duration, usize),
    /// The records that it acknowledges.
    pub acked: Vec<usize>,
    /// Whether the Invoke ran, or may be retried.
    pub outcome: InvokeOutcome,
}

/// Returns the element of this number, after filling the list up to it.
fn entry<T: Default>(list: &mut Vec<T>, number: usize) -> &mut T {
    while list.len() <= number {
        list.push(T::default());
    }
    &mut list[number]
}

impl<'h> Digest<'h> {
    /// Sorts a history.
    #[must_use]
    pub fn of(history: &'h History) -> Self {
        let behind = history.behind.as_ref().map(|behind| Box::new(Self::of(behind)));
        let mut digest = Self { history, invocations: Vec::new(), calls: Vec::new(), behind };
        for (position, timed) in history.events.iter().enumerate() {
            digest.add(position, timed.at, &timed.event);
        }
        digest
    }

    /// Adds the event at a position.
    fn add(&mut self, position: usize, now: Duration, event: &Event) {
        match event {
            Event::InvocationStarted { invocation, environment, records } => {
                *entry(&mut self.invocations, *invocation) = Invocation {
                    environment: *environment,
                    began: now,
                    began_at: position,
                    batch: records.clone(),
                    ..Invocation::default()
                };
            }
            Event::Sent { invocation, call, tenant, backend, records, bytes: _ } => {
                *entry(&mut self.calls, *call) = Call {
                    invocation: *invocation,
                    tenant: *tenant,
                    backend: *backend,
                    records: records.clone(),
                    sent: (now, position),
                    ..Call::default()
                };
                entry(&mut self.invocations, *invocation).calls.push(*call);
            }
            Event::Ran { call } => {
                let call = entry(&mut self.calls, *call);
                call.arrived_at.get_or_insert(position);
                call.runs += 1;
            }
            Event::Accepted { call } => {
                let call = entry(&mut self.calls, *call);
                (call.arrived_at, call.accepted) = (Some(position), Some(now));
            }
            Event::EventEnded { call, fate } => entry(&mut self.calls, *call).fate = Some((now, *fate)),
            Event::OrphanEnded { call } => entry(&mut self.calls, *call).orphan_ended_at = Some(position),
            Event::Returned { call, acked, outcome } => {
                let returned = Returned { at: (now, position), acked: acked.clone(), outcome: *outcome };
                entry(&mut self.calls, *call).returned = Some(returned);
            }
            Event::Quarantined { invocation, record, result, .. } => {
                entry(&mut self.invocations, *invocation).quarantined.push((*record, position, *result));
            }
            Event::Responded { invocation, named } => {
                entry(&mut self.invocations, *invocation).response = Some((now, position, named.clone()));
            }
            Event::InvocationFailed { invocation } => {
                entry(&mut self.invocations, *invocation).failed_at = Some(position);
            }
            Event::Interrupted { invocation, how } => {
                entry(&mut self.invocations, *invocation).interruption = Some(*how);
            }
            Event::RegistryAsked { .. }
            | Event::RegistryAnswered { .. }
            | Event::Failed { .. }
            | Event::Acked { .. }
            | Event::Bridged { .. }
            | Event::Redelivered { .. }
            | Event::Discarded { .. }
            | Event::Fault { .. } => {}
        }
    }

    /// Returns the Invokes of an invocation.
    pub fn calls_of<'d>(&'d self, invocation: &'d Invocation) -> impl Iterator<Item = &'d Call> {
        invocation.calls.iter().map(|&call| &self.calls[call])
    }

    /// Returns where in a batch a record of the source begins.
    #[must_use]
    pub fn position(&self, invocation: &Invocation, parent: usize) -> Option<usize> {
        invocation.batch.iter().position(|&record| self.history.plan.parent(record) == parent)
    }

    /// Returns how many acknowledgements an invocation got for a record before a position.
    #[must_use]
    pub fn acks(&self, invocation: &Invocation, record: usize, before: usize) -> usize {
        let returned = self.calls_of(invocation).filter_map(|call| call.returned.as_ref());
        let returned = returned.filter(|returned| returned.at.1 < before);
        let delivered: usize =
            returned.map(|returned| returned.acked.iter().filter(|&&of| of == record).count()).sum();
        let in_quarantine = invocation.quarantined.iter().filter(|(of, position, result)| {
            *of == record && *position < before && *result == QuarantineResult::Acked
        });
        delivered + in_quarantine.count()
    }

    /// Returns the indexes of the records in a batch that are not acknowledged before a position. If a record is twice
    /// in the batch, both copies count as unacknowledged until each has an acknowledgement.
    pub fn unacked<'d>(
        &'d self,
        invocation: &'d Invocation,
        before: usize,
    ) -> impl Iterator<Item = usize> + 'd {
        let copies = |record: usize| invocation.batch.iter().filter(|&&of| of == record).count();
        (0..invocation.batch.len()).filter(move |&at| {
            self.acks(invocation, invocation.batch[at], before) < copies(invocation.batch[at])
        })
    }

    /// Returns the position after the last event at or before a time.
    #[must_use]
    pub fn position_at(&self, time: Duration) -> usize {
        self.history.events.partition_point(|timed| timed.at <= time)
    }

    /// Returns the tenant that owns a record.
    #[must_use]
    pub fn owner(&self, record: usize) -> Option<usize> {
        self.history.plan.records[record].stated.owner()
    }

    /// Returns the backend of a tenant.
    #[must_use]
    pub fn backend(&self, tenant: usize) -> usize {
        let plan = &self.history.plan;
        usize::from(plan.settings.registry.is_some() && !plan.forwards() && plan.tenants[tenant].premium)
    }
}
