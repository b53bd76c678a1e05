"""Counts and prints the results of the Terraform checks, one line each."""

import threading
from dataclasses import dataclass, field

from scripts.terraform import workspace


@dataclass
class Results:
    """Collects results from several threads."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, passed: int, failed: int, output: str) -> None:
        with self.lock:
            self.passed += passed
            self.failed += failed
            counts = f" ({passed} passed, {failed} failed)" if passed + failed > 1 else ""
            print(f"{'FAIL' if failed else 'ok  '} {what}{counts}", flush=True)
            if failed:
                print("     " + output.strip().replace("\n", "\n     "), flush=True)

    def step(self, what: str, result: workspace.Result) -> bool:
        """Adds a command that is one check. Returns whether it passed."""
        self.add(what, int(result.code == 0), int(result.code != 0), result.output)
        return result.code == 0

    def problems(self, what: str, found: list[str]) -> None:
        """Adds a check that passes if it found no problem."""
        self.add(what, int(not found), int(bool(found)), "\n".join(found))

    def skip(self, what: str, why: str) -> None:
        """Reports a check that cannot run here."""
        with self.lock:
            self.skipped += 1
            print(f"SKIPPED {what}: {why}", flush=True)

    def close(self) -> int:
        """Prints the sum. Returns the exit code."""
        print(f"terraform: {self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0
