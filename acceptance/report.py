"""acceptance.json for programs, and acceptance.md for people: every measured fact, and what was not measured with the reason."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from acceptance.promises import Check
from acceptance.questions import Answer


@dataclass
class Report:
    """Everything that a run has found."""

    run: str
    account: str
    region: str
    # The endpoint of the emulator, if it was one.
    endpoint: str | None
    parts: tuple[str, ...]
    # The versions that were used: Terraform, the provider, the zips.
    versions: dict[str, str]
    # How the examples were changed before they were applied.
    differences: tuple[str, ...]
    cost_bound_dollars: float
    started: str
    seconds: float = 0.0
    # Figures, by example.
    examples: dict[str, dict] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    # Resources that only the tag index still lists.
    stale_tags: list[str] = field(default_factory=list)

    @property
    def measured(self) -> list[Check]:
        return [check for check in self.checks if not check.not_measured]

    @property
    def failed(self) -> list[Check]:
        return [check for check in self.measured if not check.holds]

    def data(self) -> dict:
        content = asdict(self) | {"passed": len(self.measured) - len(self.failed), "failed": len(self.failed)}
        content["checks"] = [vars(check) | {"holds": None if check.not_measured else check.holds} for check in self.checks]
        return content

    def lines(self) -> Iterator[str]:
        """Each check and each answer on its own line."""
        yield from (check.text for check in self.checks)
        for answer in self.answers:
            yield f"{'OPEN' if answer.not_measured else 'ANSWER':<8}{answer.question} {cell(answer)}"

    def closing(self) -> str:
        skipped = len(self.checks) - len(self.measured)
        return f"acceptance: {len(self.measured) - len(self.failed)} passed, {len(self.failed)} failed, {skipped} skipped"

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Writes both files. Returns their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        data, page = folder / "acceptance.json", folder / "acceptance.md"
        data.write_text(json.dumps(self.data(), indent=2) + "\n")
        page.write_text("\n".join(self.page()) + "\n")
        return data, page

    def page(self) -> Iterator[str]:
        where = f"an emulator at {self.endpoint}" if self.endpoint else f"AWS account {self.account}"
        yield "# Acceptance"
        yield ""
        yield f"Run {self.run} in {where}, region {self.region}, on {self.started}: {self.seconds:.0f} s, parts {', '.join(self.parts)}."
        passed, skipped = len(self.measured) - len(self.failed), len(self.checks) - len(self.measured)
        yield f"{passed} checks passed, {len(self.failed)} failed, {skipped} not measured."
        yield f"Upper bound of the cost before the run: ${self.cost_bound_dollars:.2f}."
        yield ""
        yield from table(("used", "what"), self.versions.items())
        if self.differences:
            yield "The examples were changed before they were applied:"
            yield ""
            yield from (f"- {difference}" for difference in self.differences)
            yield ""
        yield "## Open questions"
        yield ""
        yield from table(("question", "answer"), ((answer.question, cell(answer)) for answer in self.answers))
        yield from self.evidence()
        yield "## Checks"
        yield ""
        yield from table(("where", "check", "result"), ((check.where, check.what, result(check)) for check in self.checks))
        yield from self.problems()
        yield "## Figures"
        yield ""
        rows = ((name, fact, shown(value)) for name, facts in self.examples.items() for fact, value in facts.items())
        yield from table(("example", "figure", "value"), rows)
        if self.stale_tags:
            yield "The tag index still lists these, although the services themselves no longer do:"
            yield ""
            yield from (f"- `{arn}`" for arn in self.stale_tags)

    def evidence(self) -> Iterator[str]:
        for answer in self.answers:
            if answer.evidence and not answer.not_measured:
                yield f"The evidence for the answer to “{answer.question}”:"
                yield ""
                yield "```json"
                yield json.dumps(answer.evidence, indent=2)
                yield "```"
                yield ""

    def problems(self) -> Iterator[str]:
        if self.failed:
            yield "## Failures"
            yield ""
            for check in self.failed:
                yield f"### {check.where}: {check.what}"
                yield ""
                yield "```text"
                yield from check.wrong
                yield "```"
                yield ""


def result(check: Check) -> str:
    if check.not_measured:
        return f"not measured: {check.not_measured}"
    return "holds" if check.holds else "**fails**"


def cell(answer: Answer) -> str:
    if not answer.not_measured:
        return answer.answer
    return f"not measured: {answer.not_measured}" + ("; its code worked there" if answer.rehearsed else "")


def shown(value) -> str:
    return ", ".join(f"{count} {name}" for name, count in value.items()) or "none" if isinstance(value, dict) else str(value)


def table(head: tuple[str, ...], rows) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(escaped(str(value)) for value in row)} |"
    yield ""


def escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
