"""The checks at the end of the demo. A check gets what was observed and yields what is wrong; it passes if it yields nothing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from demo.evidence.seen import Quarantined, Seen
from demo.evidence.whole import is_whole
from demo.messages import BRIDGED, CHECKPOINTED, DIRECT, End, Message
from demo.messages.records import FAILING

# The attributes of every quarantine message, whatever the reason.
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
    ends = seen.ends()
    for id, message in seen.sent.items():
        if not any(id in arrived for arrived in ends.values()):
            yield f"{message.id} ({message.source}) is nowhere"
    if seen.left:
        yield f"{seen.left} messages were still in transit when the demo stopped waiting"


def every_message_ends_where_it_should(seen: Seen) -> Iterator[str]:
    ends = seen.ends()
    for id, message in seen.sent.items():
        met = [end for end, arrived in ends.items() if id in arrived]
        if met != [message.end]:
            yield f"{message.id} ({message.source}) should be {message.end.value}, is {' and '.join(end.value for end in met) or 'nowhere'}"


def messages_reach_their_own_tenant_only(seen: Seen) -> Iterator[str]:
    invocations = [(line["tenant_id"], [record["message_id"] for record in line["records"]]) for line in seen.journal]
    invocations += [(line["tenant_id"], line["records"]) for line in seen.trace]
    for tenant, ids in invocations:
        for id in ids:
            owner = seen.sent[id].tenant if id in seen.sent else None
            if owner != tenant:
                yield f"{seen.sent[id].id if id in seen.sent else id} of {owner} was delivered to {tenant}"


def environments_serve_one_tenant(seen: Seen) -> Iterator[str]:
    if not seen.journal:
        yield "the backend was never invoked"
    for line in seen.journal:
        if line["tenants_seen"] != [line["tenant_id"]]:
            yield f"environment {line['environment_id']} of {line['tenant_id']} has also served {', '.join(line['tenants_seen'])}"


def groups_keep_their_order(seen: Seen) -> Iterator[str]:
    """A message counts when it is acknowledged for the first time. The emulator's trace gives the order."""
    acknowledged: dict[str, Message] = {}
    for line in seen.trace:
        for id in line["acknowledged"]:
            if id in seen.sent:
                acknowledged.setdefault(id, seen.sent[id])
    got = ordering_groups(acknowledged.values())
    for group, ids in ordering_groups(seen.sent.values()).items():
        if got.get(group) != ids:
            yield f"{' '.join(group)} was sent as {', '.join(ids)} and acknowledged as {', '.join(got.get(group, [])) or 'nothing'}"


def ordering_groups(messages: Iterable[Message]) -> dict[tuple, list[str]]:
    """The deliverable messages that must keep an order, by ordering group, in the order in which they are given."""
    found: dict[tuple, list[str]] = {}
    for message in messages:
        if message.ordering_group is not None and message.end == End.DELIVERED:
            found.setdefault(message.ordering_group, []).append(message.id)
    return found


def rejected_records_are_kept_whole(seen: Seen) -> Iterator[str]:
    for record in seen.quarantined:
        message = seen.sent.get(record.name)
        if message is None:
            yield f"the quarantine of {record.source} holds a record that was never sent: {record.name or record.body[:40]}"
        elif record.source != message.source or not is_whole(record, message):
            yield f"{message.id} is not kept as it was sent: {record.body[:80]}"
        missing = [name for name in attributes_of(record) if not record.attributes.get(name)]
        if missing:
            yield f"{message.id if message else record.name} is kept without {', '.join(missing)}"


def attributes_of(record: Quarantined) -> tuple[str, ...]:
    """An event has neither the ARN of its bus nor the time when it was first delivered."""
    return ATTRIBUTES if record.source != DIRECT else tuple(name for name in ATTRIBUTES if name not in ("source_arn", "first_seen"))


def records_have_their_own_reason(seen: Seen) -> Iterator[str]:
    for record in seen.quarantined:
        message = seen.sent.get(record.name)
        if message and record.reason != message.reason:
            yield f"{message.id} should be rejected as {message.reason}, but was rejected as {record.reason}"


def failures_are_retried(seen: Seen) -> Iterator[str]:
    failed = seen.outcomes("failed") + seen.outcomes("refused")
    for id, message in seen.sent.items():
        if message.misbehaves and failed[id] < message.misbehaves:
            yield f"{message.id} should fail {message.misbehaves} times before it succeeds, but failed {failed[id]} times"


def nothing_is_delivered_twice(seen: Seen) -> Iterator[str]:
    """Except for records that a checkpoint redelivers together with a failed record before them."""
    for id, times in seen.outcomes("ok").items():
        if times > 1 and not (id in seen.sent and seen.sent[id].source in CHECKPOINTED):
            yield f"{seen.sent[id].id if id in seen.sent else id} was processed {times} times"


def outage_of_a_tenant_delays_no_other(seen: Seen) -> Iterator[str]:
    """On a bridge, one tenant's failures must not delay others: they are done before the failing record's last try."""
    others = {id: message for id, message in seen.sent.items() if message.source == BRIDGED and message.end == End.DELIVERED}
    failing = {id for id, message in seen.sent.items() if message.source == BRIDGED and message.end == End.DEAD_LETTER}
    tries = [place for place, line in enumerate(seen.trace) if failing & set(line["records"])]
    if len(tries) < 2:
        yield "the failing tenant was not retried, so this check proves nothing"
    for id, times in (seen.outcomes("failed") + seen.outcomes("refused")).items():
        if id in others:
            yield f"{others[id].id} was redelivered {times} times because of another tenant's failure"
    done = {id for line in seen.trace[: max(tries, default=0)] for id in line["acknowledged"]}
    for id, message in others.items():
        if id not in done:
            yield f"{message.id} had to wait until {FAILING} went to the dead-letter queue"


def journal_and_trace_agree(seen: Seen) -> Iterator[str]:
    journal = sorted((line["tenant_id"], [record["message_id"] for record in line["records"]]) for line in seen.journal)
    trace = sorted((line["tenant_id"], line["records"]) for line in seen.trace)
    if journal != trace:
        yield f"the journals have {len(journal)} invocations, the trace has {len(trace)}, or their records differ"


def routers_were_killed_at_work(seen: Seen) -> Iterator[str]:
    if not seen.deaths:
        yield "no router was killed with records in progress, so this check proves nothing"


RULES: dict[str, Rule] = {
    "no message is lost": nothing_is_lost,
    "every message ends where it should": every_message_ends_where_it_should,
    "every message reaches its own tenant only": messages_reach_their_own_tenant_only,
    "every environment served exactly one tenant": environments_serve_one_tenant,
    "every FIFO group and every stream key kept its order": groups_keep_their_order,
    "on the bridge, one tenant's outage delays no other tenant": outage_of_a_tenant_delays_no_other,
    "rejected records are kept whole, with their reason": rejected_records_are_kept_whole,
    "each record is rejected for its own reason": records_have_their_own_reason,
    "what failed was retried": failures_are_retried,
    "nothing is processed twice, except after a checkpoint": nothing_is_delivered_twice,
    "the backend's journals and the emulator's trace agree": journal_and_trace_agree,
}


# For the second phase. A killed router forgets what it has acknowledged, so records may be processed again.
RULES_AFTER_KILLS: dict[str, Rule] = {
    "routers were killed in the middle of their batches": routers_were_killed_at_work,
    "no message was lost because of that": nothing_is_lost,
    "every message was delivered nevertheless": every_message_ends_where_it_should,
    "every message still reached its own tenant only": messages_reach_their_own_tenant_only,
    "every FIFO group and every stream key still kept its order": groups_keep_their_order,
}


def check(seen, rules: dict[str, Callable]) -> list[Check]:
    """Runs the rules of a phase on what was observed."""
    return [Check(name, list(rule(seen))) for name, rule in rules.items()]
