"""The first phase: creates each configuration when its routers are built, sends its messages, and waits until all have arrived.
The configurations do so in parallel. A source's row of the report is shown as soon as its last message has arrived.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from demo.configurations import BACKEND, CONFIGURATIONS
from demo.evidence.facts import Source
from demo.evidence.facts import source as row_of
from demo.evidence.seen import Seen, Taken, gather, given_up, journal
from demo.evidence.waiting import Waiting
from demo.messages import Message
from demo.messages.script import script
from demo.messages.senders import Senders
from demo.setup import backend
from demo.setup.cloud import Cloud
from demo.setup.deploy import Deployment
from demo.setup.places import BATCHES_OF_STREAMS, Places
from demo.setup.sources import sources_of
from demo.setup.zips import Zips
from demo.turns import side_by_side

# The wait before a failed message is received again. AWS advises six times the router's timeout, which the modules set. That
# would be too long for a demo, and no batch of the demo takes nearly as long as this.
RETRY_SECONDS = 8
# How often a message is tried, as the modules set it.
TRIES = 5
# Enough for all tries before the dead-letter queue, also on a slow machine.
PATIENCE_SECONDS = 240
POLL_SECONDS = 0.3


@dataclass
class FirstPhase:
    cloud: Cloud
    zips: Zips
    deployment: Deployment
    # Callbacks for the progress: permanent lines, the current state, and rows.
    say: Callable[[str], None]
    note: Callable[[str], None]
    row: Callable[[Source], None]
    # The results, by configuration.
    outputs: dict[str, dict] = field(default_factory=dict)
    sent: dict[str, Message] = field(default_factory=dict)
    left: int = 0
    _backend: backend.Backend | None = None
    _taken: Taken = field(default_factory=Taken)
    # The number of messages in transit, by configuration.
    _waiting: dict[str, int] = field(default_factory=dict)

    def run(self) -> Seen:
        # However this ends, each course is closed, and the Terraform process that it started ends too.
        side_by_side([self.run_one(name) for name in CONFIGURATIONS], POLL_SECONDS, lambda _left: self.note(self.state()))
        return gather(self.sent, {}, self.left, self.isolated, self.places, self._taken)

    def state(self) -> str:
        """The progress as text."""
        creating, waiting = len(CONFIGURATIONS) - len(self.outputs), sum(self._waiting.values())
        parts = [self.zips.note] if self.zips.note else []
        parts += [f"{creating} of {len(CONFIGURATIONS)} configurations to create"] if creating else []
        # The last messages are those that fail every time.
        parts += [f"{waiting} messages in transit (those that keep failing for {TRIES * RETRY_SECONDS} s)"] if waiting else []
        return "; ".join(parts)

    def run_one(self, name: str) -> Iterator[None]:
        """Runs one configuration up to the last row of its sources. It yields whenever it has to wait."""
        wanted = CONFIGURATIONS[name]
        yield from self.deployment.early(name)
        while not self.zips.ready((BACKEND, *wanted.routers)):
            yield
        self.create_backend()
        yield from self.deployment.late(name)
        self.outputs[name] = self.deployment.outputs(name)
        places = Places.of(self.cloud, sources_of(name, self.outputs[name]))
        hasten(places)
        messages = [message for message in script() if message.source in wanted.sources]
        sent = Senders.of(places).send(messages, lambda _count: None)
        self.sent |= sent
        self.say(f"{wanted.folder} is created; sent {len(sent)} messages to {' and '.join(wanted.sources)}")
        yield from self.arrivals(name, places, sent)

    def arrivals(self, name: str, places: Places, sent: dict[str, Message]) -> Iterator[None]:
        waiting, sources = Waiting(places, sent), list(CONFIGURATIONS[name].sources)
        end = time.monotonic() + PATIENCE_SECONDS
        while sources and time.monotonic() < end:
            left = {source: waiting.count(source) for source in sources}
            self._waiting[name] = sum(left.values())
            for source in [source for source in sources if not left[source]]:
                sources.remove(source)
                self.show(source, places, sent)
            yield
        self.left += self._waiting[name] if sources else 0
        for source in sources:
            self.show(source, places, sent)

    def show(self, name: str, places: Places, sent: dict[str, Message]) -> None:
        """Shows the row of a source."""
        self._taken.take(places, name)
        dead = self._taken.dead + given_up(places)
        self.row(row_of(Seen(sent, journal=journal(self.isolated), quarantined=self._taken.quarantined, dead=dead), name))

    def create_backend(self) -> None:
        """Creates the tenant-isolated function as soon as it is built."""
        if self._backend is None:
            self._backend = backend.create(self.cloud, self.zips.path(BACKEND), self.zips.architecture)

    @property
    def isolated(self) -> backend.Backend:
        if self._backend is None:
            raise AssertionError("every configuration creates the backend before it sends")
        return self._backend

    @property
    def places(self) -> Places:
        """The places of all configurations."""
        parts = [sources_of(name, outputs) for name, outputs in self.outputs.items()]
        return Places.of(self.cloud, {source: places for sources in parts for source, places in sources.items()})


def hasten(places: Places) -> None:
    """Makes failed messages return soon, and limits how often a stream's batch is retried."""
    places.return_failures_after(RETRY_SECONDS)
    functions = places.cloud.client("lambda")
    for router in places.routers:
        for mapping in functions.list_event_source_mappings(FunctionName=router)["EventSourceMappings"]:
            if ":sqs:" not in mapping["EventSourceArn"]:
                functions.update_event_source_mapping(UUID=mapping["UUID"], **BATCHES_OF_STREAMS)
