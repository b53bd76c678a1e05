"""Bugs in quarantining rejected records."""

from scripts.seeded_bugs.bug import Bug

BATCH_STATE, SCHEDULER = "crates/routing/src/batch_state.rs", "crates/routing/src/scheduler/mod.rs"
QUARANTINE, CALLS = (f"crates/routing/src/quarantine_scheduler/{name}.rs" for name in ("mod", "calls"))

BUGS = [
    Bug(
        "refused-is-quarantined",
        BATCH_STATE,
        "acks.next()",
        "acks.next().map(|_| QuarantineAck::Taken)",
        "any answer of the quarantine acknowledges the record",
        "the request succeeded",
    ),
    Bug(
        "missing-ack-is-quarantined",
        BATCH_STATE,
        "acks.next()",
        "Some(acks.next().unwrap_or(QuarantineAck::Taken))",
        "a missing acknowledgement counts as quarantined",
        "only failures seem to be reported",
    ),
    Bug(
        "group-stays-stopped",
        BATCH_STATE,
        "self.scheduler.pass(index);",
        "",
        "records behind a quarantined one are not sent",
        "the next invocation will do it",
    ),
    Bug(
        "group-passes-failed-quarantine",
        BATCH_STATE,
        "self.scheduler.stop_at(index);",
        "self.scheduler.pass(index);",
        "records behind a rejected one are sent although it is not quarantined",
        "it has no tenant, so it has no order",
    ),
    Bug(
        "failed-quarantine-closes-no-window",
        BATCH_STATE,
        "self.scheduler.stop_at(index);",
        "",
        "a stream continues after a rejected record that is not quarantined",
        "the record waits",
    ),
    Bug(
        "quarantined-out-of-order",
        SCHEDULER,
        "matches!(self.records[other], RecordState::AwaitsQuarantine | RecordState::Quarantined)",
        "true",
        "a rejected record is quarantined before earlier records are acknowledged",
        "those belong to another tenant",
    ),
    Bug(
        "quarantined-during-invoke",
        SCHEDULER,
        "*state != GroupState::InFlight",
        "true",
        "a rejected record is quarantined while an earlier record of its group is in flight",
        "records in flight are not in the queue",
    ),
    Bug(
        "last-of-the-group-first",
        QUARANTINE,
        "self.waiting[*fifo_group].pop_front()",
        "self.waiting[*fifo_group].pop_back()",
        "the last record of a group is quarantined second",
        "a stack is used instead of a queue",
    ),
    Bug(
        "quarantined-after-the-checkpoint",
        BATCH_STATE,
        "scheduler.open_until()",
        "usize::MAX",
        "rejected records after a stream's checkpoint are quarantined",
        "they are rejected anyway",
        within="self.quarantine_scheduler.take(scheduler.open_until()",
    ),
    Bug(
        "transport-never-free",
        CALLS,
        "self.queue(transport).in_flight -= 1;",
        "",
        "after some batches nothing more is quarantined",
        "a finished batch seems to free its transport",
    ),
]
