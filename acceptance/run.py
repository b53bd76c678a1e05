"""The whole run: existing resources, all examples in parallel, the questions, and the cleanup, which always runs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from acceptance import leftovers
from acceptance.catalogue import of
from acceptance.created import CREATED
from acceptance.deployment import Deployment, Tree
from acceptance.diagnosis import explained
from acceptance.example import Applied, Example
from acceptance.existing import Existing
from acceptance.logs import Logs
from acceptance.process import Command
from acceptance.promises import Check
from acceptance.questions import Answer, Question
from acceptance.questions.catalogue import asked_with
from acceptance.target import Target
from demo.show.progress import Steps
from demo.turns import side_by_side, until


@dataclass
class Run:
    """One run, from its name to the search for leftovers."""

    tree: Tree
    existing: Existing
    examples: list[Applied]
    questions: list[Question]
    steps: Steps
    checks: list[Check] = field(default_factory=list)
    # Resources that only the tag index still lists.
    stale: list[str] = field(default_factory=list)
    nothing_left: bool = False

    @classmethod
    def of(cls, tree: Tree, existing: Existing, parts: tuple[str, ...], kafka: str | None, steps: Steps) -> "Run":
        logs = Logs(tree.target)
        examples = [Applied(example, Deployment(tree, example.name, variables(example, existing)), existing, logs) for example in of(parts)]
        questions = [question(existing, logs, kafka) for question in asked_with(parts)]
        return cls(tree, existing, examples, questions, steps)

    @property
    def target(self) -> Target:
        return self.tree.target

    def play(self) -> None:
        """Runs everything. However it ends, also by Ctrl-C, what was created is destroyed."""
        try:
            self.create()
            self.use()
        except Exception as problem:
            self.checks.append(Check("the run", "it completes", [explained(f"{type(problem).__name__}: {problem}")]))
        except KeyboardInterrupt:
            self.steps.say("stopping: Terraform completes what is in progress, then everything is destroyed; press Ctrl-C again to leave it")
            raise
        finally:
            self.destroy()

    def create(self) -> None:
        self.go("Creating what the examples expect to exist", self.existing.create())
        self.tree.prepare()
        if self.target.is_aws and self.examples:
            # This fills the plugin cache, which does not support concurrent use.
            self.go("Installing the provider", self.examples[0].initialised())

    def use(self) -> None:
        courses = [*(applied.steps() for applied in self.examples), *(question.attempt(question.steps) for question in self.questions)]
        self.go(f"Applying {len(self.examples)} examples, using them under faults, destroying them, and trying questions", *courses)
        # These read what all the others have left in the logs.
        self.go("Answering the questions from the logs", *(question.attempt(question.closing) for question in self.questions))
        if not self.target.is_aws:
            self.checks += [Check("questions", f"it can be tried: {question.text}", question.errors) for question in self.questions]
        self.checks += [self.announced(applied) for applied in self.examples if "created" in applied.facts]

    def announced(self, applied: Applied) -> Check:
        created, announced = applied.facts["created"], CREATED[applied.name]
        wrong = [f"created {created}, announced {announced}: correct acceptance/created.json"] if created != announced else []
        return Check(applied.name, "it creates exactly what was announced", wrong)

    def destroy(self) -> None:
        """Stops what is in progress and destroys what is left. After a successful run nothing is."""
        for end in (Command.interrupt, Command.wait):
            for applied in self.examples:
                if applied.command:
                    end(applied.command)
        self.go("Destroying what is left", *(applied.destroying() for applied in self.examples))
        removed = Check("the end", "what the examples expect to exist is removed")
        for part in (*self.questions, self.existing):
            try:
                part.remove()
            except Exception as problem:
                removed.wrong.append(explained(f"{type(problem).__name__}: {problem}"))
        self.checks += [removed, *self.left()]
        self.nothing_left = all(check.holds for check in self.checks if check.where == "the end")

    def left(self) -> list[Check]:
        """Looks for leftovers after everything is destroyed and the listings had time to catch up."""
        found: dict[str, list[str]] = {}

        def nothing() -> bool:
            found.update(name=leftovers.by_name(self.target, self.existing.run), tag=leftovers.by_tag(self.target, self.existing.run))
            return not any(found.values())

        try:
            self.go("Looking for what is left, by name and by tag", until(nothing, self.target.pace.lag))
        except Exception as problem:
            return [Check("the end", "nothing is left, by name and by tag", [explained(f"{type(problem).__name__}: {problem}")])]
        tagged, self.stale = leftovers.without_stale(found["tag"], found["name"])
        return [Check("the end", "nothing is left, by name", found["name"]), Check("the end", "nothing is left, by tag", tagged)]

    def go(self, what: str, *courses: Iterator[None]) -> None:
        with self.steps.step(what) as note:
            side_by_side(list(courses), self.target.pace.poll, lambda left: note(f"{left} of {len(courses)} in progress"))

    @property
    def all_checks(self) -> list[Check]:
        return [*(check for applied in self.examples for check in applied.checks), *self.checks]

    @property
    def answers(self) -> list[Answer]:
        return [question.answer for question in self.questions]


def needs(parts: tuple[str, ...]) -> frozenset[str]:
    """What these parts expect to exist."""
    return frozenset(need for each in (*of(parts), *asked_with(parts)) for need in each.needs)


def variables(example: Example, existing: Existing) -> dict:
    zips = {} if "bucket" in example.needs else {"artifacts_directory": str(existing.zips)}
    return {"name": f"{existing.run}-{example.short}", "architecture": existing.architecture} | zips | example.given(existing)
