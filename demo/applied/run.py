"""The course of it: each example is applied, used, planned once more and destroyed, all side by side, since most of it is
waiting."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from demo.applied.examples import EXAMPLES, Example, forgotten
from demo.applied.ground import Ground
from demo.applied.senders import Proof, Senders
from demo.show.progress import Steps
from demo.stage import cloud
from demo.stage.cloud import tail
from demo.stage.terraform import AT_ONCE, Estate
from scripts.terraform.providers import Providers
from scripts.terraform.workspace import lower_to_5x

PATIENCE_SECONDS, POLL_SECONDS = 60, 0.3


@dataclass(frozen=True)
class Check:
    what: str
    # What went wrong; empty where it holds.
    problem: str = ""


def listed() -> Check:
    return Check("every example is applied, here or by the demo, or is listed with the reason", ", ".join(sorted(forgotten())))


def run(folder: Path, zips: Path, architecture: str, providers: Providers, steps: Steps) -> list[Check]:
    isolated = [example.name + end for example in EXAMPLES for end in example.isolated]
    with cloud.running(folder / "cloud", isolated) as place:
        ground = Ground.of(place, zips, architecture)
        courses = [Course(example, ground, providers) for example in EXAMPLES]
        with steps.step(f"Applying {len(courses)} examples, using them, destroying them (the provider waits for each queue)") as note:
            side_by_side([course.steps() for course in courses], lambda left: note(f"{left} going on"))
    return [check for course in courses for check in course.checks]


def side_by_side(courses: list[Iterator[None]], left: Callable[[int], None]) -> None:
    """Goes on with each in turn until all have ended. However it ends, so do the processes that they have started."""
    with ExitStack() as running:
        for course in courses:
            running.callback(course.close)
        ended = object()
        while courses:
            courses = [course for course in courses if next(course, ended) is not ended]
            left(len(courses))
            time.sleep(POLL_SECONDS)


class Course:
    """One example. Its steps stop wherever there is something to wait for."""

    def __init__(self, example: Example, ground: Ground, providers: Providers):
        self.example, self.ground, self.checks = example, ground, []
        variables = {"name": example.name, "architecture": ground.architecture} | example.given(ground)
        if "artifacts_bucket" not in variables:
            variables["artifacts_directory"] = str(ground.zips)
        # aws 5.x lacks what isolates a function; the emulator knows which functions are meant.
        self.estate = Estate(ground.place, providers, example.name, Path("examples") / example.name, variables, lower_to_5x)

    def steps(self) -> Iterator[None]:
        self.estate.prepare()
        yield from self.terraform("it is applied", ("init",), ("apply", "-auto-approve", AT_ONCE))
        if self.checks[-1].problem:
            return
        proofs = self.example.send(Senders(self.ground.place), self.ground, self.estate.outputs()) if self.example.send else []
        yield from self.terraform("a second plan changes nothing", ("plan", "-detailed-exitcode", AT_ONCE))
        for proof in proofs:
            yield from self.proven(proof)
        yield from self.terraform("it is destroyed", ("destroy", "-auto-approve", "-refresh=false", AT_ONCE))

    def terraform(self, what: str, *commands: tuple[str, ...]) -> Iterator[None]:
        """One check: that all of these commands end well."""
        for arguments in commands:
            with self.estate.terraform(*arguments) as process:
                while process.poll() is None:
                    yield
            if process.returncode != 0:
                return self.checked(what, f"terraform {arguments[0]} ended with {process.returncode}:\n{tail(self.estate.log, 60)}")
        return self.checked(what)

    def proven(self, proof: Proof) -> Iterator[None]:
        end = time.monotonic() + PATIENCE_SECONDS
        while not (holds := proof.holds()) and time.monotonic() < end:
            yield
        self.checked(proof.what, "" if holds else f"not within {PATIENCE_SECONDS} s")

    def checked(self, what: str, problem: str = "") -> None:
        self.checks.append(Check(f"{self.example.name}: {what}", problem))
