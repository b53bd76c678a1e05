//! How many quarantine batches are sent at a time. Pure.

use std::collections::VecDeque;

use crate::ports::{RejectedRecord, Transport};

impl Transport {
    /// Quarantine batches that are sent at a time: enough to hide the latency, and few enough that a flood of rejected records
    /// leaves connections to the Invokes of the backend. Each transport has its own limit, so that a slow one delays only
    /// itself. A batch for the bucket also holds megabytes.
    const fn max_in_flight(self) -> usize {
        match self {
            Self::Message => 8,
            Self::Store => 4,
        }
    }
}

/// One call of the quarantine, with the positions of its records in the batch.
pub(crate) struct QuarantineSend<'a> {
    pub(crate) indexes: Vec<usize>,
    pub(crate) rejected: Vec<RejectedRecord<'a>>,
    pub(crate) transport: Transport,
}

/// Calls of the quarantine that wait until their transport is free.
#[derive(Default)]
pub(crate) struct QuarantineSends<'a> {
    message: TransportQueue<'a>,
    store: TransportQueue<'a>,
    /// Records that are not sent any more.
    dropped: Vec<usize>,
}

#[derive(Default)]
struct TransportQueue<'a> {
    waiting: VecDeque<QuarantineSend<'a>>,
    in_flight: usize,
}

impl<'a> QuarantineSends<'a> {
    fn queue(&mut self, transport: Transport) -> &mut TransportQueue<'a> {
        match transport {
            Transport::Message => &mut self.message,
            Transport::Store => &mut self.store,
        }
    }

    pub(crate) fn add(&mut self, send: QuarantineSend<'a>) {
        self.queue(send.transport).waiting.push_back(send);
    }

    /// The next call, if one may be made now. `is_open`: whether the checkpoint window is open for a record. A call whose first
    /// record is still open is sent whole: its later records may be quarantined again after redelivery. Any other call is
    /// dropped.
    pub(crate) fn next(&mut self, is_open: impl Fn(usize) -> bool) -> Option<QuarantineSend<'a>> {
        for transport in [Transport::Message, Transport::Store] {
            while self.queue(transport).in_flight < transport.max_in_flight()
                && let Some(send) = self.queue(transport).waiting.pop_front()
            {
                if send.indexes.first().is_some_and(|&first| !is_open(first)) {
                    self.dropped.extend(send.indexes);
                } else {
                    self.queue(transport).in_flight += 1;
                    return Some(send);
                }
            }
        }
        None
    }

    /// Ends a call of this transport: another one may be made.
    pub(crate) fn finish(&mut self, transport: Transport) {
        self.queue(transport).in_flight -= 1;
    }

    /// Records that were never sent.
    pub(crate) fn unsent(&self) -> impl Iterator<Item = usize> {
        let waiting = [&self.message, &self.store].into_iter().flat_map(|queue| &queue.waiting);
        self.dropped.iter().copied().chain(waiting.flat_map(|send| send.indexes.iter().copied()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(index: usize, transport: Transport) -> QuarantineSend<'static> {
        QuarantineSend { indexes: vec![index], rejected: vec![], transport }
    }

    fn taken(sends: &mut QuarantineSends<'_>) -> Vec<usize> {
        std::iter::from_fn(|| sends.next(|_| true)).flat_map(|send| send.indexes).collect()
    }

    #[test]
    fn each_transport_has_its_own_limit() {
        let mut sends = QuarantineSends::default();
        for index in 0..10 {
            sends.add(send(index, Transport::Store));
            sends.add(send(index + 10, Transport::Message));
        }
        assert_eq!(taken(&mut sends), [10, 11, 12, 13, 14, 15, 16, 17, 0, 1, 2, 3]);
        sends.finish(Transport::Store);
        assert_eq!(taken(&mut sends), [4]);
        sends.finish(Transport::Message);
        assert_eq!(taken(&mut sends), [18]);
        assert_eq!(sends.unsent().collect::<Vec<_>>(), [19, 5, 6, 7, 8, 9]);
    }

    #[test]
    fn closed_call_is_dropped_and_delays_no_other() {
        let mut sends = QuarantineSends::default();
        for index in [7, 8, 2] {
            sends.add(send(index, Transport::Message));
        }
        assert_eq!(sends.next(|index| index < 5).map(|send| send.indexes), Some(vec![2]));
        assert_eq!(sends.unsent().collect::<Vec<_>>(), [7, 8]);
    }
}
