//! How far ahead records may be sent, where the source is answered by a checkpoint: what is settled behind the first
//! record that is not settled will be handed out again all the same.

use sources::{ResponseMode, Batch, Record};

/// Which records may be sent, by their places in the batch. Elsewhere than in streams: all of them.
#[derive(Debug)]
pub(crate) struct Horizon {
    response_mode: ResponseMode,
    /// Nothing from here on is sent any more: behind the first record that certainly stays unsettled, and all that comes
    /// back together with it.
    end: usize,
    /// Where the records end that came as one, by the place of each; empty where each came by itself.
    ends: Vec<usize>,
    /// Nothing from here on is sent before all before it is settled, or one of them certainly stays unsettled.
    gate: usize,
    /// Records before the gate that are not settled yet; none once it is open.
    leading: usize,
}

impl Horizon {
    /// `leading`: how many records at the batch's begin are tried alone; none where the batch is a new one.
    pub(crate) fn new(batch: &Batch<'_>, leading: usize) -> Self {
        Self { response_mode: batch.response_mode, end: usize::MAX, ends: ends(batch), gate: leading, leading }
    }

    /// Records before this place may be sent now.
    pub(crate) fn now(&self) -> usize {
        if self.leading == 0 { self.end } else { self.end.min(self.gate) }
    }

    /// Whether a record will not be sent any more.
    pub(crate) fn is_behind(&self, index: usize) -> bool {
        index >= self.end
    }

    /// Whether giving a record up in this invocation gives all behind it up. Then it is worth waiting for.
    pub(crate) fn is_a_streams(&self) -> bool {
        self.response_mode == ResponseMode::Checkpoint
    }

    /// A record will not be settled in this invocation.
    pub(crate) fn cut_off(&mut self, index: usize) {
        if self.response_mode != ResponseMode::Checkpoint {
            return;
        }
        self.end = self.end.min(self.ends.get(index).copied().unwrap_or(index + 1));
        if index < self.gate {
            // What comes back with it, time and again, is to be done before all of it is given up.
            self.leading = 0;
        }
    }

    /// So many records more are settled.
    pub(crate) fn settled(&mut self, records: usize) {
        if self.leading == 0 {
            return;
        }
        self.leading = self.leading.saturating_sub(records);
        // What came with them may fail yet, and everything would have been sent in vain.
        if let Some(&end) = self.ends.first().filter(|&&end| self.leading == 0 && self.gate < end) {
            (self.leading, self.gate) = (end - self.gate, end);
        }
    }
}

/// The end of what each record came with, where a checkpoint stands for several: an aggregate's user records.
fn ends(batch: &Batch<'_>) -> Vec<usize> {
    let is_shared = |pair: &[Record<'_>]| pair[0].id() == pair[1].id();
    if batch.response_mode != ResponseMode::Checkpoint || !batch.records.windows(2).any(is_shared) {
        return Vec::new();
    }
    let wholes = batch.records.chunk_by(|one, next| one.id() == next.id());
    let mut ends = Vec::with_capacity(batch.records.len());
    for whole in wholes {
        ends.resize(ends.len() + whole.len(), ends.len() + whole.len());
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use sources::{Kinesis, Source, Sqs};

    /// Of a stream whose records have these numbers; one number twice is an aggregate's.
    fn of_stream(numbers: &[u32], leading: usize) -> Horizon {
        let record = |number: &u32| {
            format!(
                r#"{{"kinesis":{{"sequenceNumber":"{number}","partitionKey":"k","data":""}},
                "eventSource":"aws:kinesis","eventSourceARN":"arn:aws:kinesis:eu-west-1:111122223333:stream/s"}}"#
            )
        };
        let records: Vec<String> = numbers.iter().map(record).collect();
        let event = format!("{{\"Records\":[{}]}}", records.join(","));
        Horizon::new(&Kinesis.decode(&event).unwrap(), leading)
    }

    #[test]
    fn in_a_stream_nothing_is_sent_behind_the_first_unsettled_record() {
        let mut horizon = of_stream(&[0, 1, 2, 3], 0);
        assert_eq!(horizon.now(), usize::MAX);
        horizon.cut_off(1);
        horizon.cut_off(2);
        assert_eq!(horizon.now(), 2);
        assert!(horizon.is_behind(2) && !horizon.is_behind(1));
    }

    #[test]
    fn what_comes_back_together_with_it_is_sent() {
        let numbers = [0, 1, 1, 1, 2];
        for (cut, end) in [(0, 1), (1, 4), (2, 4), (3, 4), (4, 5)] {
            let mut horizon = of_stream(&numbers, 0);
            horizon.cut_off(cut);
            assert_eq!(horizon.now(), end, "{cut}");
        }
    }

    #[test]
    fn a_queue_has_no_horizon() {
        let mut horizon = Horizon::new(&Sqs::default().decode(r#"{"Records":[]}"#).unwrap(), 0);
        horizon.cut_off(0);
        assert!(horizon.now() == usize::MAX && !horizon.is_behind(0));
    }

    #[test]
    fn the_gate_opens_once_all_before_it_is_settled() {
        let mut horizon = of_stream(&[0, 0, 1], 2);
        assert_eq!(horizon.now(), 2);
        horizon.settled(1);
        assert_eq!(horizon.now(), 2);
        horizon.settled(1);
        assert_eq!(horizon.now(), usize::MAX);
    }

    #[test]
    fn where_nothing_failed_before_there_is_no_gate() {
        let mut horizon = of_stream(&[0, 0, 1], 0);
        horizon.settled(1);
        assert_eq!(horizon.now(), usize::MAX);
    }

    #[test]
    fn behind_the_record_that_failed_before_comes_what_came_with_it_and_only_then_everything() {
        let mut horizon = of_stream(&[0, 0, 0, 1], 1);
        for (settled, now) in [(1, 3), (1, 3), (1, usize::MAX)] {
            horizon.settled(settled);
            assert_eq!(horizon.now(), now);
        }
    }

    #[test]
    fn the_gate_opens_as_far_as_what_comes_back_once_a_record_before_it_failed() {
        let mut horizon = of_stream(&[0, 0, 0, 1], 2);
        horizon.cut_off(2);
        assert_eq!(horizon.now(), 2, "that one is behind the gate");
        horizon.cut_off(1);
        assert_eq!(horizon.now(), 3);
    }
}
