"""A question, how it is tried, and its answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from acceptance.diagnosis import explained
from acceptance.existing import Existing
from acceptance.logs import Logs
from acceptance.target import Target

EMULATED = "only AWS can answer this, and the endpoint is an emulator's"


@dataclass(frozen=True)
class Answer:
    """What was measured, or why it was not."""

    question: str
    answer: str = ""
    # The evidence for the answer.
    evidence: dict = field(default_factory=dict)
    not_measured: str = ""
    # Whether it was tried on an emulator, so that its code is known to work.
    rehearsed: bool = False


class Question:
    """Tries one question. It removes what it creates."""

    text = ""
    # The parts of the command line to which it belongs.
    parts: tuple[str, ...] = ()
    # What it expects to exist, like examples.
    needs: tuple[str, ...] = ()

    # Whether it calls AWS at all.
    asks_aws = True

    def __init__(self, existing: Existing, logs: Logs, kafka: str | None = None):
        """`kafka`: a cluster, if one was given."""
        self.existing, self.logs, self.kafka = existing, logs, kafka
        self.found: Answer | None = None
        self.reason = "it was not asked: the run ended before"
        # Errors while the question was tried.
        self.errors: list[str] = []

    @property
    def target(self) -> Target:
        return self.existing.target

    def steps(self) -> Iterator[None]:
        """Tries the question while the examples run."""
        yield from ()

    def closing(self) -> Iterator[None]:
        """Tries the question after all examples."""
        yield from ()

    def attempt(self, course: Callable[[], Iterator[None]]) -> Iterator[None]:
        """Tries the question. If that fails, the run does not fail: the question stays open, with the reason."""
        try:
            yield from course()
        except Exception as problem:
            self.errors.append(explained(f"{type(problem).__name__}: {problem}"))
            self.unanswered(self.errors[-1])

    def remove(self) -> None:
        """Removes what was created for the question."""

    def answered(self, answer: str, **evidence) -> None:
        self.found = Answer(self.text, answer, evidence)

    def unanswered(self, reason: str) -> None:
        self.reason = reason

    @property
    def answer(self) -> Answer:
        """The answer, if it comes from AWS. The answer of an emulator is not shown."""
        if self.found and self.target.is_aws:
            return self.found
        if self.asks_aws and not self.target.is_aws and not self.errors:
            return Answer(self.text, not_measured=EMULATED, rehearsed=self.found is not None)
        return Answer(self.text, not_measured=self.reason)
