//! A FIFO queue and its rules [Lambda developer guide, "Using Lambda with Amazon SQS", "Creating and configuring an Amazon SQS
//! event source mapping"; SQS developer guide, "FIFO queue delivery logic"]: a batch holds ten messages at most; while one
//! of a group is hidden, no other of the group is handed out; what was received too often goes to the dead-letter queue.

use std::collections::{HashSet, VecDeque};

use testbed::Message;
use testbed::sqs_api::Entry;

use super::RETRIES;

/// `BatchSize` of a FIFO queue, at most.
pub(super) const BATCH: usize = 10;

/// A message, and what the queue knows of it.
#[derive(Debug)]
struct Waiting {
    id: String,
    group: String,
    body: String,
    receives: u32,
    /// It is handed out from this moment on.
    visible_from: usize,
}

/// The queue; messages stand in it in the order in which they came.
#[derive(Debug)]
pub(super) struct Fifo(VecDeque<Waiting>);

impl Fifo {
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        let waiting = entries.into_iter().enumerate().map(|(at, entry)| Waiting {
            id: format!("m{at}"),
            group: entry.message_group_id.unwrap_or_default(),
            body: entry.message_body,
            receives: 0,
            visible_from: 0,
        });
        Self(waiting.collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The oldest messages that are to be had, `most` at most, which are then hidden until the moment `visible_from`; none
    /// where all are hidden.
    pub(super) fn receive(&mut self, now: usize, most: usize, visible_from: usize) -> Vec<Message> {
        let hidden = |message: &&Waiting| message.visible_from > now;
        let blocked: HashSet<String> =
            self.0.iter().filter(hidden).map(|message| message.group.clone()).collect();
        let mut batch = Vec::new();
        let free = self.0.iter_mut().filter(|message| !blocked.contains(&message.group));
        for message in free.take(most) {
            message.receives += 1;
            message.visible_from = visible_from;
            let handed = Message::new(&message.id, &message.body).group(&message.group);
            batch.push(handed.receive_count(message.receives));
        }
        batch
    }

    /// Deletes what was not returned, and gives up what was received too often.
    pub(super) fn settle(&mut self, batch: &[Message], returned: &HashSet<String>) {
        let handed_out: HashSet<&str> = batch.iter().map(Message::id).collect();
        self.0.retain(|message| {
            let retried = returned.contains(&message.id) && message.receives <= RETRIES;
            !handed_out.contains(message.id.as_str()) || retried
        });
    }

    /// The next moment at which a hidden message comes back.
    pub(super) fn next_return(&self, now: usize) -> Option<usize> {
        self.0.iter().map(|message| message.visible_from).filter(|&from| from > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(groups: &[&str]) -> Fifo {
        let waiting = |(at, group): (usize, &&str)| Waiting {
            id: format!("m{at}"),
            group: (*group).to_owned(),
            body: "{}".to_owned(),
            receives: 0,
            visible_from: 0,
        };
        Fifo(groups.iter().enumerate().map(waiting).collect())
    }

    fn ids(batch: &[Message]) -> Vec<&str> {
        batch.iter().map(Message::id).collect()
    }

    #[test]
    fn while_one_of_a_group_is_hidden_the_others_wait_and_other_groups_do_not() {
        let mut queue = queue(&["a", "b", "a", "c"]);
        assert_eq!(ids(&queue.receive(0, 2, 7)), ["m0", "m1"]);
        assert_eq!(ids(&queue.receive(0, BATCH, 3)), ["m3"]);
        assert_eq!(queue.next_return(0), Some(3));
        assert_eq!(ids(&queue.receive(3, BATCH, 9)), ["m3"]);
        assert_eq!(ids(&queue.receive(7, BATCH, 9)), ["m0", "m1", "m2"]);
    }

    #[test]
    fn what_is_done_is_deleted_and_what_was_received_too_often_is_given_up() {
        let mut queue = queue(&["a", "b"]);
        let returned = HashSet::from(["m0".to_owned()]);
        let (mut now, mut tries) = (0, 0);
        while !queue.is_empty() {
            let batch = queue.receive(now, 1, now);
            tries += batch.iter().filter(|message| message.id() == "m0").count();
            queue.settle(&batch, &returned);
            now += 1;
        }
        assert_eq!(u32::try_from(tries), Ok(RETRIES + 1));
    }
}
