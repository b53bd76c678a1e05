"""What the backend's REPORT and other platform lines say about the tenant."""

from collections import Counter
from collections.abc import Iterator

from acceptance.logs import group_of
from acceptance.questions.question import Question
from demo.turns import until

REPORT = "platform.report"


class PlatformLines(Question):
    text = "What do the backend's REPORT and other platform lines say of the tenant (field tenantId)?"
    needs = ("backend",)
    parts = ("sqs", "kinesis", "dynamodb", "eventbridge", "pipes", "step-functions")

    def closing(self) -> Iterator[None]:
        group = group_of(self.existing.backend_name)
        lines = lambda: self.logs.lines(group)  # noqa: E731
        yield from until(lambda: any(line.get("type") == REPORT for line in lines()), self.target.pace.lag)
        self.interpret(lines())

    def interpret(self, lines: list[dict]) -> None:
        kinds = {kind: [line for line in lines if line.get("type") == kind] for kind in sorted({line["type"] for line in lines if "type" in line})}
        own = [line for line in lines if line.get("event") == "demo_backend"]
        if REPORT not in kinds:
            self.unanswered(f"the backend's log has no JSON line of type {REPORT}")
            return
        told = {kind: where(found) for kind, found in kinds.items()} | {"the function's own lines": where(own)}
        self.answered(
            "; ".join(f"{kind}: {places}" for kind, places in told.items()), report=sorted(kinds[REPORT][0].get("record", {})), lines=len(lines)
        )


def where(lines: list[dict]) -> str:
    """The fields of the lines that name a tenant, and how many lines have them."""
    found = Counter(place for line in lines for place in places(line))
    return ", ".join(f"{place} in {count} of {len(lines)}" for place, count in sorted(found.items())) or f"no tenantId in any of {len(lines)}"


def places(line: dict) -> list[str]:
    inner = line.get("record")
    return [name for name, there in (("tenantId", "tenantId" in line), ("record.tenantId", isinstance(inner, dict) and "tenantId" in inner)) if there]
