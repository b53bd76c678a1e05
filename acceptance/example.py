"""One example in the account: applied, used, planned once more, destroyed. Whatever happens, it is destroyed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from acceptance.buckets import empty
from acceptance.deployment import AT_ONCE, Deployment
from acceptance.diagnosis import explained
from acceptance.existing import Existing
from acceptance.logs import Logs
from acceptance.process import Command, tail
from acceptance.promises import Check
from acceptance.target import Target
from acceptance.waiting import pause

DESTROY_ATTEMPTS = 3


@dataclass(frozen=True)
class Example:
    """An example of this repository, and what is done with it."""

    name: str
    # The part of the command line to which it belongs.
    part: str
    # Names what it creates, behind the run's name. Together at most 29 characters: a bucket's prefix is made of it.
    short: str
    # What it is given besides its name, zips and architecture.
    given: Callable[[Existing], dict] = field(default=lambda _: {})
    # What is sent through it and must come of that; a generator that yields while it waits.
    use: Callable[[Applied], Iterator[None]] | None = None
    # What it expects to exist: `backend`, `queue`, `bucket`.
    needs: tuple[str, ...] = ()


class Applied:
    """An example on its way through the account."""

    def __init__(self, example: Example, deployment: Deployment, existing: Existing, logs: Logs):
        self.example, self.deployment, self.existing, self.logs = example, deployment, existing, logs
        self.checks: list[Check] = []
        # What the report tells of it besides.
        self.facts: dict = {}
        # How a change of settings, or a fault, is undone.
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
        """What the names of all its resources begin with."""
        return self.deployment.variables["name"]

    @property
    def event_source(self) -> str:
        return self.deployment.variables["event_source"]

    def steps(self) -> Iterator[None]:
        """The whole course; stops wherever there is something to wait for. What goes wrong here stops no other example."""
        try:
            yield from self.applied_and_used()
        except Exception as problem:
            self.checks.append(Check(self.name, "it goes to its end", [explained(f"{type(problem).__name__}: {problem}")]))
        yield from self.destroying()

    def applied_and_used(self) -> Iterator[None]:
        if (yield from self.initialised()) and (yield from self.terraform("it is applied", ("apply", "-auto-approve", AT_ONCE))):
            self.outputs = self.deployment.outputs()
            self.facts["created"] = dict(sorted(self.deployment.created().items()))
            yield from self.used()
            # Settings that were put back are read as they were before for a while.
            yield from pause(self.target.pace.propagation)
            yield from self.terraform("a second plan changes nothing", ("plan", "-detailed-exitcode", AT_ONCE))

    def initialised(self) -> Iterator[None]:
        """Prepares the working copy and installs the provider, once; gives whether it did."""
        if not self.deployment.is_prepared:
            self.deployment.prepare()
            self.ready = yield from self.terraform("it is initialised", ("init",))
        return self.ready

    def used(self) -> Iterator[None]:
        try:
            # What has just been created is not known everywhere yet: roles, rules of a bus.
            yield from pause(self.target.pace.propagation)
            if self.example.use:
                yield from self.example.use(self)
        except Exception as problem:
            self.checks.append(Check(self.name, "it is used", [explained(f"{type(problem).__name__}: {problem}")]))
        finally:
            self.undone()

    def undone(self) -> None:
        """Puts back what was changed. What cannot be put back goes with the example."""
        try:
            self.undo.close()
        except Exception as problem:
            self.checks.append(Check(self.name, "what was changed is put back", [explained(str(problem))]))

    def terraform(self, what: str, arguments: tuple[str, ...]) -> Iterator[None]:
        """One check: that this command ends well; gives whether it does."""
        self.command = self.deployment.start(*arguments)
        while self.command.code is None:
            yield
        problem = f"terraform {arguments[0]} ended with {self.command.code}: {self.command.log}"
        wrong = [explained(tail(self.command.log, 200), problem)] if self.command.code else []
        self.checks.append(Check(self.name, what, wrong))
        return not wrong

    def destroying(self) -> Iterator[None]:
        """Destroys it, also what was only half created."""
        if self.destroyed or not self.deployment.is_prepared:
            return
        self.undone()
        if not self.deployment.state:
            # Nothing was created, and it may not even be initialised.
            self.destroyed = True
            return
        before = len(self.checks)
        for _ in range(DESTROY_ATTEMPTS):
            # Only the last attempt is told: something that was still being created or deleted may stand in the way once.
            del self.checks[before:]
            self.empty_buckets()
            self.destroyed = yield from self.terraform("it is destroyed", ("destroy", "-auto-approve", AT_ONCE, *self.unrefreshed))
            if self.destroyed:
                return

    @property
    def unrefreshed(self) -> tuple[str, ...]:
        """An emulator changes nothing by itself, so that nothing has to be read again."""
        return () if self.target.is_aws else ("-refresh=false",)

    def empty_buckets(self) -> None:
        """A bucket that holds given-up records is not deleted by Terraform: the examples are made for records that matter."""
        s3 = self.target.client("s3")
        for bucket in self.deployment.resources("aws_s3_bucket"):
            try:
                empty(self.target, bucket["bucket"])
            except s3.exceptions.NoSuchBucket:
                continue
            except Exception as problem:
                self.checks.append(Check(self.name, "its buckets are emptied", [explained(f"{bucket['bucket']}: {problem}")]))
