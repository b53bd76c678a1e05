"""What must hold at the end of the third act."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from demo.evidence import checks
from demo.evidence.seen import Seen
from demo.evidence.trust import Trust
from demo.story import Message, trust

Rule = Callable[[Trust], Iterator[str]]


def ids(messages: Iterable[Message]) -> set[str]:
    return {message.id for message in messages}


def part(seen: Seen, wanted: set[str]) -> Seen:
    """What was seen of these messages alone."""
    journal = [line | {"records": [record for record in line["records"] if record["message_id"] in wanted]} for line in seen.journal]
    trace = [line | {name: [id for id in line[name] if id in wanted] for name in ("records", "settled")} for line in seen.trace]
    sent = {id: message for id, message in seen.sent.items() if id in wanted}
    aside = [record for record in seen.quarantined if record.name in wanted]
    dead = [(source, id) for source, id in seen.dead if id in wanted]
    return dataclasses.replace(seen, sent=sent, journal=journal, trace=trace, quarantined=aside, dead=dead)


def once_and_in_order(seen: Seen) -> Iterator[str]:
    yield from checks.every_message_ends_where_it_should(seen)
    yield from checks.nothing_is_delivered_twice(seen)
    yield from checks.lanes_keep_their_order(seen)


def tenantctl_did_as_it_was_told(seen: Trust) -> Iterator[str]:
    if not seen.runs:
        yield "tenantctl was not run"
    for run in seen.runs:
        if run.code:
            yield f"tenantctl {run.command} ended with exit code {run.code}: {run.report or 'it said nothing'}"


def the_refused_are_set_aside(seen: Trust) -> Iterator[str]:
    first = seen.first
    yield from checks.each_is_rejected_for_its_own_reason(first)
    yield from checks.rejected_records_are_kept_whole(first)
    aside = checks.in_quarantine(first)
    for id, message in first.sent.items():
        if message.reason and id not in aside:
            yield f"{message.id} was not set aside, though its tenant is {message.reason}"
        if not message.reason and id in aside:
            yield f"{message.id} was set aside, though its tenant is active"


def no_backend_sees_a_tenant_before_it_is_let_in(seen: Trust) -> Iterator[str]:
    for tenant in trust.REJECTED:
        if tenant not in seen.let_in:
            yield f"{tenant} was never let in, so nothing is shown"
    for line in seen.seen.trace:
        if line["at"] < seen.let_in.get(line["tenant_id"], 0.0):
            yield f"{', '.join(line['records'])} of {line['tenant_id']} reached a backend before the registry let the tenant in"


def the_let_in_are_delivered(seen: Trust) -> Iterator[str]:
    yield from once_and_in_order(part(seen.seen, ids(message for message in trust.opening() if message.reason)))


def others_do_not_notice(seen: Trust) -> Iterator[str]:
    yield from once_and_in_order(part(seen.seen, ids(message for message in trust.opening() if not message.reason)))
    first = min(seen.let_in.values(), default=0.0)
    done = {id for line in seen.seen.trace if line["at"] < first for id in line["settled"]}
    for message in trust.opening():
        if not message.reason and message.id not in done:
            yield f"{message.id} had to wait for refused records of its group"


def known_tenants_go_on(seen: Trust) -> Iterator[str]:
    """Within the bound: the messages were sent when the table was down already."""
    done = {id for line in seen.seen.trace if line["at"] < seen.outage.ended for id in line["settled"]}
    for message in trust.within_the_bound():
        if message.id not in done:
            yield f"{message.id} waited until the registry was back"


def unknown_and_stale_tenants_wait(seen: Trust) -> Iterator[str]:
    begun, ended = seen.outage.begun, seen.outage.ended
    for message in (*trust.of_the_newcomer(), *trust.after_the_bound()):
        if not any(begun < at < ended for at in seen.handed.get(message.id, [])):
            yield f"the router was not handed {message.id} during the outage, so nothing is shown"
        if any(message.id in line["records"] and line["at"] < ended for line in seen.seen.trace):
            yield f"{message.id} reached a backend while nobody could say whether its tenant is one"


def an_outage_sets_nothing_aside(seen: Trust) -> Iterator[str]:
    if seen.outage.aside:
        yield f"{seen.outage.aside} messages were set aside while the registry was down"
    for _, id in seen.seen.dead:
        yield f"{id} was given up"


def all_is_delivered_when_it_is_back(seen: Trust) -> Iterator[str]:
    parts = (trust.greeting, trust.within_the_bound, trust.of_the_newcomer, trust.after_the_bound)
    yield from once_and_in_order(part(seen.seen, ids(message for made in parts for message in made())))


def replays_were_killed_at_work(seen: Trust) -> Iterator[str]:
    at_work = [killed for killed in seen.killed if killed.held]
    if len(at_work) < 2 or not any(killed.replayed for killed in at_work):
        yield f"of {len(seen.killed)} replays that were killed, {len(at_work)} had records in their hands, so nothing is shown"


def killed_replays_lose_nothing(seen: Trust) -> Iterator[str]:
    piled_up = part(seen.seen, ids(trust.piled_up()))
    yield from checks.nothing_is_lost(piled_up)
    yield from checks.every_message_ends_where_it_should(piled_up)
    yield from checks.lanes_keep_their_order(piled_up)


def repeats_are_told(seen: Trust) -> Iterator[str]:
    """What was handed on before a replay was killed is handed on again, and told as a possible repeat then."""
    piled_up = ids(trust.piled_up())
    counts = Counter({id: times for id, times in seen.seen.outcomes("ok").items() if id in piled_up})
    repeats = sum(times - 1 for times in counts.values())
    told = sum(len(run.report.get("possible_repeats", [])) for run in seen.reruns)
    if repeats > told:
        yield f"{repeats} records were delivered again, {told} were told as possible repeats"


RULES: dict[str, Rule] = {
    "tenantctl did as it was told": tenantctl_did_as_it_was_told,
    "records of a suspended and of an unknown tenant are set aside, whole and for that reason": the_refused_are_set_aside,
    "tenants that share a group with them do not notice": others_do_not_notice,
    "no backend sees a tenant before the registry lets it in": no_backend_sees_a_tenant_before_it_is_let_in,
    "let in and replayed, its records are delivered once, in the order of their group": the_let_in_are_delivered,
    "while the registry is down, tenants that the router knows go on": known_tenants_go_on,
    "new tenants wait, and when what is known is too old, everyone does": unknown_and_stale_tenants_wait,
    "an outage of the registry sets nothing aside and gives nothing up": an_outage_sets_nothing_aside,
    "when the registry is back, all is delivered, once and in order": all_is_delivered_when_it_is_back,
    "replays were killed with records in their hands": replays_were_killed_at_work,
    "nothing is lost with them, and every group keeps its order": killed_replays_lose_nothing,
    "what they may have sent twice is told": repeats_are_told,
    "behind a registry too, every message reaches its own tenant only": lambda seen: checks.each_reaches_its_own_tenant_only(seen.seen),
    "backend and emulator tell the same story of it": lambda seen: checks.both_witnesses_agree(seen.seen),
}
