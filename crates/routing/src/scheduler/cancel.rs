//! What is not sent any more in this invocation, and why.

use super::Lanes;
use crate::lane::{Place, State, SubBatch};
use crate::ledger::Cause;
use crate::verdict::Halted;

impl Lanes {
    /// No Invoke for this tenant, or of its backend, can succeed: nothing more is sent for those.
    pub(crate) fn halt(&mut self, sub_batch: &SubBatch, halted: Halted) {
        let backend = sub_batch.admitted.backend();
        for lane in 0..self.tenants.len() {
            let is_meant = match halted {
                Halted::Tenant => lane == sub_batch.lane,
                Halted::Backend => self.tenants[lane].admitted.backend() == backend,
            };
            if is_meant && self.tenants[lane].rested.is_none() {
                self.rest(lane, Cause::Misconfigured);
            }
        }
    }

    /// Nothing more is sent for this tenant.
    pub(super) fn rest(&mut self, lane: usize, cause: Cause) {
        self.tenants[lane].rested = Some(cause);
        for track in std::mem::take(&mut self.tenants[lane].ready) {
            self.tracks[track].state = State::Waiting;
            self.advance(track);
        }
    }

    /// Empties a track that stopped.
    pub(crate) fn drain(&mut self, track: usize, cause: Cause) {
        for index in std::mem::take(&mut self.tracks[track].queue) {
            if let Place::Lane(lane) = self.places[index] {
                self.left.push((index, self.tenants[lane].rested.unwrap_or(cause)));
            }
        }
    }

    /// Records that will not be sent any more, and why, since the last call.
    pub(crate) fn take_left(&mut self) -> Vec<(usize, Cause)> {
        std::mem::take(&mut self.left)
    }

    /// Admitted records that still stand on a track, and why nothing more is sent for their tenant, if that is so.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (usize, Option<Cause>)> {
        self.tracks.iter().flat_map(|track| track.queue.iter()).filter_map(|&index| {
            match self.places[index] {
                Place::Lane(lane) => Some((index, self.tenants[lane].rested)),
                Place::Aside | Place::Passed | Place::Stop => None,
            }
        })
    }
}
