"""What a perfect third phase leaves to observe, for tests that change one thing in it."""

from collections.abc import Iterable

from demo.evidence.seen import Seen
from demo.evidence.trust import Killed, Outage, Trust
from demo.messages import Message, trust
from demo.setup.tenantctl import Run
from demo.tests.perfect import invocation, kept

# The time of each event, in seconds.
OPENING, LET_IN, REPLAYED, BEGUN, WITHIN, ENDED, BACK, PILED_UP, LAST = range(9)


def perfect() -> Trust:
    seen = Trust(Seen({message.id: message for message in trust.everything()}))
    opening = trust.opening()
    seen.first = Seen({f"sqs-{message.id}": message for message in opening})
    seen.first.quarantined = [kept(id, message) for id, message in seen.first.sent.items() if message.reason]
    deliver(seen, (message for message in opening if not message.reason), OPENING)
    seen.activated = {trust.SUSPENDED: LET_IN, trust.UNKNOWN: LET_IN, trust.PILED_UP: PILED_UP}
    deliver(seen, (message for message in opening if message.reason), REPLAYED)
    deliver(seen, trust.greeting(), REPLAYED)
    seen.outage = Outage(BEGUN, ENDED)
    deliver(seen, trust.within_the_bound(), WITHIN)
    waiting = [*trust.of_the_newcomer(), *trust.after_the_bound()]
    seen.attempts = {message.id: [WITHIN, BACK] for message in waiting}
    deliver(seen, waiting, BACK)
    deliver(seen, trust.piled_up(), LAST)
    seen.killed = [Killed(0, 10), Killed(4, 6)]
    seen.runs = [Run("tenants import", 0), Run("quarantine replay", 0)]
    return seen


def deliver(seen: Trust, messages: Iterable[Message], at: float) -> None:
    for message in messages:
        invocation(seen.seen, message.id, message, "ok")
        seen.seen.trace[-1]["at"] = at
