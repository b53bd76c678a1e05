"""What must hold at the end of the demo. A check takes what was seen and gives what is wrong; nothing wrong, it holds."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from demo.evidence.seen import Quarantined, Seen
from demo.story import End, Message

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
            yield f"{message.id} ({message.queue}) is nowhere"
    if seen.left:
        yield f"{seen.left} messages were still in the source queues when the demo stopped waiting"


def every_message_ends_where_it_should(seen: Seen) -> Iterator[str]:
    ends = {End.DELIVERED: seen.outcomes("ok"), End.QUARANTINED: in_quarantine(seen), End.DEAD_LETTER: dead(seen)}
    for id, message in seen.sent.items():
        met = [end for end, arrived in ends.items() if id in arrived]
        if met != [message.end]:
            yield f"{message.id} ({message.queue}) should be {message.end.value}, is {' and '.join(end.value for end in met) or 'nowhere'}"


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


def groups_keep_their_order(seen: Seen) -> Iterator[str]:
    """A message counts when it was first settled; the emulator's trace tells in which order that was."""
    wanted, settled = groups_as_sent(seen), {}
    for line in seen.trace:
        for id in line["settled"]:
            message = seen.sent.get(id)
            if message and message.group is not None and id not in settled:
                settled[id] = message
    for group, ids in wanted.items():
        got = [message.id for message in settled.values() if message.group == group]
        if got != ids:
            yield f"group {group} was sent as {', '.join(ids)} and settled as {', '.join(got) or 'nothing'}"


def groups_as_sent(seen: Seen) -> dict[str, list[str]]:
    """The deliverable messages of each FIFO group, in the order in which they were sent."""
    groups: dict[str, list[str]] = {}
    for message in seen.sent.values():
        if message.group is not None and message.end == End.DELIVERED:
            groups.setdefault(message.group, []).append(message.id)
    return groups


def rejected_records_are_kept_whole(seen: Seen) -> Iterator[str]:
    for record in seen.quarantined:
        message = seen.sent.get(record.message_id)
        if message is None:
            yield f"the {record.queue} quarantine holds a message that was never sent: {record.message_id or record.body[:40]}"
        elif record.queue != message.queue or not is_whole(record, message):
            yield f"{message.id} is not kept as it was sent: {record.body[:80]}"
        missing = [name for name in ATTRIBUTES if not record.attributes.get(name)]
        if missing:
            yield f"{message.id if message else record.message_id} is kept without {', '.join(missing)}"


def is_whole(record: Quarantined, message: Message) -> bool:
    """The quarantine keeps the record as the router's event held it, so that it can be replayed."""
    try:
        kept = json.loads(record.body)
        attribute = kept["messageAttributes"].get("tenantId", {}).get("stringValue")
        sent = (record.message_id, message.body, message.group, message.attribute)
        return (kept["messageId"], kept["body"], kept["attributes"].get("MessageGroupId"), attribute) == sent
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def each_is_rejected_for_its_own_reason(seen: Seen) -> Iterator[str]:
    for record in seen.quarantined:
        message = seen.sent.get(record.message_id)
        if message and record.reason != message.reason:
            yield f"{message.id} should be rejected as {message.reason}, was as {record.reason}"


def mishaps_are_tried_again(seen: Seen) -> Iterator[str]:
    failed = seen.outcomes("failed") + seen.outcomes("refused")
    for id, message in seen.sent.items():
        if message.misbehaves and failed[id] < message.misbehaves:
            yield f"{message.id} should go wrong {message.misbehaves} times before it goes well, went wrong {failed[id]} times"


def nothing_is_delivered_twice(seen: Seen) -> Iterator[str]:
    for id, times in seen.outcomes("ok").items():
        if times > 1:
            yield f"{seen.sent[id].id if id in seen.sent else id} was processed {times} times"


def both_witnesses_agree(seen: Seen) -> Iterator[str]:
    journal = sorted((line["tenant_id"], [record["message_id"] for record in line["records"]]) for line in seen.journal)
    trace = sorted((line["tenant_id"], line["records"]) for line in seen.trace)
    if journal != trace:
        yield f"the backend tells of {len(journal)} invocations, the emulator of {len(trace)}, or of other records in them"


def in_quarantine(seen: Seen) -> set[str]:
    return {record.message_id for record in seen.quarantined}


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
    "every FIFO group kept its order": groups_keep_their_order,
    "rejected records are kept whole, with their reason": rejected_records_are_kept_whole,
    "each is rejected for its own reason": each_is_rejected_for_its_own_reason,
    "what went wrong was tried again": mishaps_are_tried_again,
    "nothing is processed twice": nothing_is_delivered_twice,
    "backend and emulator tell the same story": both_witnesses_agree,
}


# Of the second act. To be killed is to forget what was settled: records may then be processed again.
RULES_WHEN_KILLED: dict[str, Rule] = {
    "routers were killed in the middle of their batches": routers_died_at_work,
    "no message was lost with them": nothing_is_lost,
    "every message was delivered all the same": every_message_ends_where_it_should,
    "every message reached its own tenant only, still": each_reaches_its_own_tenant_only,
    "every FIFO group kept its order, still": groups_keep_their_order,
}


def check(seen: Seen, rules: dict[str, Rule]) -> list[Check]:
    return [Check(name, list(rule(seen))) for name, rule in rules.items()]
