"""What must hold at the end of the demo. A check takes what was seen and gives what is wrong; nothing wrong, it holds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from demo.evidence.seen import Quarantined, Seen
from demo.evidence.whole import is_whole
from demo.story import BRIDGED, CHECKPOINTED, DIRECT, End, Message
from demo.story.records import HAPLESS

# Of a quarantine message, whatever the reason.
ATTRIBUTES = ("schema_version", "reason", "source_arn", "record_id", "request_id", "first_seen")

Rule = Callable[[Seen], Iterator[str]]


@dataclass(frozen=True)
class Check:
    """A rule, and what it found wrong."""

    name: str
    wrong: list[str]

    @property
    def holds(self) -> bool:
        return not self.wrong


def nothing_is_lost(seen: Seen) -> Iterator[str]:
    ends = {End.DELIVERED: seen.outcomes("ok"), End.QUARANTINED: in_quarantine(seen), End.DEAD_LETTER: dead(seen)}
    for id, message in seen.sent.items():
        if not any(id in arrived for arrived in ends.values()):
            yield f"{message.id} ({message.source}) is nowhere"
    if seen.left:
        yield f"{seen.left} messages were still on their way when the demo stopped waiting"


def every_message_ends_where_it_should(seen: Seen) -> Iterator[str]:
    ends = {End.DELIVERED: seen.outcomes("ok"), End.QUARANTINED: in_quarantine(seen), End.DEAD_LETTER: dead(seen)}
    for id, message in seen.sent.items():
        met = [end for end, arrived in ends.items() if id in arrived]
        if met != [message.end]:
            yield f"{message.id} ({message.source}) should be {message.end.value}, is {' and '.join(end.value for end in met) or 'nowhere'}"


def each_reaches_its_own_tenant_only(seen: Seen) -> Iterator[str]:
    invocations = [(line["tenant_id"], [record["message_id"] for record in line["records"]]) for line in seen.journal]
    invocations += [(line["tenant_id"], line["records"]) for line in seen.trace]
    for tenant, ids in invocations:
        for id in ids:
            owner = seen.sent[id].tenant if id in seen.sent else None
            if owner != tenant:
                yield f"{seen.sent[id].id if id in seen.sent else id} of {owner} was handed to {tenant}"


def every_environment_saw_one_tenant(seen: Seen) -> Iterator[str]:
    if not seen.journal:
        yield "the backend was never invoked"
    for line in seen.journal:
        if line["tenants_seen"] != [line["tenant_id"]]:
            yield f"environment {line['environment_id']} of {line['tenant_id']} has seen {', '.join(line['tenants_seen'])}"


def lanes_keep_their_order(seen: Seen) -> Iterator[str]:
    """A message counts when it was first settled; the emulator's trace tells in which order that was."""
    settled: dict[str, Message] = {}
    for line in seen.trace:
        for id in line["settled"]:
            if id in seen.sent:
                settled.setdefault(id, seen.sent[id])
    got = lanes(settled.values())
    for lane, ids in lanes(seen.sent.values()).items():
        if got.get(lane) != ids:
            yield f"{' '.join(lane)} was sent as {', '.join(ids)} and settled as {', '.join(got.get(lane, [])) or 'nothing'}"


def lanes(messages: Iterable[Message]) -> dict[tuple, list[str]]:
    """The deliverable messages that must keep an order, each lane in the order in which they are given."""
    found: dict[tuple, list[str]] = {}
    for message in messages:
        if message.lane is not None and message.end == End.DELIVERED:
            found.setdefault(message.lane, []).append(message.id)
    return found


def rejected_records_are_kept_whole(seen: Seen) -> Iterator[str]:
    for record in seen.quarantined:
        message = seen.sent.get(record.name)
        if message is None:
            yield f"the quarantine of {record.source} holds what was never sent: {record.name or record.body[:40]}"
        elif record.source != message.source or not is_whole(record, message):
            yield f"{message.id} is not kept as it was sent: {record.body[:80]}"
        missing = [name for name in attributes_of(record) if not record.attributes.get(name)]
        if missing:
            yield f"{message.id if message else record.name} is kept without {', '.join(missing)}"


def attributes_of(record: Quarantined) -> tuple[str, ...]:
    """An event names neither its bus nor when it was first handed out."""
    return ATTRIBUTES if record.source != DIRECT else tuple(name for name in ATTRIBUTES if name not in ("source_arn", "first_seen"))


def each_is_rejected_for_its_own_reason(seen: Seen) -> Iterator[str]:
    for record in seen.quarantined:
        message = seen.sent.get(record.name)
        if message and record.reason != message.reason:
            yield f"{message.id} should be rejected as {message.reason}, was as {record.reason}"


def mishaps_are_tried_again(seen: Seen) -> Iterator[str]:
    failed = seen.outcomes("failed") + seen.outcomes("refused")
    for id, message in seen.sent.items():
        if message.misbehaves and failed[id] < message.misbehaves:
            yield f"{message.id} should go wrong {message.misbehaves} times before it goes well, went wrong {failed[id]} times"


def nothing_is_delivered_twice(seen: Seen) -> Iterator[str]:
    """But for what a checkpoint hands out again with what failed before it."""
    for id, times in seen.outcomes("ok").items():
        if times > 1 and not (id in seen.sent and seen.sent[id].source in CHECKPOINTED):
            yield f"{seen.sent[id].id if id in seen.sent else id} was processed {times} times"


def one_tenant_s_outage_delays_nobody(seen: Seen) -> Iterator[str]:
    """Over a bridge: when the one that always fails was tried for the last time, the others had long been done."""
    others = {id: message for id, message in seen.sent.items() if message.source == BRIDGED and message.end == End.DELIVERED}
    failing = {id for id, message in seen.sent.items() if message.source == BRIDGED and message.end == End.DEAD_LETTER}
    tries = [place for place, line in enumerate(seen.trace) if failing & set(line["records"])]
    if len(tries) < 2:
        yield "the failing tenant was not tried again, so nothing is shown"
    for id, times in (seen.outcomes("failed") + seen.outcomes("refused")).items():
        if id in others:
            yield f"{others[id].id} was handed out {times} times more, for another tenant's failure"
    done = {id for line in seen.trace[: max(tries, default=0)] for id in line["settled"]}
    for id, message in others.items():
        if id not in done:
            yield f"{message.id} had to wait until {HAPLESS} was given up"


def both_witnesses_agree(seen: Seen) -> Iterator[str]:
    journal = sorted((line["tenant_id"], [record["message_id"] for record in line["records"]]) for line in seen.journal)
    trace = sorted((line["tenant_id"], line["records"]) for line in seen.trace)
    if journal != trace:
        yield f"the backend tells of {len(journal)} invocations, the emulator of {len(trace)}, or of other records in them"


def in_quarantine(seen: Seen) -> set[str]:
    return {record.name for record in seen.quarantined}


def dead(seen: Seen) -> set[str]:
    return {id for _, id in seen.dead}


def routers_died_at_work(seen: Seen) -> Iterator[str]:
    if not seen.deaths:
        yield "no router died with records in its hands, so nothing is shown"


RULES: dict[str, Rule] = {
    "no message is lost": nothing_is_lost,
    "every message ends where it should": every_message_ends_where_it_should,
    "every message reaches its own tenant only": each_reaches_its_own_tenant_only,
    "every environment saw exactly one tenant": every_environment_saw_one_tenant,
    "every FIFO group and every key of a stream kept its order": lanes_keep_their_order,
    "over the bridge, one tenant's outage delays nobody": one_tenant_s_outage_delays_nobody,
    "rejected records are kept whole, with their reason": rejected_records_are_kept_whole,
    "each is rejected for its own reason": each_is_rejected_for_its_own_reason,
    "what went wrong was tried again": mishaps_are_tried_again,
    "nothing is processed twice, but behind a checkpoint": nothing_is_delivered_twice,
    "backend and emulator tell the same story": both_witnesses_agree,
}


# Of the second act. To be killed is to forget what was settled: records may then be processed again.
RULES_WHEN_KILLED: dict[str, Rule] = {
    "routers were killed in the middle of their batches": routers_died_at_work,
    "no message was lost with them": nothing_is_lost,
    "every message was delivered all the same": every_message_ends_where_it_should,
    "every message reached its own tenant only, still": each_reaches_its_own_tenant_only,
    "every FIFO group and every key of a stream kept its order, still": lanes_keep_their_order,
}


def check(seen, rules: dict[str, Callable]) -> list[Check]:
    """`rules` are those of an act, `seen` is what they look at."""
    return [Check(name, list(rule(seen))) for name, rule in rules.items()]
