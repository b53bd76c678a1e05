"""A test case whose tests share one emulator."""

import contextlib
import json
import tempfile
import unittest
import uuid
from collections.abc import Mapping
from pathlib import Path

from demo.setup import cloud
from demo.tests import functions


class EmulatorCase(unittest.TestCase):
    """Starts an emulator for the tests of a class."""

    # More environment variables of the emulator.
    variables: Mapping[str, str] = {}

    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            cls.folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            cls.cloud = stack.enter_context(cloud.running(cls.folder / "cloud", cls.variables))
            cls.addClassCleanup(stack.pop_all().close)

    def consumer(self, **variables: str) -> tuple[str, Path]:
        """A function that reads a source: its name, and the folder where it writes down each batch."""
        name, notes = f"consumer-{uuid.uuid4().hex[:8]}", self.folder / uuid.uuid4().hex
        notes.mkdir()
        functions.create(self.cloud, name, variables | {"ONCE": str(notes)})
        return name, notes

    def map(self, source: str, function: str, **more) -> None:
        mapping = self.cloud.client("lambda").create_event_source_mapping(
            EventSourceArn=source, FunctionName=function, FunctionResponseTypes=["ReportBatchItemFailures"], **({"BatchSize": 10} | more)
        )
        self.addCleanup(self.cloud.client("lambda").delete_event_source_mapping, UUID=mapping["UUID"])

    def batches(self, notes: Path) -> list[list[str]]:
        log = notes / "log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def deliveries(self, notes: Path) -> list[str]:
        """Every record in the order of its deliveries, with redeliveries."""
        return [mark for batch in self.batches(notes) for mark in batch]
