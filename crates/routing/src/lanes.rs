//! Lanes: which records may be sent next, to whom, and how many at once. Pure: time is a number that comes in.
//!
//! Records stand in *lines*. Where the source is ordered there is one line for each order key, whose records may
//! belong to several tenants, and only its front may be sent. Elsewhere there is one line for each tenant. A
//! tenant's *lane* holds the lines whose front is this tenant's and free to go. Lanes are served in turn, one
//! sub-batch each, so that a tenant with ten records never waits behind one with ten thousand.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use sources::{Order, sub_batch};
use tenancy::Admitted;

use crate::ledger::Cause;

/// One tenant's records for one Invoke.
pub(crate) struct SubBatch {
    pub(crate) admitted: Admitted,
    /// Positions in the batch, ascending.
    pub(crate) indexes: Vec<usize>,
    lane: usize,
    lines: Vec<usize>,
}

/// A record's place, seen from its line.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// In this tenant's lane once it is at the front.
    Lane(usize),
    /// Rejected: its line waits until the quarantine has it.
    Aside,
    /// Rejected and quarantined: its line goes on without it.
    Passed,
    /// Not settled, and nothing more will be done for it: its line stops.
    Stop,
}

/// Records in the order in which they may be sent.
#[derive(Default)]
pub(crate) struct Line {
    pub(crate) queue: VecDeque<usize>,
    state: State,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// Empty, or its front waits for the quarantine.
    #[default]
    Waiting,
    /// In the lane of its front's tenant.
    Ready,
    /// Its order is promised and some of its records are under way.
    Busy,
    /// Nothing of it is sent any more.
    Stopped,
}

pub(crate) struct Lane {
    admitted: Admitted,
    /// Lines that may be sent, their front being this tenant's.
    ready: VecDeque<usize>,
    running: usize,
    /// Attempts in a row that did not run.
    failures: u32,
    asleep_until: Option<Duration>,
    /// Nothing more is sent for this tenant in this invocation.
    rested: bool,
    /// It is in the ring.
    listed: bool,
}

impl Lane {
    pub(crate) fn of(admitted: &Admitted) -> Self {
        Self {
            admitted: admitted.clone(),
            ready: VecDeque::new(),
            running: 0,
            failures: 0,
            asleep_until: None,
            rested: false,
            listed: false,
        }
    }
}

/// What bounds dispatch.
pub(crate) struct Limits {
    pub(crate) in_flight: usize,
    pub(crate) per_tenant: usize,
    pub(crate) max_records: usize,
    pub(crate) max_bytes: usize,
}

/// All lanes of one batch.
pub(crate) struct Lanes {
    pub(crate) order: Order,
    pub(crate) limits: Limits,
    pub(crate) places: Vec<Place>,
    /// Each record's length.
    pub(crate) bytes: Vec<usize>,
    /// Each record's line.
    pub(crate) line_of: Vec<usize>,
    pub(crate) lines: Vec<Line>,
    pub(crate) lanes: Vec<Lane>,
    running: usize,
    /// Lanes that may send now, each once, in the order in which they are served.
    ring: VecDeque<usize>,
    sleeping: BinaryHeap<Reverse<(Duration, usize)>>,
    left: Vec<(usize, Cause)>,
}

impl Lanes {
    /// Without any record yet.
    pub(crate) fn empty(order: Order, limits: Limits) -> Self {
        Self {
            order,
            limits,
            places: Vec::new(),
            bytes: Vec::new(),
            line_of: Vec::new(),
            lines: Vec::new(),
            lanes: Vec::new(),
            running: 0,
            ring: VecDeque::new(),
            sleeping: BinaryHeap::new(),
            left: Vec::new(),
        }
    }

    /// The next sub-batch to send, if one may be sent now.
    pub(crate) fn next(&mut self, now: Duration) -> Option<SubBatch> {
        while let Some(&Reverse((at, lane))) = self.sleeping.peek()
            && at <= now
        {
            self.sleeping.pop();
            if self.lanes[lane].asleep_until == Some(at) {
                self.lanes[lane].asleep_until = None;
                self.list(lane);
            }
        }
        if self.running >= self.limits.in_flight {
            return None;
        }
        let lane = self.ring.pop_front()?;
        self.lanes[lane].listed = false;
        let sub_batch = self.cut(lane);
        self.running += 1;
        self.lanes[lane].running += 1;
        self.list(lane);
        Some(sub_batch)
    }

    /// When a lane that waits may try again.
    pub(crate) fn next_wake(&self) -> Option<Duration> {
        self.sleeping.peek().map(|Reverse((at, _))| *at)
    }

    /// A sub-batch is over; `unsettled` are those of its records that got no receipt.
    pub(crate) fn finish(&mut self, sub_batch: &SubBatch, unsettled: impl Iterator<Item = usize>) {
        if self.order == Order::ByKey {
            for index in unsettled {
                let line = self.line_of[index];
                self.lines[line].state = State::Stopped;
            }
        }
        let lane = self.leave(sub_batch);
        self.lanes[lane].failures = 0;
        for &line in &sub_batch.lines {
            if self.lines[line].state == State::Busy {
                self.lines[line].state = State::Waiting;
            }
            self.advance(line);
        }
        self.list(lane);
    }

    /// Attempts of the sub-batch's tenant that did not run, this one included, since the last that did.
    pub(crate) fn failures(&mut self, sub_batch: &SubBatch) -> u32 {
        let lane = &mut self.lanes[sub_batch.lane];
        lane.failures += 1;
        lane.failures
    }

    /// A sub-batch did not run: its records go back to where they stood. Their tenant sleeps until `wake`, or is
    /// rested for the rest of the invocation.
    pub(crate) fn give_back(&mut self, sub_batch: &SubBatch, wake: Option<Duration>) {
        let lane = self.leave(sub_batch);
        for &index in sub_batch.indexes.iter().rev() {
            let line = self.line_of[index];
            self.lines[line].queue.push_front(index);
        }
        for &line in sub_batch.lines.iter().rev() {
            if self.lines[line].state != State::Ready {
                self.lines[line].state = State::Ready;
                self.lanes[lane].ready.push_front(line);
            }
        }
        // It may be listed from before, where several of its Invokes run side by side.
        if std::mem::take(&mut self.lanes[lane].listed) {
            self.ring.retain(|&listed| listed != lane);
        }
        match wake {
            Some(at) if !self.lanes[lane].rested => {
                let at = self.lanes[lane].asleep_until.map_or(at, |other| other.max(at));
                self.lanes[lane].asleep_until = Some(at);
                self.sleeping.push(Reverse((at, lane)));
            }
            _ => self.rest(lane),
        }
    }

    /// The quarantine has this rejected record: its line goes on.
    pub(crate) fn pass(&mut self, index: usize) {
        self.place(index, Place::Passed);
    }

    /// The quarantine has it not: its line stops.
    pub(crate) fn stop(&mut self, index: usize) {
        self.place(index, Place::Stop);
    }

    /// Records that will not be sent any more, and why, since the last call.
    pub(crate) fn take_left(&mut self) -> Vec<(usize, Cause)> {
        std::mem::take(&mut self.left)
    }

    /// Admitted records that still stand in line.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = usize> {
        self.lines
            .iter()
            .flat_map(|line| line.queue.iter().copied())
            .filter(|&index| matches!(self.places[index], Place::Lane(_)))
    }

    fn place(&mut self, index: usize, place: Place) {
        self.places[index] = place;
        let line = self.line_of[index];
        if self.lines[line].state == State::Waiting && self.lines[line].queue.front() == Some(&index) {
            self.advance(line);
        }
    }

    fn leave(&mut self, sub_batch: &SubBatch) -> usize {
        self.running -= 1;
        self.lanes[sub_batch.lane].running -= 1;
        sub_batch.lane
    }

    /// Takes from the lane's lines what fits in one Invoke.
    fn cut(&mut self, lane: usize) -> SubBatch {
        let mut sub_batch = SubBatch {
            admitted: self.lanes[lane].admitted.clone(),
            indexes: Vec::new(),
            lane,
            lines: Vec::new(),
        };
        let mut bytes = 0;
        while let Some(&line) = self.lanes[lane].ready.front() {
            let before = sub_batch.indexes.len();
            while let Some(&index) = self.lines[line].queue.front()
                && matches!(self.places[index], Place::Lane(owner) if owner == lane)
                && sub_batch.indexes.len() < self.limits.max_records
            {
                let grown = match bytes {
                    0 => sub_batch::len_of_one(self.bytes[index]),
                    _ => bytes + sub_batch::len_of_another(self.bytes[index]),
                };
                // A single record that is too large was rejected, so the first one always fits.
                if bytes > 0 && grown > self.limits.max_bytes {
                    break;
                }
                bytes = grown;
                sub_batch.indexes.push(index);
                self.lines[line].queue.pop_front();
            }
            if sub_batch.indexes.len() == before {
                break;
            }
            sub_batch.lines.push(line);
            self.lines[line].state = match self.order {
                Order::ByKey => State::Busy,
                Order::Unordered if self.lines[line].queue.is_empty() => State::Waiting,
                Order::Unordered => break,
            };
            self.lanes[lane].ready.pop_front();
        }
        sub_batch.indexes.sort_unstable();
        sub_batch
    }

    /// Lets the front of a line into its lane, unless the line is stopped.
    pub(crate) fn advance(&mut self, line: usize) {
        while let Some(&front) = self.lines[line].queue.front() {
            match self.places[front] {
                _ if self.lines[line].state == State::Stopped => return self.drain(line),
                Place::Passed => {
                    self.lines[line].queue.pop_front();
                }
                Place::Aside => return,
                Place::Stop => self.lines[line].state = State::Stopped,
                Place::Lane(lane) if self.lanes[lane].rested => self.lines[line].state = State::Stopped,
                Place::Lane(lane) => {
                    if self.lines[line].state != State::Ready {
                        self.lines[line].state = State::Ready;
                        self.lanes[lane].ready.push_back(line);
                    }
                    return self.list(lane);
                }
            }
        }
    }

    /// Empties a line that stopped.
    fn drain(&mut self, line: usize) {
        for index in std::mem::take(&mut self.lines[line].queue) {
            if let Place::Lane(lane) = self.places[index] {
                let cause = if self.lanes[lane].rested { Cause::Throttled } else { Cause::OrderStopped };
                self.left.push((index, cause));
            }
        }
    }

    /// Nothing more is sent for this tenant.
    fn rest(&mut self, lane: usize) {
        self.lanes[lane].rested = true;
        for line in std::mem::take(&mut self.lanes[lane].ready) {
            self.lines[line].state = State::Waiting;
            self.advance(line);
        }
    }

    /// Lets a lane take its turn, if it may send.
    fn list(&mut self, slot: usize) {
        let lane = &mut self.lanes[slot];
        let may_send = !lane.rested
            && lane.asleep_until.is_none()
            && lane.running < self.limits.per_tenant
            && !lane.ready.is_empty();
        if may_send && !lane.listed {
            lane.listed = true;
            self.ring.push_back(slot);
        }
    }
}
