"""The checks at the end of the third phase."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from demo.evidence import checks
from demo.evidence.seen import Seen
from demo.evidence.trust import Trust
from demo.messages import End, Message, trust

Rule = Callable[[Trust], Iterator[str]]


def ids(messages: Iterable[Message]) -> set[str]:
    return {message.id for message in messages}


def part(seen: Seen, wanted: set[str]) -> Seen:
    """What was observed of these messages alone."""
    journal = [line | {"records": [record for record in line["records"] if record["message_id"] in wanted]} for line in seen.journal]
    trace = [line | {name: [id for id in line[name] if id in wanted] for name in ("records", "acknowledged")} for line in seen.trace]
    sent = {id: message for id, message in seen.sent.items() if id in wanted}
    quarantined = [record for record in seen.quarantined if record.name in wanted]
    dead = [(source, id) for source, id in seen.dead if id in wanted]
    return dataclasses.replace(seen, sent=sent, journal=journal, trace=trace, quarantined=quarantined, dead=dead)


def once_and_in_order(seen: Seen) -> Iterator[str]:
    yield from checks.every_message_ends_where_it_should(seen)
    yield from checks.nothing_is_delivered_twice(seen)
    yield from checks.groups_keep_their_order(seen)


def tenantctl_commands_succeed(seen: Trust) -> Iterator[str]:
    if not seen.runs:
        yield "tenantctl was not run"
    for run in seen.runs:
        if run.code:
            yield f"tenantctl {run.command} ended with exit code {run.code}: {run.report or 'it printed nothing'}"


def rejected_records_are_quarantined(seen: Trust) -> Iterator[str]:
    first = seen.first
    yield from checks.records_have_their_own_reason(first)
    yield from checks.rejected_records_are_kept_whole(first)
    quarantined = first.ends()[End.QUARANTINED]
    for id, message in first.sent.items():
        if message.reason and id not in quarantined:
            yield f"{message.id} was not quarantined, although the reason is {message.reason}"
        if not message.reason and id in quarantined:
            yield f"{message.id} was quarantined, although its tenant is active"


def tenants_wait_for_activation(seen: Trust) -> Iterator[str]:
    for tenant in trust.REJECTED:
        if tenant not in seen.activated:
            yield f"{tenant} was never activated, so this check proves nothing"
    for line in seen.seen.trace:
        if line["at"] < seen.activated.get(line["tenant_id"], 0.0):
            yield f"{', '.join(line['records'])} of {line['tenant_id']} reached a backend before the registry activated the tenant"


def activated_tenants_are_delivered(seen: Trust) -> Iterator[str]:
    yield from once_and_in_order(part(seen.seen, ids(message for message in trust.opening() if message.reason)))


def other_tenants_are_not_delayed(seen: Trust) -> Iterator[str]:
    yield from once_and_in_order(part(seen.seen, ids(message for message in trust.opening() if not message.reason)))
    first = min(seen.activated.values(), default=0.0)
    done = {id for line in seen.seen.trace if line["at"] < first for id in line["acknowledged"]}
    for message in trust.opening():
        if not message.reason and message.id not in done:
            yield f"{message.id} had to wait for rejected records of its group"


def known_tenants_are_served(seen: Trust) -> Iterator[str]:
    """The messages were sent when the table was unavailable, while the router's cached answers were fresh enough."""
    done = {id for line in seen.seen.trace if line["at"] < seen.outage.ended for id in line["acknowledged"]}
    for message in trust.within_the_bound():
        if message.id not in done:
            yield f"{message.id} waited until the registry was back"


def unknown_and_stale_tenants_wait(seen: Trust) -> Iterator[str]:
    begun, ended = seen.outage.begun, seen.outage.ended
    for message in (*trust.of_the_newcomer(), *trust.after_the_bound()):
        if not any(begun < at < ended for at in seen.attempts.get(message.id, [])):
            yield f"the router did not get {message.id} during the outage, so this check proves nothing"
        if any(message.id in line["records"] and line["at"] < ended for line in seen.seen.trace):
            yield f"{message.id} reached a backend although the registry could not confirm its tenant"


def outage_quarantines_nothing(seen: Trust) -> Iterator[str]:
    if seen.outage.quarantined:
        yield f"{seen.outage.quarantined} messages were quarantined while the registry was unavailable"
    for _, id in seen.seen.dead:
        yield f"{id} went to the dead-letter queue"


def everything_is_delivered_after_the_outage(seen: Trust) -> Iterator[str]:
    parts = (trust.greeting, trust.within_the_bound, trust.of_the_newcomer, trust.after_the_bound)
    yield from once_and_in_order(part(seen.seen, ids(message for made in parts for message in made())))


def replays_were_killed_at_work(seen: Trust) -> Iterator[str]:
    at_work = [killed for killed in seen.killed if killed.held]
    if len(at_work) < 2 or not any(killed.replayed for killed in at_work):
        yield f"of {len(seen.killed)} killed replays, {len(at_work)} had records in progress, so this check proves nothing"


def killed_replays_lose_nothing(seen: Trust) -> Iterator[str]:
    piled_up = part(seen.seen, ids(trust.piled_up()))
    yield from checks.nothing_is_lost(piled_up)
    yield from checks.every_message_ends_where_it_should(piled_up)
    yield from checks.groups_keep_their_order(piled_up)


def repeats_are_reported(seen: Trust) -> Iterator[str]:
    """A record that a killed replay had sent is sent again. The second replay must report it as a possible repeat."""
    piled_up = ids(trust.piled_up())
    counts = Counter({id: times for id, times in seen.seen.outcomes("ok").items() if id in piled_up})
    repeats = sum(times - 1 for times in counts.values())
    reported = sum(len(run.report.get("possible_repeats", [])) for run in seen.reruns)
    if repeats > reported:
        yield f"{repeats} records were delivered again, {reported} were reported as possible repeats"


RULES: dict[str, Rule] = {
    "every tenantctl command succeeded": tenantctl_commands_succeed,
    "records of a suspended and of an unknown tenant are quarantined, whole and with that reason": rejected_records_are_quarantined,
    "tenants that share a group with them are not delayed": other_tenants_are_not_delayed,
    "no backend gets a record of a tenant before the registry activates it": tenants_wait_for_activation,
    "once activated and replayed, its records are delivered once, in the order of their group": activated_tenants_are_delivered,
    "while the registry is unavailable, tenants that the router knows are served": known_tenants_are_served,
    "new tenants wait, and all tenants wait when the cached answers are too old": unknown_and_stale_tenants_wait,
    "an outage of the registry puts nothing into the quarantine or the dead-letter queue": outage_quarantines_nothing,
    "when the registry is back, everything is delivered, once and in order": everything_is_delivered_after_the_outage,
    "replays were killed with records in progress": replays_were_killed_at_work,
    "nothing is lost because of that, and every group keeps its order": killed_replays_lose_nothing,
    "what they may have sent twice is reported": repeats_are_reported,
    "with a registry too, every message reaches its own tenant only": lambda seen: checks.messages_reach_their_own_tenant_only(seen.seen),
    "with a registry too, the journals and the trace agree": lambda seen: checks.journal_and_trace_agree(seen.seen),
}
