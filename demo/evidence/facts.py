"""The figures in the tables, computed from what was observed."""

from collections import Counter
from dataclasses import asdict, dataclass

from demo.evidence.checks import ordering_groups
from demo.evidence.seen import Seen
from demo.evidence.trust import Trust
from demo.messages import SOURCES, End


@dataclass(frozen=True)
class Tenant:
    """A row of the tenants' table."""

    name: str
    # The number of messages it sent to each source.
    sent: dict[str, int]
    delivered: int
    retried: int
    dead: int
    environments: int


@dataclass(frozen=True)
class Source:
    """A row of the sources' table."""

    name: str
    sent: int
    delivered: int
    rejected: int
    dead: int
    # How many were processed more than once, and how many failed first.
    repeated: int
    retried: int


@dataclass(frozen=True)
class Second:
    # The number of messages, of routers killed with records in progress, and of messages processed more than once.
    rushed: int
    deaths: int
    repeated: int


@dataclass(frozen=True)
class Third:
    # The number of messages, of those quarantined at first, and of killed replays; the seconds of the registry's outage.
    guarded: int
    quarantined: int
    killed: int
    outage_seconds: float


@dataclass(frozen=True)
class Facts:
    sources: list[Source]
    tenants: list[Tenant]
    # The number of quarantined records by reason. A record that a checkpoint redelivered lies there twice and counts once.
    rejected: dict[str, int]
    ordering_groups: int
    sent: int
    invocations: int
    # Of the phases that only --full runs.
    second: Second | None
    third: Third | None

    def data(self) -> dict:
        content = asdict(self)
        phases = content.pop("second"), content.pop("third")
        return content | {name: value for phase in phases if phase for name, value in phase.items()}


def facts(seen: Seen, second: Seen | None, third: Trust | None) -> Facts:
    return Facts(
        sources=[source(seen, name) for name in SOURCES],
        tenants=tenants(seen),
        rejected=seen.reasons(),
        ordering_groups=len(ordering_groups(seen.sent.values())),
        sent=len(seen.sent),
        invocations=len(seen.trace),
        second=second and second_phase(second),
        third=third and third_phase(third),
    )


def second_phase(seen: Seen) -> Second:
    return Second(len(seen.sent), seen.deaths, sum(times > 1 for times in seen.outcomes("ok").values()))


def third_phase(seen: Trust) -> Third:
    quarantined = sum(message.reason is not None for message in seen.seen.sent.values())
    return Third(len(seen.seen.sent), quarantined, len(seen.killed), round(seen.outage.ended - seen.outage.begun, 1))


def source(seen: Seen, name: str) -> Source:
    own, ends = {id for id, message in seen.sent.items() if message.source == name}, seen.ends()
    delivered, failed = seen.outcomes("ok"), seen.outcomes("failed") + seen.outcomes("refused")
    return Source(
        name=name,
        sent=len(own),
        delivered=len(own & delivered.keys()),
        rejected=len(own & ends[End.QUARANTINED]),
        dead=len(own & ends[End.DEAD_LETTER]),
        repeated=sum(delivered[id] > 1 for id in own),
        retried=sum(id in failed for id in own),
    )


def tenants(seen: Seen) -> list[Tenant]:
    delivered, failed = seen.outcomes("ok"), seen.outcomes("failed") + seen.outcomes("refused")
    dead, environments = seen.ends()[End.DEAD_LETTER], seen.environments()
    names = sorted({message.tenant for message in seen.sent.values() if message.tenant})
    lines = []
    for name in names:
        own = {id: message for id, message in seen.sent.items() if message.tenant == name and message.end != End.QUARANTINED}
        lines.append(
            Tenant(
                name=name,
                sent=dict(Counter(message.source for message in own.values())),
                delivered=sum(id in delivered for id in own),
                retried=sum(id in failed for id in own),
                dead=sum(id in dead for id in own),
                environments=len(environments.get(name, ())),
            )
        )
    return lines
