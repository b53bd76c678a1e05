"""All messages in the order in which they are sent. The order is the same in every run."""

import random

from demo.messages import SOURCES, Message
from demo.messages.events import events
from demo.messages.intruders import intruders
from demo.messages.orders import hopeless, orders
from demo.messages.records import records

SEED = 3


def script() -> list[Message]:
    """All messages of the first phase, mixed like real traffic."""
    return mixed([*orders(), *hopeless(), *intruders(), *records(), *events()])


def mixed(messages: list[Message]) -> list[Message]:
    """Shuffles the messages of each source, but keeps the order of those with one group or key."""
    chance, made = random.Random(SEED), []
    for source in SOURCES:
        made += shuffled_between_groups([message for message in messages if message.source == source], chance)
    return made


def shuffled_between_groups(messages: list[Message], chance: random.Random) -> list[Message]:
    groups: dict[str, list[Message]] = {}
    for message in messages:
        groups.setdefault(message.group or message.id, []).append(message)
    turns = [message.group or message.id for message in messages]
    chance.shuffle(turns)
    queues = {group: iter(waiting) for group, waiting in groups.items()}
    return [next(queues[group]) for group in turns]
