"""Rejected records on their way to quarantine."""

from scripts.seeded_bugs.bug import Bug

BATCH_STATE, SCHEDULER = "crates/routing/src/batch_state.rs", "crates/routing/src/scheduler/mod.rs"
QUARANTINE, IN_FLIGHT = (f"crates/routing/src/quarantine_scheduler/{name}.rs" for name in ("mod", "in_flight"))

BUGS = [
    Bug(
        "refusal-is-taken",
        BATCH_STATE,
        "acks.next()",
        "acks.next().map(|_| QuarantineAck::Taken)",
        "whatever the quarantine answers settles the record",
        "the request succeeded",
    ),
    Bug(
        "unheard-is-taken",
        BATCH_STATE,
        "acks.next()",
        "Some(acks.next().unwrap_or(QuarantineAck::Taken))",
        "what the quarantine's answer lacks is taken to be there",
        "only failures were thought to be named",
    ),
    Bug(
        "group-stays-stopped",
        BATCH_STATE,
        "self.scheduler.quarantined(index);",
        "",
        "what is behind a rejected record is not sent, though the quarantine has it",
        "the next invocation will do it",
    ),
    Bug(
        "group-passes-refused",
        BATCH_STATE,
        "self.scheduler.not_quarantined(index);",
        "self.scheduler.quarantined(index);",
        "what is behind a rejected record is sent, though the quarantine has it not",
        "it belongs to nobody, so it has no order",
    ),
    Bug(
        "refused-not-cut-off",
        BATCH_STATE,
        "self.scheduler.not_quarantined(index);",
        "",
        "a stream goes on behind a rejected record that the quarantine has not",
        "it waits where it stands",
    ),
    Bug(
        "out-of-turn",
        SCHEDULER,
        "matches!(self.records[other], RecordState::Quarantining | RecordState::Quarantined)",
        "true",
        "a rejected record is set aside before those that stand before it are settled",
        "those are another tenant's",
    ),
    Bug(
        "beside-what-is-under-way",
        SCHEDULER,
        "*state != GroupState::InFlight",
        "true",
        "a rejected record is set aside while the one before it in its group is under way",
        "what is under way is out of the queue",
    ),
    Bug(
        "last-of-the-line",
        QUARANTINE,
        "self.waiting[*group].pop_front()",
        "self.waiting[*group].pop_back()",
        "of a line the last goes to quarantine after the first",
        "a stack where a queue was meant",
    ),
    Bug(
        "behind-the-horizon",
        BATCH_STATE,
        "scheduler.window_end()",
        "usize::MAX",
        "rejected records behind a stream's checkpoint are set aside",
        "they are rejected either way",
        within="self.quarantine.take(scheduler.window_end()",
    ),
    Bug(
        "way-never-free",
        IN_FLIGHT,
        "self.queue(transport).in_flight -= 1;",
        "",
        "after so many parcels nothing more is set aside",
        "what ends was thought to free its way by itself",
    ),
]
