"""Sends the demo's messages through the examples that are made for them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from acceptance.adjusting import hasten_queue, hasten_stream
from acceptance.evidence import Arrivals
from acceptance.example import Applied
from acceptance.promises import check_all
from acceptance.senders import Events
from demo.evidence.seen import Seen
from demo.messages import BUFFERED, FIFO, KINESIS, STANDARD, TABLE, Change, End, Message
from demo.messages.events import events
from demo.messages.intruders import intruders
from demo.messages.orders import hopeless, orders
from demo.messages.queues import Queues
from demo.messages.records import aggregates, intruders_of_stream, intruders_of_table, of_stream, of_table
from demo.messages.script import mixed
from demo.messages.streams import Streams
from demo.messages.table import Table
from demo.setup.places import Places
from demo.turns import until

# These messages need an item's images, which examples/dynamodb-stream does not read.
NEED_IMAGES = {"t-of-another", "fjord-t-own", "t-handed-over"}

Send = Callable[[list[Message]], dict[str, Message]]


@dataclass(frozen=True)
class DemoMessages:
    """The messages for one example."""

    messages: list[Message]
    places: Places
    send: Send
    # The routers of streams whose mappings get few retries.
    streams: tuple[str, ...] = ()


def of_queues() -> list[Message]:
    return mixed([*orders(), *hopeless(), *intruders()])


def of_kinesis() -> list[Message]:
    return mixed([*of_stream(), *aggregates(), *intruders_of_stream()])


def changes() -> list[Message]:
    """The table's changes, without expiring items, which AWS deletes within days, and without those that need images."""
    everything = [*of_table(), *intruders_of_table()]
    brief = {message.group for message in everything if message.change == Change.EXPIRE}
    return mixed([message for message in everything if message.group not in brief and message.id not in NEED_IMAGES])


def of_bus() -> list[Message]:
    return [message for message in mixed(list(events())) if message.source == BUFFERED]


# What is sent through an example, for the bound of the cost.
MESSAGES: dict[str, Callable[[], list[Message]]] = {
    "sqs-existing-backend": of_queues,
    "kinesis-fan-out": of_kinesis,
    "dynamodb-stream": changes,
    "eventbridge-buffered": of_bus,
}


def send_and_check(applied: Applied, demo: DemoMessages) -> Iterator[None]:
    """Sends the messages, waits until each has arrived, and checks the results."""
    target, pace = applied.target, applied.target.pace
    for url in demo.places.queues.values():
        hasten_queue(target, url, applied.undo)
    for router in demo.streams:
        yield from hasten_stream(target, router, applied.undo)
    sent = demo.send(demo.messages)
    arrivals = Arrivals(applied.logs, applied.existing.backend_name, demo.places, sent)
    yield from until(lambda: not arrivals.waiting(), pace.patience)
    yield from until(lambda: not arrivals.queued(), pace.lag)
    seen = arrivals.look()
    seen.left = arrivals.queued()
    applied.checks += check_all(applied.name, seen)
    applied.facts |= figures(seen)


def figures(seen: Seen) -> dict:
    """The figures for the report."""
    delivered = seen.outcomes("ok")
    return {
        "messages sent": len(seen.sent),
        "delivered": sum(name in seen.sent for name in delivered),
        "delivered more than once": sum(times > 1 for times in delivered.values()),
        "rejected, by reason": seen.reasons(),
        "dead-lettered": len(seen.ends()[End.DEAD_LETTER]),
        "invocations of the backend": len(seen.journal),
        "environments": sum(map(len, seen.environments().values())),
        "tenants": len(seen.environments()),
    }


def queues(applied: Applied) -> Iterator[None]:
    made = applied.outputs
    of = lambda end: {source: made[f"{source}_{end}_url"] for source in (STANDARD, FIFO)}  # noqa: E731
    places = Places(applied.target, of("queue"), of("quarantine"), of("dlq"))
    return send_and_check(applied, DemoMessages(of_queues(), places, Queues(applied.target, places.queues).send))


def stream(applied: Applied) -> Iterator[None]:
    made = applied.outputs
    places = Places(applied.target, quarantines={KINESIS: made["quarantine_url"]}, buckets={KINESIS: made["failure_bucket"]})
    send = Streams(applied.target, {KINESIS: made["stream_name"]}).send
    return send_and_check(applied, DemoMessages(of_kinesis(), places, send, tuple(made["router_function_names"])))


def table(applied: Applied) -> Iterator[None]:
    made = applied.outputs
    places = Places(applied.target, quarantines={TABLE: made["quarantine_url"]}, buckets={TABLE: made["failure_bucket"]})
    send = Table(applied.target, made["table_name"]).send
    return send_and_check(applied, DemoMessages(changes(), places, send, (made["router_function_name"],)))


def buffered(applied: Applied) -> Iterator[None]:
    made = applied.outputs
    places = Places(applied.target, *({BUFFERED: made[f"{place}_url"]} for place in ("queue", "quarantine", "dead_letter_queue")))
    return send_and_check(applied, DemoMessages(of_bus(), places, Events(applied.target, "default", applied.event_source).send))
