use super::*;

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

const HIDDEN: Duration = secs(30);

fn queue(kind: QueueType, groups: &[&'static str]) -> Queue<&'static str> {
    let mut queue = Queue::new(kind);
    for (number, group) in (0..).zip(groups) {
        let message = Message::new(number, Some((*group).to_owned()), *group);
        assert_eq!(queue.send(Duration::ZERO, message, None), Sent::New);
    }
    queue
}

fn fifo(groups: &[&'static str]) -> Queue<&'static str> {
    queue(QueueType::Fifo, groups)
}

fn receive(queue: &mut Queue<&'static str>, now: Duration, limit: usize) -> Vec<u64> {
    queue.receive(now, HIDDEN, limit).into_iter().map(|handle| handle.number).collect()
}

fn delete_all(queue: &mut Queue<&'static str>, now: Duration) {
    let handles: Vec<ReceiptHandle> = queue.in_flight(now).map(Message::handle).collect();
    for handle in handles {
        assert!(queue.delete(now, handle).unwrap().is_some());
    }
}

#[test]
fn message_in_flight_is_hidden_until_its_timeout_ends() {
    for kind in [QueueType::Standard, QueueType::Fifo] {
        let mut queue = queue(kind, &["a"]);
        assert_eq!(receive(&mut queue, secs(0), 10), [0]);
        assert_eq!(queue.next_visible(secs(29)), Some(HIDDEN));
        assert_eq!(receive(&mut queue, secs(29), 10), [0; 0]);
        assert_eq!(receive(&mut queue, secs(30), 10), [0]);
        assert_eq!(queue.messages()[0].receives, 2);
    }
}

#[test]
fn visibility_changes_for_the_newest_handle_in_flight() {
    let mut queue = fifo(&["a"]);
    let handle = queue.receive(secs(0), HIDDEN, 1)[0];
    queue.change_visibility(secs(1), handle, secs(60)).unwrap();
    assert_eq!(queue.next_visible(secs(30)), Some(secs(61)));
    queue.change_visibility(secs(30), handle, Duration::ZERO).unwrap();
    assert_eq!(queue.change_visibility(secs(30), handle, HIDDEN), Err("MessageNotInflight"));
    assert_eq!(receive(&mut queue, secs(30), 1), [0]);
    assert_eq!(queue.change_visibility(secs(30), handle, HIDDEN), Err("ReceiptHandleIsInvalid"));
}

#[test]
fn group_with_a_message_in_flight_is_blocked() {
    let mut queue = fifo(&["a", "b", "a", "a", "c"]);
    assert_eq!(receive(&mut queue, secs(0), 3), [0, 1, 2], "one batch holds several of a group");
    assert_eq!(receive(&mut queue, secs(0), 10), [4]);
    delete_all(&mut queue, secs(1));
    assert_eq!(receive(&mut queue, secs(1), 10), [3]);
}

#[test]
fn failed_message_keeps_its_place_in_its_group() {
    let mut queue = fifo(&["a", "a"]);
    let handles = queue.receive(secs(0), HIDDEN, 1);
    queue.change_visibility(secs(0), handles[0], Duration::ZERO).unwrap();
    assert_eq!(receive(&mut queue, secs(0), 10), [0, 1]);
}

#[test]
fn standard_queue_has_no_groups() {
    let mut queue = queue(QueueType::Standard, &["a", "a", "a"]);
    assert_eq!(receive(&mut queue, secs(0), 1), [0]);
    let visible: Vec<u64> = queue.visible(secs(0)).map(|message| message.number).collect();
    assert_eq!(visible, [1, 2]);
    assert_eq!(queue.receive_message(2, secs(0), HIDDEN), Some(ReceiptHandle { number: 2, receives: 1 }));
    assert_eq!(receive(&mut queue, secs(0), 10), [1]);
}

#[test]
fn only_the_newest_handle_deletes() {
    for (kind, answer) in [(QueueType::Standard, Ok(false)), (QueueType::Fifo, Err("InvalidParameterValue"))]
    {
        let mut queue = queue(kind, &["a"]);
        let old = queue.receive(secs(0), HIDDEN, 1)[0];
        let new = queue.receive(secs(30), HIDDEN, 1)[0];
        assert_eq!(queue.delete(secs(31), old).map(|deleted| deleted.is_some()), answer);
        assert_eq!(queue.delete(secs(31), new).map(|deleted| deleted.is_some()), Ok(true));
        assert_eq!(queue.delete(secs(31), new).map(|deleted| deleted.is_some()), Ok(false), "gone already");
    }
}

#[test]
fn after_the_timeout_only_standard_queue_deletes() {
    for (kind, answer) in [(QueueType::Standard, Ok(true)), (QueueType::Fifo, Err("InvalidParameterValue"))] {
        let mut queue = queue(kind, &["a"]);
        let handle = queue.receive(secs(0), HIDDEN, 1)[0];
        assert_eq!(queue.delete(secs(30), handle).map(|deleted| deleted.is_some()), answer);
    }
}

#[test]
fn only_fifo_queue_drops_duplicates_of_deleted_messages_too() {
    for (kind, answer) in [(QueueType::Standard, Sent::New), (QueueType::Fifo, Sent::Duplicate(7))] {
        let mut queue: Queue<&str> = Queue::new(kind);
        queue.send(secs(0), Message::new(7, Some("a".to_owned()), ""), Some("d"));
        receive(&mut queue, secs(0), 1);
        delete_all(&mut queue, secs(1));
        assert_eq!(queue.send(secs(2), Message::new(8, Some("b".to_owned()), ""), Some("d")), answer);
    }
}

#[test]
fn message_received_too_often_goes_to_the_dead_letter_queue() {
    let mut queue = fifo(&["a", "a", "b"]).with_max_receive_count(2);
    for time in [0, 30] {
        assert_eq!(receive(&mut queue, secs(time), 1), [0]);
    }
    assert!(queue.take_dead_letters().is_empty(), "it is in flight for the last time");
    assert_eq!(receive(&mut queue, secs(59), 1), [2], "it blocks its group");
    assert_eq!(receive(&mut queue, secs(60), 10), [1], "its group goes on at once");
    let dead: Vec<u64> = queue.take_dead_letters().iter().map(|message| message.number).collect();
    assert_eq!((dead, queue.messages().len()), (vec![0], 2));
    assert!(queue.take_dead_letters().is_empty());
}

#[test]
fn delayed_message_is_hidden_but_not_in_flight() {
    let mut queue = fifo(&["a"]);
    queue.send(secs(0), Message::new(1, Some("b".to_owned()), "b").delayed_until(secs(5)), None);
    assert_eq!((queue.in_flight(secs(0)).count(), queue.next_visible(secs(0))), (0, Some(secs(5))));
    assert_eq!(receive(&mut queue, secs(4), 10), [0]);
    assert_eq!(receive(&mut queue, secs(5), 10), [1]);
}

#[test]
fn restored_message_keeps_place_and_receives() {
    let mut queue = queue(QueueType::Standard, &["a", "b"]);
    let handle = queue.receive(secs(0), HIDDEN, 1)[0];
    let message = queue.delete(secs(0), handle).unwrap().unwrap();
    queue.restore(message, secs(5));
    assert_eq!(receive(&mut queue, secs(4), 10), [1]);
    assert_eq!(receive(&mut queue, secs(5), 10), [0]);
    assert_eq!(queue.message(0).unwrap().receives, 2);
}
