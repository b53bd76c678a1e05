"""Reads what functions write to CloudWatch Logs, repeatedly while they write."""

import json
import time
from dataclasses import dataclass, field

from acceptance.target import Target

# With log format JSON, Lambda wraps a plain-text line in an object.
WRAPPED = "message"


@dataclass
class Group:
    """One log group, as far as it was read."""

    events: list[dict] = field(default_factory=list)
    read_at: float = float("-inf")


class Logs:
    """All log groups of a run. Each is read at most once per interval."""

    def __init__(self, target: Target):
        self.target = target
        self.groups: dict[str, Group] = {}

    def events(self, name: str) -> list[dict]:
        """The events of a group in the order of their time; none if the group does not exist yet."""
        group = self.groups.setdefault(name, Group())
        if time.monotonic() - group.read_at >= self.target.pace.poll:
            group.events, group.read_at = self.read(name), time.monotonic()
        return group.events

    def read(self, name: str) -> list[dict]:
        logs = self.target.client("logs")
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=name)
        try:
            found = [event for page in pages for event in page["events"]]
        except logs.exceptions.ResourceNotFoundException:
            return []
        # The sort is stable: events of one millisecond keep the order of the page.
        return sorted(found, key=lambda event: event["timestamp"])

    def lines(self, name: str) -> list[dict]:
        """The JSON objects of a group, each with the time of its event as `at`."""
        parsed = [(event["timestamp"], parse(event["message"])) for event in self.events(name)]
        return [line | {"at": at / 1000} for at, line in parsed if line is not None]

    def journal(self, function: str) -> list[dict]:
        """The lines of a demo backend: one for each invocation."""
        return [line for line in self.lines(group_of(function)) if line.get("event") == "demo_backend"]

    def batches(self, function: str) -> list[dict]:
        """A router's lines about the batches that it has answered."""
        return [line for line in self.lines(group_of(function)) if line.get("event") == "batch"]


def group_of(function: str) -> str:
    return f"/aws/lambda/{function}"


def parse(text: str) -> dict | None:
    """A line's object, plain or wrapped by Lambda; None if the line is not JSON."""
    try:
        line = json.loads(text)
    except ValueError:
        return None
    if not isinstance(line, dict):
        return None
    inner = line.get(WRAPPED)
    if "event" in line or "type" in line or inner is None:
        return line
    if isinstance(inner, str):
        inner = parse(inner)
    return line | inner if isinstance(inner, dict) else line
