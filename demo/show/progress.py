"""Steps as they are taken: a spinner with the time gone by on a terminal, plain lines elsewhere."""

import time
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Steps:
    """Shows one step after the other. Writes to standard error, so that `--json` has standard output to itself."""

    def __init__(self, console: Console):
        self.console = console

    @contextmanager
    def step(self, what: str):
        """A step that is being taken; the caller may tell of its progress."""
        begun = time.monotonic()
        if not self.console.is_terminal:
            self.console.print(f"  {what} ...", highlight=False, soft_wrap=True)
            yield lambda _note: None
        else:
            columns = SpinnerColumn(), TextColumn("{task.description}"), TextColumn("[dim]{task.fields[note]}"), TimeElapsedColumn()
            with Progress(*columns, console=self.console, transient=True) as progress:
                task = progress.add_task(what, total=None, note="")
                yield lambda note: progress.update(task, note=note)
        self.console.print(f"[green]✓[/] {what} [dim]{time.monotonic() - begun:.1f} s[/]", highlight=False, soft_wrap=True)
