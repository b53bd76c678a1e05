"""Collects what happened to messages: from the backend's log, the quarantines, the dead-letter queues and the failure buckets."""

from collections import Counter

from acceptance.logs import Logs
from demo.evidence.seen import Seen, Taken, given_up
from demo.messages import Message
from demo.setup.places import Places


class Arrivals:
    """What has happened to the messages so far. Messages in quarantines and dead-letter queues are taken out."""

    def __init__(self, logs: Logs, backend: str, places: Places, sent: dict[str, Message]):
        """`backend`: the function whose log shows what was delivered."""
        self.logs, self.backend, self.places, self.sent = logs, backend, places, sent
        # The identifiers of messages whose source keeps the sender's own id.
        ids = Counter(message.id for message in sent.values())
        self.named = {message.id: name for name, message in sent.items() if ids[message.id] == 1}
        self.taken = Taken()

    def look(self) -> Seen:
        """Everything that can be observed now."""
        self.taken.take_all(self.places)
        journal = [line for line in map(self.renamed, self.logs.journal(self.backend)) if self.is_ours(line)]
        return Seen(self.sent, journal, list(map(as_trace, journal)), list(self.taken.quarantined), self.taken.dead + given_up(self.places))

    def waiting(self) -> list[Message]:
        """The messages that have not ended where they should."""
        ends = self.look().ends()
        return [message for name, message in self.sent.items() if name not in ends[message.end]]

    def queued(self) -> int:
        """The number of messages in the source queues."""
        return sum(map(self.places.count, self.places.queues.values()))

    def renamed(self, line: dict) -> dict:
        """A backend's line with each record under the identifier that its source gave it, however it was wrapped."""
        return line | {"records": [record | {"message_id": self.name(record)} for record in line["records"]]}

    def name(self, record: dict) -> str:
        return record["message_id"] if record["message_id"] in self.sent else self.named.get(record["id"], record["message_id"])

    def is_ours(self, line: dict) -> bool:
        """Whether an invocation carried any of these messages. Other examples share the backend."""
        return any(record["message_id"] in self.sent for record in line["records"])


def as_trace(line: dict) -> dict:
    """What the demo's checks read of an invocation: its tenant, its records, and those that were acknowledged."""
    records = line["records"]
    return {
        "tenant_id": line["tenant_id"],
        "records": [record["message_id"] for record in records],
        "acknowledged": [record["message_id"] for record in records if record["outcome"] == "ok"],
    }
