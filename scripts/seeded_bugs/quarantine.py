"""Rejected records on their way to quarantine."""

from scripts.seeded_bugs.bug import Bug

DESK, ASIDE, LANES, PARCELS = (f"crates/routing/src/{name}.rs" for name in ("desk", "aside", "lanes", "parcels"))

BUGS = [
    Bug(
        "refusal-is-taken",
        DESK,
        "acknowledgements.next()",
        "acknowledgements.next().map(|_| QuarantineAck::Taken)",
        "whatever the quarantine answers settles the record",
        "the request succeeded",
    ),
    Bug(
        "unheard-is-taken",
        DESK,
        "acknowledgements.next()",
        "Some(acknowledgements.next().unwrap_or(QuarantineAck::Taken))",
        "what the quarantine's answer lacks is taken to be there",
        "only failures were thought to be named",
    ),
    Bug(
        "group-stays-stopped",
        DESK,
        "self.lanes.pass(index);",
        "",
        "what is behind a rejected record is not sent, though the quarantine has it",
        "the next invocation will do it",
    ),
    Bug(
        "group-passes-refused",
        DESK,
        "self.lanes.stop(index);",
        "self.lanes.pass(index);",
        "what is behind a rejected record is sent, though the quarantine has it not",
        "it belongs to nobody, so it has no order",
    ),
    Bug(
        "refused-not-cut-off",
        DESK,
        "self.lanes.stop(index);",
        "",
        "a stream goes on behind a rejected record that the quarantine has not",
        "it waits where it stands",
    ),
    Bug(
        "out-of-turn",
        LANES,
        "matches!(self.places[other], Place::Aside | Place::Passed)",
        "true",
        "a rejected record is set aside before those that stand before it are settled",
        "those are another tenant's",
    ),
    Bug(
        "beside-what-is-under-way",
        LANES,
        "*state != State::Busy",
        "true",
        "a rejected record is set aside while the one before it in its group is under way",
        "what is under way is out of the queue",
    ),
    Bug(
        "last-of-the-line",
        ASIDE,
        "self.lines[*line].pop_front()",
        "self.lines[*line].pop_back()",
        "of a line the last goes to quarantine after the first",
        "a stack where a queue was meant",
    ),
    Bug(
        "behind-the-horizon",
        DESK,
        "lanes.horizon.now()",
        "usize::MAX",
        "rejected records behind a stream's checkpoint are set aside",
        "they are rejected either way",
        within="self.aside.take(lanes.horizon.now()",
    ),
    Bug(
        "way-never-free",
        PARCELS,
        "self.lane(way).under_way -= 1;",
        "",
        "after so many parcels nothing more is set aside",
        "what ends was thought to free its way by itself",
    ),
]
