"""A question, how it is asked, and its answer."""

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
    # What the answer was read off.
    evidence: dict = field(default_factory=dict)
    not_measured: str = ""
    # Whether an emulator was asked, so that the asking is known to work.
    rehearsed: bool = False


class Question:
    """Asks one question. What it creates it removes."""

    text = ""
    # The parts of the command line with which it is asked.
    parts: tuple[str, ...] = ()
    # What it expects to exist, as examples do.
    needs: tuple[str, ...] = ()

    # Whether anything is asked at all.
    asks_aws = True

    def __init__(self, existing: Existing, logs: Logs, kafka: str | None = None):
        """`kafka` is a cluster, if one was given."""
        self.existing, self.logs, self.kafka = existing, logs, kafka
        self.found: Answer | None = None
        self.reason = "it was not asked: the run ended before"
        # What went wrong with the asking itself.
        self.unasked: list[str] = []

    @property
    def target(self) -> Target:
        return self.existing.target

    def steps(self) -> Iterator[None]:
        """Asks, beside the examples."""
        yield from ()

    def closing(self) -> Iterator[None]:
        """Asks when all examples are done."""
        yield from ()

    def asked(self, course: Callable[[], Iterator[None]]) -> Iterator[None]:
        """Asks. That a question cannot be asked is no failure of the run: it stays open, with the reason."""
        try:
            yield from course()
        except Exception as problem:
            self.unasked.append(explained(f"{type(problem).__name__}: {problem}"))
            self.unanswered(self.unasked[-1])

    def remove(self) -> None:
        """Removes what was created to ask."""

    def answered(self, answer: str, **evidence) -> None:
        self.found = Answer(self.text, answer, evidence)

    def unanswered(self, reason: str) -> None:
        self.reason = reason

    @property
    def answer(self) -> Answer:
        """The answer, if it is AWS's. Nothing that an emulator has said is told."""
        if self.found and self.target.is_aws:
            return self.found
        if self.asks_aws and not self.target.is_aws and not self.unasked:
            return Answer(self.text, not_measured=EMULATED, rehearsed=self.found is not None)
        return Answer(self.text, not_measured=self.reason)
