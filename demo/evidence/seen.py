"""Gathers what was seen, as data; judges nothing."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from demo.stage.backend import NAME as BACKEND
from demo.stage.backend import Backend
from demo.stage.cloud import Cloud
from demo.story import FIFO, STANDARD, Message
from demo.story.queues import Queues

# What Lambda says of a function whose process ended before it answered.
DIED = "Runtime.ExitError"


@dataclass(frozen=True)
class Quarantined:
    """A record as the quarantine keeps it."""

    queue: str
    message_id: str
    body: str
    attributes: dict[str, str]

    @property
    def reason(self) -> str:
        return self.attributes.get("reason", "none given")


@dataclass
class Seen:
    """Everything that the checks look at. `sent` names each message by the id that SQS gave it."""

    sent: dict[str, Message]
    # The backend's own lines, one for each invocation.
    journal: list[dict] = field(default_factory=list)
    # The emulator's lines about the same invocations, in the order in which they finished.
    trace: list[dict] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    # (queue, message id) of what ended in a dead-letter queue.
    dead: list[tuple[str, str]] = field(default_factory=list)
    # How often a router died with records in its hands.
    deaths: int = 0
    # Messages that the source queues still held when the demo stopped waiting.
    left: int = 0

    def outcomes(self, outcome: str) -> Counter[str]:
        """How often each message met this outcome at the backend, by message id."""
        return Counter(record["message_id"] for line in self.journal for record in line["records"] if record["outcome"] == outcome)

    def environments(self) -> dict[str, set[str]]:
        """The execution environments of each tenant, as the backend's invocations named the tenant."""
        found: dict[str, set[str]] = {}
        for line in self.journal:
            found.setdefault(line["tenant_id"], set()).add(line["environment_id"])
        return found


def gather(sent: dict[str, Message], earlier: dict[str, Message], left: int, cloud: Cloud, backend: Backend, queues: Queues) -> Seen:
    """What was seen, but for invocations that carried nothing but messages of an earlier act."""
    seen = Seen(sent, left=left)
    for line in lines(cloud.trace):
        if earlier.keys() >= set(line["records"]):
            continue
        if line["function"] == BACKEND:
            seen.trace.append(line)
        else:
            seen.deaths += line["error"] == DIED
    for journal in sorted(backend.journals.glob("*.jsonl")):
        seen.journal += [line for line in lines(journal) if not earlier.keys() >= {record["message_id"] for record in line["records"]}]
    for queue in (STANDARD, FIFO):
        seen.quarantined += [quarantined(queue, message) for message in queues.take_all(queue, "quarantine")]
        seen.dead += [(queue, message["MessageId"]) for message in queues.take_all(queue, "dlq")]
    return seen


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def quarantined(queue: str, message: dict) -> Quarantined:
    attributes = {name: value.get("StringValue", "") for name, value in message.get("MessageAttributes", {}).items()}
    return Quarantined(queue, attributes.get("record_id", ""), message["Body"], attributes)
