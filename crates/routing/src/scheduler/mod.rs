//! Lanes: which records may be sent next, to whom, and how many at once. Pure: time is a number that comes in.
//!
//! Records stand on *tracks*. Where the source is ordered there is one track for each order key, whose records may
//! belong to several tenants, and only its front may be sent. Elsewhere there is one track for each tenant. A
//! tenant's *lane* holds the tracks whose front is this tenant's and free to go. Lanes are served in turn, one
//! sub-batch each, so that a tenant with ten records never waits behind one with ten thousand.

mod over;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use sources::Order;

use crate::horizon::Horizon;
use crate::lane::{Lane, Limits, Place, State, SubBatch, Track};
use crate::ledger::Cause;

/// What a tenant does after an attempt that did not run.
pub(crate) enum Then {
    /// It may be tried again at this time.
    Sleep(Duration),
    /// Nothing more is sent for it.
    Rest(Cause),
}

/// All lanes of one batch.
pub(crate) struct Lanes {
    pub(crate) order: Order,
    pub(crate) limits: Limits,
    pub(crate) places: Vec<Place>,
    /// Each record's length.
    pub(crate) bytes: Vec<usize>,
    /// Each record's track.
    pub(crate) track_of: Vec<usize>,
    pub(crate) tracks: Vec<Track>,
    pub(crate) tenants: Vec<Lane>,
    running: usize,
    /// Lanes that may send now, each once, in the order in which they are served.
    ring: VecDeque<usize>,
    sleeping: BinaryHeap<Reverse<(Duration, usize)>>,
    left: Vec<(usize, Cause)>,
    pub(crate) horizon: Horizon,
    /// Tracks that wait for the horizon's gate, and up to where it let others pass when they were looked at.
    held: Vec<usize>,
    open_to: usize,
}

impl Lanes {
    /// Without any record yet, of so many that will come.
    pub(crate) fn empty(order: Order, limits: Limits, horizon: Horizon, records: usize) -> Self {
        Self {
            order,
            limits,
            places: Vec::with_capacity(records),
            bytes: Vec::with_capacity(records),
            track_of: Vec::with_capacity(records),
            tracks: Vec::new(),
            tenants: Vec::new(),
            running: 0,
            ring: VecDeque::new(),
            sleeping: BinaryHeap::new(),
            left: Vec::new(),
            held: Vec::new(),
            open_to: horizon.now(),
            horizon,
        }
    }

    /// The next sub-batch to send, if one may be sent now.
    pub(crate) fn next(&mut self, now: Duration) -> Option<SubBatch> {
        if self.horizon.now() != self.open_to {
            self.open_to = self.horizon.now();
            self.release();
        }
        while let Some(&Reverse((at, lane))) = self.sleeping.peek()
            && at <= now
        {
            self.sleeping.pop();
            if self.tenants[lane].asleep_until == Some(at) {
                self.tenants[lane].asleep_until = None;
                self.list(lane);
            }
        }
        if self.running >= self.limits.in_flight {
            return None;
        }
        while let Some(lane) = self.ring.pop_front() {
            self.tenants[lane].listed = false;
            let sub_batch = self.cut(lane);
            if !sub_batch.indexes.is_empty() {
                self.running += 1;
                self.tenants[lane].running += 1;
                self.list(lane);
                return Some(sub_batch);
            }
        }
        None
    }

    /// When a lane that waits may try again. One whose records are all behind the horizon need not.
    pub(crate) fn next_wake(&mut self) -> Option<Duration> {
        while let Some(&Reverse((at, lane))) = self.sleeping.peek() {
            let mut fronts =
                self.tenants[lane].ready.iter().filter_map(|&track| self.tracks[track].queue.front());
            if fronts.any(|&front| !self.horizon.is_behind(front)) {
                return Some(at);
            }
            // Another of its tracks may yet come to a front that can be sent, and will wait for that time then.
            self.sleeping.pop();
        }
        None
    }

    /// A sub-batch is over; `unsettled` are those of its records that got no receipt.
    pub(crate) fn finish(&mut self, sub_batch: &SubBatch, unsettled: impl Iterator<Item = usize>) {
        let mut settled = sub_batch.indexes.len();
        for index in unsettled {
            settled -= 1;
            self.horizon.cut_off(index);
            if self.order != Order::Unordered {
                let track = self.track_of[index];
                self.tracks[track].state = State::Stopped;
            }
        }
        let lane = self.leave(sub_batch);
        self.tenants[lane].failures = 0;
        for &track in &sub_batch.tracks {
            if self.tracks[track].state == State::Busy {
                self.tracks[track].state = State::Waiting;
            }
            self.advance(track);
        }
        self.list(lane);
        self.horizon.settled(settled);
    }

    /// How often in a row the sub-batch's tenant was tried and did not run, this time included. What fails side by
    /// side with it, before the tenant has slept, is the same time.
    pub(crate) fn failures(&mut self, sub_batch: &SubBatch) -> u32 {
        let lane = &mut self.tenants[sub_batch.lane];
        if lane.asleep_until.is_none() {
            lane.failures += 1;
        }
        lane.failures
    }

    /// A sub-batch did not run: its records go back to where they stood. Their tenant sleeps until some time, or is
    /// rested for the rest of the invocation.
    pub(crate) fn give_back(&mut self, sub_batch: &SubBatch, then: Then) {
        let lane = self.leave(sub_batch);
        for &index in sub_batch.indexes.iter().rev() {
            let track = self.track_of[index];
            self.tracks[track].queue.push_front(index);
        }
        for &track in sub_batch.tracks.iter().rev() {
            if self.tracks[track].state != State::Ready {
                self.tracks[track].state = State::Ready;
                self.tenants[lane].ready.push_front(track);
            }
        }
        // It may be listed from before, where several of its Invokes run side by side.
        if std::mem::take(&mut self.tenants[lane].listed) {
            self.ring.retain(|&listed| listed != lane);
        }
        match (then, self.tenants[lane].rested) {
            (Then::Sleep(at), None) => {
                let at = self.tenants[lane].asleep_until.map_or(at, |other| other.max(at));
                self.tenants[lane].asleep_until = Some(at);
                self.sleeping.push(Reverse((at, lane)));
            }
            (Then::Rest(cause), None) | (_, Some(cause)) => self.rest(lane, cause),
        }
    }

    /// The quarantine has this rejected record: its track goes on.
    pub(crate) fn pass(&mut self, index: usize) {
        self.place(index, Place::Passed);
        // It stood before the gate, or it would not have been set aside yet.
        self.horizon.settled(1);
    }

    /// The quarantine has it not: its track stops.
    pub(crate) fn stop(&mut self, index: usize) {
        self.place(index, Place::Stop);
    }

    /// Whether all before a rejected record on its track is settled, or rejected too. What is admitted and not settled,
    /// be it under way, may yet be rejected when it is handed out again, and has to come first then.
    pub(crate) fn has_its_turn(&self, index: usize) -> bool {
        let Track { queue, state } = &self.tracks[self.track_of[index]];
        let before = queue.iter().take_while(|&&other| other != index);
        *state != State::Busy
            && queue.contains(&index)
            && before.copied().all(|other| matches!(self.places[other], Place::Aside | Place::Passed))
    }

    fn place(&mut self, index: usize, place: Place) {
        self.places[index] = place;
        let track = self.track_of[index];
        if self.tracks[track].state == State::Waiting && self.tracks[track].queue.front() == Some(&index) {
            self.advance(track);
        }
    }

    /// Lets those go on that waited for the gate.
    fn release(&mut self) {
        for track in std::mem::take(&mut self.held) {
            if self.tracks[track].state == State::Held {
                self.tracks[track].state = State::Waiting;
                self.advance(track);
            }
        }
    }

    fn leave(&mut self, sub_batch: &SubBatch) -> usize {
        self.running -= 1;
        self.tenants[sub_batch.lane].running -= 1;
        sub_batch.lane
    }

    /// Lets the front of a track into its lane, unless the track is stopped.
    pub(crate) fn advance(&mut self, track: usize) {
        while let Some(&front) = self.tracks[track].queue.front() {
            match self.places[front] {
                _ if self.tracks[track].state == State::Stopped => {
                    return self.drain(track, Cause::OrderStopped);
                }
                Place::Passed => {
                    self.tracks[track].queue.pop_front();
                }
                Place::Aside => return,
                Place::Stop => {
                    self.tracks[track].state = State::Stopped;
                    self.horizon.cut_off(front);
                }
                Place::Lane(lane) if self.tenants[lane].rested.is_some() => {
                    self.tracks[track].state = State::Stopped;
                    self.horizon.cut_off(front);
                }
                Place::Lane(_) if front >= self.horizon.now() && !self.horizon.is_behind(front) => {
                    self.tracks[track].state = State::Held;
                    return self.held.push(track);
                }
                Place::Lane(lane) => {
                    if self.tracks[track].state != State::Ready {
                        self.tracks[track].state = State::Ready;
                        self.tenants[lane].ready.push_back(track);
                    }
                    return self.list(lane);
                }
            }
        }
    }

    /// Lets a lane take its turn, if it may send.
    fn list(&mut self, slot: usize) {
        let lane = &mut self.tenants[slot];
        let may_send = lane.rested.is_none()
            && lane.asleep_until.is_none()
            && lane.running < self.limits.per_tenant
            && !lane.ready.is_empty();
        if may_send && !lane.listed {
            lane.listed = true;
            self.ring.push_back(slot);
        } else if let Some(at) = lane.asleep_until
            && !lane.ready.is_empty()
        {
            self.sleeping.push(Reverse((at, slot)));
        }
    }
}
