//! The next sub-batch of a lane: as many of its records as fit in one Invoke, each in its turn.

use sources::{Order, sub_batch};

use crate::lane::{Place, State, SubBatch, Tracks};
use crate::lanes::Lanes;
use crate::ledger::Cause;

impl Lanes {
    /// Takes from the lane's tracks what fits in one Invoke.
    pub(crate) fn cut(&mut self, lane: usize) -> SubBatch {
        let mut sub_batch = SubBatch {
            admitted: self.tenants[lane].admitted.clone(),
            indexes: Vec::new(),
            lane,
            tracks: Vec::new(),
        };
        let (mut bytes, open) = (0, self.horizon.now());
        while let Some(&track) = self.tenants[lane].ready.front() {
            if self.tracks[track].queue.front().is_some_and(|&front| self.horizon.is_behind(front)) {
                self.tenants[lane].ready.pop_front();
                self.tracks[track].state = State::Stopped;
                self.drain(track, Cause::BehindCheckpoint);
                continue;
            }
            let before = sub_batch.indexes.len();
            while let Some(&index) = self.tracks[track].queue.front()
                && matches!(self.places[index], Place::Lane(owner) if owner == lane)
                && sub_batch.indexes.len() < self.limits.max_records
                && index < open
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
                self.tracks[track].queue.pop_front();
            }
            if sub_batch.indexes.len() == before {
                break;
            }
            sub_batch.tracks.push(track);
            self.tracks[track].state = match self.order {
                Order::ByKey | Order::ByKeyWithinTenant => State::Busy,
                Order::Unordered if self.tracks[track].queue.is_empty() => State::Waiting,
                Order::Unordered => break,
            };
            self.tenants[lane].ready.pop_front();
            if self.limits.tracks == Tracks::One {
                break;
            }
        }
        sub_batch.indexes.sort_unstable();
        sub_batch
    }
}
