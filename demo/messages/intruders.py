"""Messages that must not reach a backend: their tenant is missing, malformed or in conflict."""

from collections.abc import Iterator

from demo.messages import FIFO, STANDARD, End, Message, body_of


def intruders() -> Iterator[Message]:
    yield from of_standard_queue()
    yield from of_fifo_queue()


def of_standard_queue() -> Iterator[Message]:
    """(id, reason, tenantId attribute, body)"""
    for id, reason, attribute, body in (
        ("no-attribute", "missing", None, body_of("anvil", "no-attribute")),
        ("no-attribute-again", "missing", None, body_of("birch", "no-attribute-again")),
        ("nothing-in-the-body", "missing", "anvil", '{"id": "nothing-in-the-body"}'),
        ("another-in-the-body", "conflict", "anvil", body_of("birch", "another-in-the-body")),
        ("another-case", "conflict", "anvil", body_of("Anvil", "another-case")),
        ("climbs-up", "bad_grammar", "../birch", body_of("../birch", "climbs-up")),
        ("with-a-space", "bad_grammar", "anvil ", body_of("anvil ", "with-a-space")),
        ("too-long", "bad_grammar", "a" * 129, body_of("a" * 129, "too-long")),
        ("a-number", "not_a_string", "7", body_of(7, "a-number")),
        ("two-of-them", "duplicate_key", "anvil", '{"tenantId": "anvil", "id": "two-of-them", "tenantId": "birch"}'),
        ("not-json", "undecodable", "anvil", "not-json {tenantId: anvil}"),
    ):
        yield Message(id, STANDARD, body, End.QUARANTINED, reason=reason, attribute=attribute)


def of_fifo_queue() -> Iterator[Message]:
    """(id, reason, message group, body). Some share a group with valid orders, which must be delivered after them."""
    for id, reason, group, body in (
        ("no-separator", "no_capture", "anvil", body_of("anvil", "no-separator")),
        ("empty-name", "no_capture", "#1", body_of("", "empty-name")),
        ("another-in-the-group", "conflict", "anvil#1", body_of("birch", "another-in-the-group")),
        ("odd-characters", "bad_grammar", "an!vil#1", body_of("an!vil", "odd-characters")),
        ("nothing-inside", "missing", "birch#2", '{"id": "nothing-inside"}'),
        ("half-a-message", "undecodable", "cobalt#3", '{"tenantId": "cobalt", "id": '),
    ):
        yield Message(id, FIFO, body, End.QUARANTINED, reason=reason, group=group)
