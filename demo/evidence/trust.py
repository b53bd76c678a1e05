"""What was seen of the third act: the registry, its outage, and replays."""

import dataclasses
from dataclasses import dataclass, field

from demo.configurations import BACKEND
from demo.evidence.seen import Quarantined, Seen, dead_letter, quarantined
from demo.evidence.trace import lines
from demo.naming import name_of
from demo.stage.backend import Backend
from demo.stage.guarded import Guarded
from demo.stage.tenantctl import Run
from demo.story import GUARDED, Message


@dataclass
class Outage:
    """When the registry's table was down, by the clock of the trace."""

    begun: float = 0.0
    ended: float = 0.0
    # How many messages had been set aside when it was over.
    aside: int = 0


@dataclass(frozen=True)
class Killed:
    """A replay that was killed: what it had done by then, and what it had in its hands."""

    replayed: int
    held: int


@dataclass
class Trust:
    """Everything that the checks of the third act look at.

    A record that is replayed is another message to SQS. So all of it is by the story's own ids, but for `first`.
    """

    seen: Seen
    # When the router was done with each record, as often as it was handed it.
    handed: dict[str, list[float]] = field(default_factory=dict)
    # What was sent first, and what lay in the quarantine when that was settled; by SQS's ids.
    first: Seen = field(default_factory=lambda: Seen({}))
    # When the registry let in tenants that it had task.
    let_in: dict[str, float] = field(default_factory=dict)
    outage: Outage = field(default_factory=Outage)
    killed: list[Killed] = field(default_factory=list)
    # Every command that ended by itself, and those of them that replayed what the killed ones had left.
    runs: list[Run] = field(default_factory=list)
    reruns: list[Run] = field(default_factory=list)


def gather(trust: Trust, sent: dict[str, Message], earlier: set[str], backend: Backend, guarded: Guarded) -> None:
    """Adds what backend, emulator and queues tell; `earlier` names the messages of other acts."""
    journal = [line for file in sorted(backend.journals.glob("*.jsonl")) for line in lines(file)]
    journal = [line for line in journal if not earlier >= {record["message_id"] for record in line["records"]}]
    names = {record["message_id"]: record["id"] for line in journal for record in line["records"]}
    names |= {id: message.id for id, message in sent.items()}
    called = lambda ids: [names.get(id, id) for id in ids]  # noqa: E731
    seen = trust.seen
    for line in journal:
        seen.journal.append(line | {"records": [record | {"message_id": names[record["message_id"]]} for record in line["records"]]})
    for line in lines(guarded.places.cloud.trace):
        if line["function"] == BACKEND and not earlier >= set(line["records"]):
            seen.trace.append(line | {"records": called(line["records"]), "settled": called(line["settled"])})
    trust.handed = handed(names, guarded)
    for record in taken(guarded):
        seen.quarantined.append(dataclasses.replace(record, name=names.get(record.name, record.name)))
    for message in guarded.places.take_all(guarded.places.dead_letters[GUARDED]):
        id = name_of(dead_letter(message))
        seen.dead.append((GUARDED, names.get(id, id)))


def taken(guarded: Guarded) -> list[Quarantined]:
    return [quarantined(GUARDED, message) for message in guarded.places.take_all(guarded.quarantine)]


def handed(names: dict[str, str], guarded: Guarded) -> dict[str, list[float]]:
    """When the router was done with each record that it was handed, whatever became of it."""
    found: dict[str, list[float]] = {}
    for line in lines(guarded.places.cloud.trace):
        for id in line["records"] if line["function"] == guarded.router else ():
            found.setdefault(names.get(id, id), []).append(line["at"])
    return found


def delivered(backend: Backend) -> set[str]:
    """What the backend has processed by now, by the story's ids."""
    told = (line for file in backend.journals.glob("*.jsonl") for line in lines(file))
    return {record["id"] for line in told for record in line["records"] if record["outcome"] == "ok"}
