"""All the messages in the order in which they are sent; the same at every run."""

import random

from demo.story import FIFO, STANDARD, Message
from demo.story.intruders import intruders
from demo.story.orders import hopeless, orders

SEED = 3


def script() -> list[Message]:
    """Tenants and troubles mixed, as traffic is."""
    return mixed([*orders(), *hopeless(), *intruders()])


def mixed(messages: list[Message]) -> list[Message]:
    """Shuffles messages, but for the order within each FIFO group."""
    chance = random.Random(SEED)
    standard = [message for message in messages if message.queue == STANDARD]
    chance.shuffle(standard)
    return standard + shuffled_between_groups([message for message in messages if message.queue == FIFO], chance)


def shuffled_between_groups(messages: list[Message], chance: random.Random) -> list[Message]:
    groups: dict[str, list[Message]] = {}
    for message in messages:
        groups.setdefault(message.group, []).append(message)
    turns = [message.group for message in messages]
    chance.shuffle(turns)
    queues = {group: iter(waiting) for group, waiting in groups.items()}
    return [next(queues[group]) for group in turns]
