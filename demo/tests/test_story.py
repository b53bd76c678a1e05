"""The demo's messages are what the demo says of them."""

import unittest
from collections import Counter

from demo.story import FIFO, SOURCES, STANDARD, End
from demo.story.queues import entry
from demo.story.script import script


class Story(unittest.TestCase):
    def setUp(self):
        self.messages = script()

    def test_it_is_the_same_at_every_run(self):
        self.assertEqual(script(), self.messages)

    def test_hundreds_of_messages_of_at_least_six_tenants_are_sent_to_every_source(self):
        self.assertGreaterEqual(len(self.messages), 500)
        counts = Counter(message.source for message in self.messages)
        for source in SOURCES:
            self.assertGreaterEqual(counts[source], 15, source)
        self.assertGreaterEqual(len({message.tenant for message in self.messages if message.tenant}), 6)

    def test_every_kind_of_end_is_in_every_source(self):
        ends = {(message.source, message.end) for message in self.messages}
        self.assertEqual(len(ends), len(SOURCES) * len(End))

    def test_no_two_messages_have_one_name(self):
        self.assertEqual(len({message.id for message in self.messages}), len(self.messages))

    def test_the_groups_of_the_fifo_queue_are_mixed_and_each_keeps_its_order(self):
        ordered = [message for message in self.messages if message.source == FIFO and message.end == End.DELIVERED]
        groups = {message.group for message in ordered}
        changes = sum(one.group != next.group for one, next in zip(ordered, ordered[1:], strict=False))
        self.assertGreater(changes, len(groups))
        for group in groups:
            names = [message.id for message in ordered if message.group == group]
            self.assertEqual(names, sorted(names))

    def test_a_fifo_message_has_a_group_and_a_standard_one_an_attribute_at_most(self):
        for message in self.messages:
            if message.source not in (STANDARD, FIFO):
                continue
            made = entry("0", message)
            self.assertEqual("MessageGroupId" in made, message.source == FIFO)
            self.assertFalse("MessageAttributes" in made and message.source == FIFO)
