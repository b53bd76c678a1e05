"""Runs the demo: finds the providers and creates the sources while the routers are built, then runs the phases."""

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from rich.markup import escape

from demo.acts import Acts
from demo.evidence import trust_checks
from demo.evidence.checks import RULES, RULES_WHEN_KILLED, Check, check
from demo.evidence.facts import Facts, Source, facts
from demo.first import First
from demo.show.progress import Steps
from demo.show.report import header, row
from demo.stage.cloud import Cloud
from demo.stage.deploy import Deployment, WithoutTerraform, WithTerraform
from demo.stage.tenantctl import Tenantctl
from demo.stage.terraform import real_provider
from demo.stage.zips import TENANTCTL, Zips

POLL_SECONDS = 0.1


@dataclass
class Times:
    """The durations, in seconds since the demo was started."""

    begun: float
    first_row: float | None = None
    built: float = 0.0
    ended: float = 0.0

    def data(self) -> dict[str, float]:
        first = (self.first_row or self.ended) - self.begun
        after = max(0.0, first - max(0.0, self.built - self.begun))
        told = {"first_row_seconds": first, "first_row_after_build_seconds": after, "seconds": self.ended - self.begun}
        return {name: round(value, 1) for name, value in told.items()}


@dataclass
class Played:
    """The content of the report."""

    facts: Facts
    checks: list[Check]
    # How queues, routers and mappings were created.
    created: str
    terraform: bool
    times: dict[str, float] = field(default_factory=dict)

    def data(self) -> dict:
        checks = [vars(found) | {"holds": found.holds} for found in self.checks]
        return self.facts.data() | {"checks": checks, "created": self.created, "terraform": self.terraform} | self.times


@dataclass(frozen=True)
class Asked:
    """The options of the command line."""

    full: bool
    without_terraform: bool
    # The path of tenantctl, if it is not built by the demo.
    tenantctl: Path | None
    # When the demo was started, by the monotonic clock.
    begun: float


def play(place: Cloud, zips: Zips, steps: Steps, asked: Asked) -> Played:
    times = Times(asked.begun)
    tenantctl = Tenantctl(asked.tenantctl, place) if asked.tenantctl else None
    deployment = chosen(place, zips, steps, asked.without_terraform)

    def shown(source: Source) -> None:
        if times.first_row is None:
            times.first_row = monotonic()
            steps.say(header())
        steps.say(row(source))

    with steps.long_step(what(zips, deployment)) as note:
        first = First(place, zips, deployment, steps.say, note, shown)
        seen = first.play()
    checks, second, third = check(seen, RULES), None, None
    if asked.full:
        acts = Acts(first, steps)
        second = acts.second()
        third = acts.third(first.sent | second.sent, tenantctl or Tenantctl(built(zips, steps), place))
        checks += check(second, RULES_WHEN_KILLED) + check(third, trust_checks.RULES)
    times.built, times.ended = zips.complete, monotonic()
    return Played(facts(seen, second, third), checks, str(deployment), isinstance(deployment, WithTerraform), times.data())


def chosen(place: Cloud, zips: Zips, steps: Steps, without_terraform: bool) -> Deployment:
    """With Terraform if it can apply here; otherwise without it, and the reason."""
    without = lambda why: WithoutTerraform(place, zips.folder, zips.architecture, why)  # noqa: E731
    if without_terraform:
        return without("--without-terraform is set")
    with steps.step("Looking for Terraform and its provider"):
        providers, why = real_provider(lambda line: steps.say(f"    {escape(line)}"))
    return WithTerraform(place, zips.folder, zips.architecture, providers) if providers else without(why)


def what(zips: Zips, deployment: Deployment) -> str:
    how = "with Terraform" if isinstance(deployment, WithTerraform) else "through the AWS APIs"
    return f"{'Building routers, c' if zips.missing else 'C'}reating sources {how}, sending messages"


def built(zips: Zips, steps: Steps) -> Path:
    """The path of tenantctl, which may take longer to build than the routers."""
    with steps.long_step("Building tenantctl") as note:
        while not zips.ready([TENANTCTL]):
            note(zips.note)
            sleep(POLL_SECONDS)
    return zips.binaries[TENANTCTL]
