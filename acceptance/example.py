"""One example in the account: applied, used, planned again, destroyed. It is destroyed in every case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from acceptance.buckets import empty
from acceptance.deployment import AT_ONCE, Deployment
from acceptance.diagnosis import explained
from acceptance.existing import Existing
from acceptance.logs import Logs
from acceptance.process import Command
from acceptance.promises import Check
from acceptance.target import Target
from demo.setup.processes import tail
from demo.turns import pause

DESTROY_ATTEMPTS = 3


@dataclass(frozen=True)
class Example:
    """An example of this repository, and how it is used."""

    name: str
    # The part of the command line to which it belongs.
    part: str
    # Added to the run's name. Together at most 29 characters, because a bucket's prefix is made of it.
    short: str
    # Its variables besides the name, zips and architecture.
    given: Callable[[Existing], dict] = field(default=lambda _: {})
    # Sends records and checks the results; a generator that yields while it waits.
    use: Callable[[Applied], Iterator[None]] | None = None
    # What it expects to exist: `backend`, `queue`, `bucket`.
    needs: tuple[str, ...] = ()


class Applied:
    """An example while it is applied, used and destroyed."""

    def __init__(self, example: Example, deployment: Deployment, existing: Existing, logs: Logs):
        self.example, self.deployment, self.existing, self.logs = example, deployment, existing, logs
        self.checks: list[Check] = []
        # Figures for the report.
        self.facts: dict = {}
        # Undoes changed settings and faults.
        self.undo = ExitStack()
        self.command: Command | None = None
        self.outputs: dict = {}
        self.ready = self.destroyed = False

    @property
    def name(self) -> str:
        return self.example.name

    @property
    def target(self) -> Target:
        return self.deployment.tree.target

    @property
    def prefix(self) -> str:
        """The prefix of the names of all its resources."""
        return self.deployment.variables["name"]

    @property
    def event_source(self) -> str:
        return self.deployment.variables["event_source"]

    def steps(self) -> Iterator[None]:
        """The whole sequence; yields while it waits. An error here does not stop other examples."""
        try:
            yield from self.applied_and_used()
        except Exception as problem:
            self.checks.append(Check(self.name, "it completes", [explained(f"{type(problem).__name__}: {problem}")]))
        yield from self.destroying()

    def applied_and_used(self) -> Iterator[None]:
        if (yield from self.initialised()) and (yield from self.terraform("it is applied", ("apply", "-auto-approve", AT_ONCE))):
            self.outputs = self.deployment.outputs()
            self.facts["created"] = dict(sorted(self.deployment.created().items()))
            yield from self.used()
            # Settings that were restored may be read with their old value for a while.
            yield from pause(self.target.pace.propagation)
            yield from self.terraform("a second plan changes nothing", ("plan", "-detailed-exitcode", AT_ONCE))

    def initialised(self) -> Iterator[None]:
        """Prepares the working copy and installs the provider, once. Returns whether it worked."""
        if not self.deployment.is_prepared:
            self.deployment.prepare()
            self.ready = yield from self.terraform("it is initialised", ("init",))
        return self.ready

    def used(self) -> Iterator[None]:
        try:
            # New roles and the rules of a bus take a while to become effective.
            yield from pause(self.target.pace.propagation)
            if self.example.use:
                yield from self.example.use(self)
        except Exception as problem:
            self.checks.append(Check(self.name, "it is used", [explained(f"{type(problem).__name__}: {problem}")]))
        finally:
            self.undone()

    def undone(self) -> None:
        """Restores what was changed. What cannot be restored is destroyed with the example."""
        try:
            self.undo.close()
        except Exception as problem:
            self.checks.append(Check(self.name, "what was changed is restored", [explained(str(problem))]))

    def terraform(self, what: str, arguments: tuple[str, ...]) -> Iterator[None]:
        """Adds the check that this command succeeds. Returns whether it did."""
        self.command = self.deployment.start(*arguments)
        while self.command.code is None:
            yield
        problem = f"terraform {arguments[0]} ended with {self.command.code}: {self.command.log}"
        wrong = [explained(tail(self.command.log, 200), problem)] if self.command.code else []
        self.checks.append(Check(self.name, what, wrong))
        return not wrong

    def destroying(self) -> Iterator[None]:
        """Destroys the example, even if it was only partly created."""
        if self.destroyed or not self.deployment.is_prepared:
            return
        self.undone()
        if not self.deployment.state:
            # Nothing was created, and the folder may not be initialised.
            self.destroyed = True
            return
        before = len(self.checks)
        for _ in range(DESTROY_ATTEMPTS):
            # Only the last attempt is reported. The first may fail on something that is still being created or deleted.
            del self.checks[before:]
            self.empty_buckets()
            self.destroyed = yield from self.terraform("it is destroyed", ("destroy", "-auto-approve", AT_ONCE, *self.unrefreshed))
            if self.destroyed:
                return

    @property
    def unrefreshed(self) -> tuple[str, ...]:
        """Skips the refresh on an emulator, where nothing changes by itself."""
        return () if self.target.is_aws else ("-refresh=false",)

    def empty_buckets(self) -> None:
        """Empties the buckets. Terraform does not delete a bucket with discarded records, because the examples keep those."""
        s3 = self.target.client("s3")
        for bucket in self.deployment.resources("aws_s3_bucket"):
            try:
                empty(self.target, bucket["bucket"])
            except s3.exceptions.NoSuchBucket:
                continue
            except Exception as problem:
                self.checks.append(Check(self.name, "its buckets are emptied", [explained(f"{bucket['bucket']}: {problem}")]))
