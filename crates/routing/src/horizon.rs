//! How far ahead records may be sent, where the source is answered by a checkpoint: what is settled behind the first
//! record that is not settled will be handed out again all the same.

use sources::Answering;

/// Which records may be sent, by their places in the batch. Elsewhere than in streams: all of them.
#[derive(Debug)]
pub(crate) struct Horizon {
    answering: Answering,
    /// The first record that certainly stays unsettled: nothing from it on is sent any more.
    end: usize,
    /// Nothing from here on is sent before all before it is settled.
    gate: usize,
    /// Records before the gate that are not settled yet.
    leading: usize,
}

impl Horizon {
    /// `leading`: how many records at the batch's begin are tried alone; none where the batch is a new one.
    pub(crate) fn new(answering: Answering, leading: usize) -> Self {
        let gate = if leading == 0 { usize::MAX } else { leading };
        Self { answering, end: usize::MAX, gate, leading }
    }

    /// Records before this place may be sent now.
    pub(crate) fn now(&self) -> usize {
        self.end.min(self.gate)
    }

    /// Whether a record will not be sent any more.
    pub(crate) fn is_behind(&self, index: usize) -> bool {
        index >= self.end
    }

    /// Whether giving a record up in this invocation gives all behind it up. Then it is worth waiting for.
    pub(crate) fn is_a_streams(&self) -> bool {
        self.answering == Answering::Checkpoint
    }

    /// A record will not be settled in this invocation.
    pub(crate) fn cut_off(&mut self, index: usize) {
        if self.answering == Answering::Checkpoint {
            self.end = self.end.min(index);
        }
    }

    /// Some records are settled; whether that opened the gate.
    pub(crate) fn opens_with(&mut self, settled: usize) -> bool {
        if self.gate == usize::MAX {
            return false;
        }
        self.leading = self.leading.saturating_sub(settled);
        if self.leading == 0 {
            self.gate = usize::MAX;
        }
        self.leading == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_stream_nothing_is_sent_from_the_first_unsettled_record_on() {
        let mut horizon = Horizon::new(Answering::Checkpoint, 0);
        assert_eq!(horizon.now(), usize::MAX);
        horizon.cut_off(7);
        horizon.cut_off(9);
        assert_eq!(horizon.now(), 7);
        assert!(horizon.is_behind(7) && !horizon.is_behind(6));
    }

    #[test]
    fn a_queue_has_no_horizon() {
        let mut horizon = Horizon::new(Answering::EachRecord, 0);
        horizon.cut_off(0);
        assert!(horizon.now() == usize::MAX && !horizon.is_behind(0));
    }

    #[test]
    fn the_gate_opens_once_all_before_it_is_settled() {
        let mut horizon = Horizon::new(Answering::Checkpoint, 2);
        assert_eq!(horizon.now(), 2);
        assert!(!horizon.opens_with(1));
        assert_eq!(horizon.now(), 2);
        assert!(horizon.opens_with(1));
        assert_eq!(horizon.now(), usize::MAX);
        assert!(!horizon.opens_with(1), "it opens once");
    }
}
