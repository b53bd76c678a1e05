"""Ctrl-C: the first one counts, its echo does not, a later one does."""

import unittest
from unittest import mock

from acceptance import interrupts
from acceptance.interrupts import Interrupts


class Interrupted(unittest.TestCase):
    def counted(self, *times: float) -> list[bool]:
        """Whether each signal at these times interrupts."""
        handler, found = Interrupts(), []
        for at in times:
            with mock.patch.object(interrupts.time, "monotonic", lambda at=at: at):
                try:
                    handler.handle()
                    found.append(False)
                except KeyboardInterrupt:
                    found.append(True)
        return found

    def test_echo_of_the_same_signal_is_ignored(self):
        self.assertEqual(self.counted(100.0, 100.1, 100.2), [True, False, False])

    def test_later_signal_interrupts_again(self):
        self.assertEqual(self.counted(100.0, 110.0), [True, True])
