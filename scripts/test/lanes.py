"""Suites side by side: in each lane one after the other, since they would wait for each other or for the same core anyway."""

import io
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import Protocol, TextIO, TypeVar

from scripts.children import ask_all_to_end

Result = TypeVar("Result")


class Lane(Enum):
    """What suites of one lane share."""

    # Cargo's build folder, which it locks.
    CARGO = "cargo"
    REST = "the rest"


class InLane(Protocol):
    """What a lane runs."""

    name: str
    lane: Lane
    # The name of another that has to have ended before; empty for none.
    after: str


class Lanes:
    """The course of one run; what each printed is shown in one piece when it has ended."""

    def __init__(self, suites: Iterable[InLane], run: Callable[[InLane, TextIO], Result]):
        self.suites, self.run = list(suites), run
        self.ended = {suite.name: threading.Event() for suite in self.suites}
        self.stopping, self.printing = threading.Event(), threading.Lock()
        self.results: dict[str, Result] = {}

    def all(self) -> list[Result]:
        """Runs all of them; gives what came of each, in their order."""
        lanes = [lane for lane in Lane if any(suite.lane is lane for suite in self.suites)]
        with ThreadPoolExecutor(len(lanes)) as pool:
            running = [pool.submit(self.course, lane) for lane in lanes]
            try:
                for each in running:
                    each.result()
            except BaseException:
                # The pool waits for its threads, and they for their suites.
                self.stop()
                raise
        return [self.results[suite.name] for suite in self.suites]

    def course(self, lane: Lane) -> None:
        for suite in self.suites:
            if suite.lane is not lane:
                continue
            if suite.after in self.ended:
                self.ended[suite.after].wait()
            if self.stopping.is_set():
                return
            self.say(f"▸ {suite.name}\n")
            shown = io.StringIO()
            self.results[suite.name] = self.run(suite, shown)
            self.say(shown.getvalue())
            self.ended[suite.name].set()

    def say(self, text: str) -> None:
        with self.printing:
            print(text, end="", flush=True)

    def stop(self) -> None:
        """Ends what runs, and begins nothing more."""
        self.stopping.set()
        for each in self.ended.values():
            each.set()
        ask_all_to_end()
