"""Shows the steps: a spinner with the elapsed time on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

# How often a step prints its progress without a terminal.
PLAIN_SECONDS = 15


class Steps:
    """Shows one step after the other on standard error, so that standard output is free for `--json`."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic):
        self.console, self.clock = console, clock
        self.printed = clock()

    @contextmanager
    def step(self, what: str):
        """Shows a step while the block runs. The caller may set a note with the progress."""
        begun = self.clock()
        if not self.console.is_terminal:
            self.say(f"  {what} ...")
            yield lambda _note: None
        else:
            columns = SpinnerColumn(), TextColumn("{task.description}"), TextColumn("[dim]{task.fields[note]}"), TimeElapsedColumn()
            with Progress(*columns, console=self.console, transient=True) as progress:
                task = progress.add_task(what, total=None, note="")
                yield lambda note: progress.update(task, note=note)
        self.say(f"[green]✓[/] {what} [dim]{self.clock() - begun:.1f} s[/]")

    @contextmanager
    def long_step(self, what: str):
        """A step that takes minutes. Without a terminal, its notes are printed from time to time."""
        with self.step(what) as shown:
            yield shown if self.console.is_terminal else self.now_and_then

    def now_and_then(self, note: str) -> None:
        if note and self.clock() - self.printed >= PLAIN_SECONDS:
            self.say(f"    {note}")

    def say(self, line: str) -> None:
        """Prints a permanent line."""
        self.printed = self.clock()
        self.console.print(line, highlight=False, soft_wrap=True)
