"""Runs the demo: finds the providers and creates the sources while the routers are built, then runs the phases."""

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from rich.markup import escape

from demo.evidence import trust_checks
from demo.evidence.checks import RULES, RULES_AFTER_KILLS, Check, check
from demo.evidence.facts import Facts, Source, facts
from demo.first_phase import FirstPhase
from demo.later_phases import LaterPhases
from demo.setup.cloud import Cloud
from demo.setup.deploy import Deployment, WithoutTerraform, WithTerraform
from demo.setup.tenantctl import Tenantctl
from demo.setup.terraform import real_provider
from demo.setup.zips import TENANTCTL, Zips
from demo.show.progress import Steps
from demo.show.report import header, row

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
        durations = {"first_row_seconds": first, "first_row_after_build_seconds": after, "seconds": self.ended - self.begun}
        return {name: round(value, 1) for name, value in durations.items()}


@dataclass
class RunResult:
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
class Options:
    """The options of the command line."""

    full: bool
    without_terraform: bool
    # The path of tenantctl, if it is not built by the demo.
    tenantctl: Path | None
    # When the demo was started, by the monotonic clock.
    begun: float


def run(place: Cloud, zips: Zips, steps: Steps, options: Options) -> RunResult:
    times = Times(options.begun)
    tenantctl = Tenantctl(options.tenantctl, place) if options.tenantctl else None
    deployment = chosen(place, zips, steps, options.without_terraform)

    def shown(source: Source) -> None:
        if times.first_row is None:
            times.first_row = monotonic()
            steps.say(header())
        steps.say(row(source))

    with steps.long_step(what(zips, deployment)) as note:
        first = FirstPhase(place, zips, deployment, steps.say, note, shown)
        seen = first.run()
    checks, second, third = check(seen, RULES), None, None
    if options.full:
        later = LaterPhases(first, steps)
        second = later.second()
        third = later.third(first.sent | second.sent, tenantctl or Tenantctl(built(zips, steps), place))
        checks += check(second, RULES_AFTER_KILLS) + check(third, trust_checks.RULES)
    times.built, times.ended = zips.complete, monotonic()
    return RunResult(facts(seen, second, third), checks, str(deployment), isinstance(deployment, WithTerraform), times.data())


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
