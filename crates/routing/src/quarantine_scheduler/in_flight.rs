//! What goes into quarantine together, and how many of it are under way at a time. Pure.

use std::collections::VecDeque;

use crate::ports::{RejectedRecord, Transport};

impl Transport {
    /// Parcels under way at a time: enough to hide the latency, few enough that a flood of rejected records leaves
    /// connections to the backend's Invokes. Each way has its own, so that one that is slow holds up only itself;
    /// by way of a store each is megabytes, too.
    const fn in_flight(self) -> usize {
        match self {
            Self::Message => 8,
            Self::Store => 4,
        }
    }
}

/// Rejected records that the quarantine takes in one call.
pub(crate) struct Packed<'a> {
    pub(crate) indexes: Vec<usize>,
    pub(crate) rejected: Vec<RejectedRecord<'a>>,
    pub(crate) way: Transport,
}

/// Parcels that wait for their way to be free.
#[derive(Default)]
pub(crate) struct Parcels<'a> {
    message: Lane<'a>,
    store: Lane<'a>,
    /// Those whose turn will not come any more.
    left: Vec<usize>,
}

#[derive(Default)]
struct Lane<'a> {
    waiting: VecDeque<Packed<'a>>,
    under_way: usize,
}

impl<'a> Parcels<'a> {
    fn lane(&mut self, way: Transport) -> &mut Lane<'a> {
        match way {
            Transport::Message => &mut self.message,
            Transport::Store => &mut self.store,
        }
    }

    pub(crate) fn add(&mut self, parcel: Packed<'a>) {
        self.lane(parcel.way).waiting.push_back(parcel);
    }

    /// The next parcel to send, if one may be sent now. What `is_over` says of its first record holds for it.
    pub(crate) fn next(&mut self, is_over: impl Fn(usize) -> bool) -> Option<Packed<'a>> {
        for way in [Transport::Message, Transport::Store] {
            while self.lane(way).under_way < way.in_flight()
                && let Some(parcel) = self.lane(way).waiting.pop_front()
            {
                if parcel.indexes.first().is_some_and(|&first| is_over(first)) {
                    self.left.extend(parcel.indexes);
                } else {
                    self.lane(way).under_way += 1;
                    return Some(parcel);
                }
            }
        }
        None
    }

    /// A parcel has come to its end.
    pub(crate) fn finish(&mut self, way: Transport) {
        self.lane(way).under_way -= 1;
    }

    /// Records that were never sent.
    pub(crate) fn left(&self) -> impl Iterator<Item = usize> {
        let waiting = [&self.message, &self.store].into_iter().flat_map(|lane| &lane.waiting);
        self.left.iter().copied().chain(waiting.flat_map(|parcel| parcel.indexes.iter().copied()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(index: usize, way: Transport) -> Packed<'static> {
        Packed { indexes: vec![index], rejected: vec![], way }
    }

    fn taken(parcels: &mut Parcels<'_>) -> Vec<usize> {
        std::iter::from_fn(|| parcels.next(|_| false)).flat_map(|parcel| parcel.indexes).collect()
    }

    #[test]
    fn each_way_is_as_wide_as_it_is_and_holds_up_no_other() {
        let mut parcels = Parcels::default();
        for index in 0..10 {
            parcels.add(parcel(index, Transport::Store));
            parcels.add(parcel(index + 10, Transport::Message));
        }
        assert_eq!(taken(&mut parcels), [10, 11, 12, 13, 14, 15, 16, 17, 0, 1, 2, 3]);
        parcels.finish(Transport::Store);
        assert_eq!(taken(&mut parcels), [4]);
        parcels.finish(Transport::Message);
        assert_eq!(taken(&mut parcels), [18]);
        assert_eq!(parcels.left().collect::<Vec<_>>(), [19, 5, 6, 7, 8, 9]);
    }

    #[test]
    fn a_parcel_whose_turn_will_not_come_is_left_and_stands_in_nobodys_way() {
        let mut parcels = Parcels::default();
        for index in [7, 8, 2] {
            parcels.add(parcel(index, Transport::Message));
        }
        assert_eq!(parcels.next(|index| index >= 5).map(|parcel| parcel.indexes), Some(vec![2]));
        assert_eq!(parcels.left().collect::<Vec<_>>(), [7, 8]);
    }
}
