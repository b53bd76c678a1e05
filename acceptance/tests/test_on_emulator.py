"""Acceptance as a test: where Terraform cannot apply, each example is named as skipped, and nothing fails."""

import contextlib
import io
import unittest
from unittest import mock

from acceptance import on_emulator

WHY = "neither the registry nor a mirror has it"


class WithoutProvider(unittest.TestCase):
    def test_each_example_is_named_and_counted_as_skipped(self):
        with (
            mock.patch.object(on_emulator, "real_provider", return_value=(None, WHY)),
            mock.patch("sys.argv", ["on_emulator", "--only", "sqs,kinesis"]),
            contextlib.redirect_stdout(io.StringIO()) as out,
        ):
            self.assertEqual(on_emulator.main(), 0)
        *skipped, closing = out.getvalue().splitlines()
        names = [example.name for example in on_emulator.of(("sqs", "kinesis"))]
        self.assertEqual([line.split()[:2] for line in skipped], [["SKIPPED", name] for name in names])
        self.assertTrue(all(line.endswith(f": {WHY}") for line in skipped))
        self.assertEqual(closing, f"acceptance: 0 passed, 0 failed, {len(names)} skipped")


if __name__ == "__main__":
    unittest.main()
