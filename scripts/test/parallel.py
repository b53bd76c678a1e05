"""Runs groups of suites in parallel. The suites of a group share a lock or a core, so they run one after the other."""

import io
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import Protocol, TextIO, TypeVar

from scripts.children import ask_all_to_end

Result = TypeVar("Result")


class Group(Enum):
    """What the suites of a group share."""

    # Cargo's build folder, which cargo locks.
    CARGO = "cargo"
    REST = "the rest"


class Runnable(Protocol):
    """What a group runs."""

    name: str
    group: Group
    # The name of the suite that must end before; empty for none.
    after: str


class ParallelRun:
    """One parallel run. The output of each suite is printed in one piece when the suite ends."""

    def __init__(self, suites: Iterable[Runnable], run: Callable[[Runnable, TextIO], Result]):
        self.suites, self.run = list(suites), run
        self.ended = {suite.name: threading.Event() for suite in self.suites}
        self.stopping, self.printing = threading.Event(), threading.Lock()
        self.results: dict[str, Result] = {}

    def run_all(self) -> list[Result]:
        """Runs all suites. Returns the results in the order of the suites."""
        groups = [group for group in Group if any(suite.group is group for suite in self.suites)]
        with ThreadPoolExecutor(len(groups)) as pool:
            running = [pool.submit(self.run_group, group) for group in groups]
            try:
                for each in running:
                    each.result()
            except BaseException:
                # The pool waits for its threads, and the threads wait for their suites.
                self.stop()
                raise
        return [self.results[suite.name] for suite in self.suites]

    def run_group(self, group: Group) -> None:
        for suite in self.suites:
            if suite.group is not group:
                continue
            if suite.after in self.ended:
                self.ended[suite.after].wait()
            if self.stopping.is_set():
                return
            self.show(f"▸ {suite.name}\n")
            shown = io.StringIO()
            self.results[suite.name] = self.run(suite, shown)
            self.show(shown.getvalue())
            self.ended[suite.name].set()

    def show(self, text: str) -> None:
        with self.printing:
            print(text, end="", flush=True)

    def stop(self) -> None:
        """Stops the running suites, and starts no others."""
        self.stopping.set()
        for each in self.ended.values():
            each.set()
        ask_all_to_end()
