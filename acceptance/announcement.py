"""What a run announces before it creates anything."""

from collections import Counter
from collections.abc import Iterator

from acceptance.catalogue import of
from acceptance.created import CREATED
from acceptance.deployment import ON_AN_EMULATOR
from acceptance.policy import STEM, actions, policy
from acceptance.prices import HOURS, REGIONS, bound, total
from acceptance.questions.catalogue import asked_with
from acceptance.target import TAG, Target


def announcement(target: Target, run: str, parts: tuple[str, ...], caller: str) -> str:
    return "\n".join(lines(target, run, parts, caller))


def lines(target: Target, run: str, parts: tuple[str, ...], caller: str) -> Iterator[str]:
    where = f"account {target.account}, region {target.region}" + (f", emulator at {target.endpoint}" if target.endpoint else "")
    yield f"Acceptance in {where}"
    yield f"as {caller}"
    yield f"Everything is named {run}-… and tagged {TAG}={run}. It is destroyed at the end, also after Ctrl-C or a failure."
    yield ""
    yield "It creates, besides a backend and other resources that the examples expect to exist:"
    for example in of(parts):
        yield f"  {example.name:<26}{sum(CREATED[example.name].values()):>4}  {kinds(CREATED[example.name])}"
    asked = asked_with(parts)
    if asked:
        yield "It asks:"
        yield from (f"  {question.text}" for question in asked)
    if not target.is_aws:
        yield "Differences on an emulator:"
        yield from (f"  {difference}" for difference in ON_AN_EMULATOR)
    yield ""
    yield from cost(parts)
    yield ""
    document = policy(target, parts)
    statements = len(document["Statement"])
    yield f"It needs {len(actions(parts))} IAM actions in {statements} statements, all on names that begin with {STEM}: see --print-policy."


def kinds(created: dict[str, int]) -> str:
    """The number of resources by type, the largest first."""
    return ", ".join(f"{count} {type}" for type, count in Counter(created).most_common())


def cost(parts: tuple[str, ...]) -> Iterator[str]:
    found = bound(parts)
    yield f"It costs at most ${total(found):.2f}: list prices of US East, doubled for other regions, for {HOURS} hours, without any free tier."
    for line in sorted(found, key=lambda line: -line.cost):
        yield f"  {line.what:<48}{line.units:>12,.1f} × ${line.dollars:<12.10g} × {REGIONS:g} = ${line.cost:.4f}  [{line.page}]"
