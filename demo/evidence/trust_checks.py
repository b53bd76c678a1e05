"""The checks at the end of the third phase."""

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
    """What was observed of these messages alone."""
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
            yield f"tenantctl {run.command} ended with exit code {run.code}: {run.report or 'it printed nothing'}"


def the_refused_are_set_aside(seen: Trust) -> Iterator[str]:
    first = seen.first
    yield from checks.each_is_rejected_for_its_own_reason(first)
    yield from checks.rejected_records_are_kept_whole(first)
    aside = checks.in_quarantine(first)
    for id, message in first.sent.items():
        if message.reason and id not in aside:
            yield f"{message.id} was not quarantined, although the reason is {message.reason}"
        if not message.reason and id in aside:
            yield f"{message.id} was quarantined, although its tenant is active"


def no_backend_sees_a_tenant_before_it_is_let_in(seen: Trust) -> Iterator[str]:
    for tenant in trust.REJECTED:
        if tenant not in seen.let_in:
            yield f"{tenant} was never activated, so this check proves nothing"
    for line in seen.seen.trace:
        if line["at"] < seen.let_in.get(line["tenant_id"], 0.0):
            yield f"{', '.join(line['records'])} of {line['tenant_id']} reached a backend before the registry activated the tenant"


def the_let_in_are_delivered(seen: Trust) -> Iterator[str]:
    yield from once_and_in_order(part(seen.seen, ids(message for message in trust.opening() if message.reason)))


def others_do_not_notice(seen: Trust) -> Iterator[str]:
    yield from once_and_in_order(part(seen.seen, ids(message for message in trust.opening() if not message.reason)))
    first = min(seen.let_in.values(), default=0.0)
    done = {id for line in seen.seen.trace if line["at"] < first for id in line["settled"]}
    for message in trust.opening():
        if not message.reason and message.id not in done:
            yield f"{message.id} had to wait for rejected records of its group"


def known_tenants_go_on(seen: Trust) -> Iterator[str]:
    """The messages were sent when the table was unavailable, while the router's cached answers were fresh enough."""
    done = {id for line in seen.seen.trace if line["at"] < seen.outage.ended for id in line["settled"]}
    for message in trust.within_the_bound():
        if message.id not in done:
            yield f"{message.id} waited until the registry was back"


def unknown_and_stale_tenants_wait(seen: Trust) -> Iterator[str]:
    begun, ended = seen.outage.begun, seen.outage.ended
    for message in (*trust.of_the_newcomer(), *trust.after_the_bound()):
        if not any(begun < at < ended for at in seen.handed.get(message.id, [])):
            yield f"the router did not get {message.id} during the outage, so this check proves nothing"
        if any(message.id in line["records"] and line["at"] < ended for line in seen.seen.trace):
            yield f"{message.id} reached a backend although the registry could not confirm its tenant"


def an_outage_sets_nothing_aside(seen: Trust) -> Iterator[str]:
    if seen.outage.aside:
        yield f"{seen.outage.aside} messages were quarantined while the registry was unavailable"
    for _, id in seen.seen.dead:
        yield f"{id} went to the dead-letter queue"


def all_is_delivered_when_it_is_back(seen: Trust) -> Iterator[str]:
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
    yield from checks.lanes_keep_their_order(piled_up)


def repeats_are_told(seen: Trust) -> Iterator[str]:
    """A record that a killed replay had sent is sent again. The second replay must report it as a possible repeat."""
    piled_up = ids(trust.piled_up())
    counts = Counter({id: times for id, times in seen.seen.outcomes("ok").items() if id in piled_up})
    repeats = sum(times - 1 for times in counts.values())
    told = sum(len(run.report.get("possible_repeats", [])) for run in seen.reruns)
    if repeats > told:
        yield f"{repeats} records were delivered again, {reported} were reported as possible repeats"


RULES: dict[str, Rule] = {
    "every tenantctl command succeeded": tenantctl_did_as_it_was_told,
    "records of a suspended and of an unknown tenant are quarantined, whole and with that reason": the_refused_are_set_aside,
    "tenants that share a group with them are not delayed": others_do_not_notice,
    "no backend gets a record of a tenant before the registry activates it": no_backend_sees_a_tenant_before_it_is_let_in,
    "once activated and replayed, its records are delivered once, in the order of their group": the_let_in_are_delivered,
    "while the registry is unavailable, tenants that the router knows are served": known_tenants_go_on,
    "new tenants wait, and all tenants wait when the cached answers are too old": unknown_and_stale_tenants_wait,
    "an outage of the registry puts nothing into the quarantine or the dead-letter queue": an_outage_sets_nothing_aside,
    "when the registry is back, everything is delivered, once and in order": all_is_delivered_when_it_is_back,
    "replays were killed with records in progress": replays_were_killed_at_work,
    "nothing is lost because of that, and every group keeps its order": killed_replays_lose_nothing,
    "what they may have sent twice is reported": repeats_are_told,
    "with a registry too, every message reaches its own tenant only": lambda seen: checks.each_reaches_its_own_tenant_only(seen.seen),
    "with a registry too, the journals and the trace agree": lambda seen: checks.both_witnesses_agree(seen.seen),
}
