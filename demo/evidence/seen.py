"""Collects what was observed, as data. It does not check anything."""

import json
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, field

from demo.configurations import BACKEND
from demo.evidence.trace import lines
from demo.messages import End, Message
from demo.naming import name_of
from demo.setup.backend import Backend
from demo.setup.places import Places

# Lambda's error type for a function whose process ended before it answered.
DIED = "Runtime.ExitError"


@dataclass(frozen=True)
class Quarantined:
    """A record as it lies in the quarantine."""

    source: str
    # The record's identifier; empty if the body is not a record.
    name: str
    body: str
    attributes: dict[str, str]

    @property
    def reason(self) -> str:
        return self.attributes.get("reason", "none given")


@dataclass
class Seen:
    """Everything that the checks read. `sent` has each message by the identifier that its source gave it."""

    sent: dict[str, Message]
    # The backend's own lines, one for each invocation.
    journal: list[dict] = field(default_factory=list)
    # The emulator's lines about the same invocations, in the order in which they finished.
    trace: list[dict] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    # (source, identifier) of messages in a dead-letter queue or in a discarded batch.
    dead: list[tuple[str, str]] = field(default_factory=list)
    # How often a router was killed with records in progress.
    deaths: int = 0
    # Messages that were still in transit when the demo stopped waiting.
    left: int = 0

    def outcomes(self, outcome: str) -> Counter[str]:
        """How often each message had this outcome in the backend, by identifier."""
        return Counter(record["message_id"] for line in self.journal for record in line["records"] if record["outcome"] == outcome)

    def ends(self) -> dict[End, set[str]]:
        """The identifiers of the messages that have met each end."""
        return {
            End.DELIVERED: set(self.outcomes("ok")),
            End.QUARANTINED: {record.name for record in self.quarantined},
            End.DEAD_LETTER: {id for _, id in self.dead},
        }

    def reasons(self) -> dict[str, int]:
        """The number of quarantined records by reason. A record that was quarantined twice counts once."""
        return dict(sorted(Counter(reason for _, reason in {(record.name, record.reason) for record in self.quarantined}).items()))

    def environments(self) -> dict[str, set[str]]:
        """The execution environments of each tenant, as the backend's journals name the tenant."""
        found: dict[str, set[str]] = {}
        for line in self.journal:
            found.setdefault(line["tenant_id"], set()).add(line["environment_id"])
        return found


@dataclass
class Taken:
    """The messages that were taken out of quarantines and dead-letter queues. The queues are empty then."""

    quarantined: list[Quarantined] = field(default_factory=list)
    dead: list[tuple[str, str]] = field(default_factory=list)

    def take_all(self, places: Places) -> None:
        for source in places.quarantines.keys() | places.dead_letters.keys():
            self.take(places, source)

    def take(self, places: Places, source: str) -> None:
        if source in places.quarantines:
            self.quarantined += [quarantined(source, message) for message in places.take_all(places.quarantines[source])]
        if source in places.dead_letters:
            self.dead += [(source, name_of(dead_letter(message))) for message in places.take_all(places.dead_letters[source])]


def gather(sent: dict[str, Message], earlier: dict[str, Message], left: int, backend: Backend, places: Places, taken: Taken) -> Seen:
    """What was observed, without the invocations that carried only messages of earlier phases. `taken`: what was taken before."""
    seen = Seen(sent, left=left)
    for line in lines(places.cloud.trace):
        if earlier.keys() >= set(line["records"]):
            continue
        if line["function"] == BACKEND:
            seen.trace.append(line)
        else:
            seen.deaths += line["error"] == DIED
    seen.journal = journal(backend, earlier)
    taken.take_all(places)
    seen.quarantined, seen.dead = taken.quarantined, list(taken.dead)
    seen.dead += [(source, name) for source, name in given_up(places) if name not in earlier]
    return seen


def given_up(places: Places) -> list[tuple[str, str]]:
    """(source, identifier) of the records in batches that a stream's mapping has discarded."""
    return [(source, name_of(record)) for source in places.buckets for record in places.discarded(source)]


def journal(backend: Backend, earlier: Container[str] = ()) -> list[dict]:
    """The backend's journal, without the invocations that carried only earlier messages."""
    found = [line for file in sorted(backend.journals.glob("*.jsonl")) for line in lines(file)]
    return [line for line in found if not all(record["message_id"] in earlier for record in line["records"])]


def quarantined(source: str, message: dict) -> Quarantined:
    attributes = {name: value.get("StringValue", "") for name, value in message.get("MessageAttributes", {}).items()}
    try:
        name = name_of(json.loads(message["Body"]))
    except ValueError:
        name = None
    return Quarantined(source, name or "", message["Body"], attributes)


def dead_letter(message: dict) -> dict:
    """The message as a function gets it; for a failed asynchronous invocation, its event."""
    try:
        return json.loads(message["Body"])["requestPayload"]
    except (ValueError, KeyError, TypeError):
        return {"messageId": message["MessageId"], "body": message["Body"]}
