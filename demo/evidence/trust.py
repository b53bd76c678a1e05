"""What was observed in the third phase: the registry, its outage, and replays."""

import dataclasses
from dataclasses import dataclass, field

from demo.configurations import BACKEND
from demo.evidence.seen import Seen, Taken, journal
from demo.evidence.trace import lines
from demo.messages import GUARDED, Message
from demo.setup.backend import Backend
from demo.setup.guarded import Guarded
from demo.setup.tenantctl import Run


@dataclass
class Outage:
    """When the registry's table was unavailable, by the clock of the trace."""

    begun: float = 0.0
    ended: float = 0.0
    # The number of messages in the quarantine when it was over.
    quarantined: int = 0


@dataclass(frozen=True)
class Killed:
    """A replay that was killed: the number of records it had replayed, and of those it had received and not deleted."""

    replayed: int
    held: int


@dataclass
class Trust:
    """Everything that the checks of the third phase read.

    A replayed record is another message to SQS. So everything is by the demo's own ids, except for `first`.
    """

    seen: Seen
    # The times when the router finished an invocation with the record.
    attempts: dict[str, list[float]] = field(default_factory=dict)
    # What was sent first, and what lay in the quarantine when all of it was acknowledged; by SQS's ids.
    first: Seen = field(default_factory=lambda: Seen({}))
    # The times when the registry activated tenants that were rejected before.
    activated: dict[str, float] = field(default_factory=dict)
    outage: Outage = field(default_factory=Outage)
    killed: list[Killed] = field(default_factory=list)
    # Every command that ended by itself, and the replays that followed killed ones.
    runs: list[Run] = field(default_factory=list)
    reruns: list[Run] = field(default_factory=list)


def gather(trust: Trust, sent: dict[str, Message], earlier: set[str], backend: Backend, guarded: Guarded) -> None:
    """Adds what the backend, the emulator and the queues show. `earlier`: the messages of other phases."""
    own = journal(backend, earlier)
    names = {record["message_id"]: record["id"] for line in own for record in line["records"]}
    names |= {id: message.id for id, message in sent.items()}
    called = lambda ids: [names.get(id, id) for id in ids]  # noqa: E731
    seen = trust.seen
    for line in own:
        seen.journal.append(line | {"records": [record | {"message_id": names[record["message_id"]]} for record in line["records"]]})
    for line in lines(guarded.places.cloud.trace):
        if line["function"] == BACKEND and not earlier >= set(line["records"]):
            seen.trace.append(line | {"records": called(line["records"]), "acknowledged": called(line["acknowledged"])})
    trust.attempts = router_attempts(names, guarded)
    taken = Taken()
    taken.take(guarded.places, GUARDED)
    seen.quarantined += [dataclasses.replace(record, name=names.get(record.name, record.name)) for record in taken.quarantined]
    seen.dead += [(source, names.get(id, id)) for source, id in taken.dead]


def router_attempts(names: dict[str, str], guarded: Guarded) -> dict[str, list[float]]:
    """The times when the router finished an invocation with each record, whatever the outcome."""
    found: dict[str, list[float]] = {}
    for line in lines(guarded.places.cloud.trace):
        for id in line["records"] if line["function"] == guarded.router else ():
            found.setdefault(names.get(id, id), []).append(line["at"])
    return found


def delivered(backend: Backend) -> set[str]:
    """What the backend has processed so far, by the demo's own ids."""
    return {record["id"] for line in journal(backend) for record in line["records"] if record["outcome"] == "ok"}
