"""The figures that the tables show, from what was seen."""

from collections import Counter
from dataclasses import asdict, dataclass

from demo.evidence.checks import groups_as_sent
from demo.evidence.seen import Seen
from demo.story import FIFO, STANDARD, End


@dataclass(frozen=True)
class Tenant:
    """One line of the tenants' table."""

    name: str
    standard: int
    fifo: int
    delivered: int
    retried: int
    dead: int
    environments: int


@dataclass(frozen=True)
class Facts:
    tenants: list[Tenant]
    # How many records the quarantines hold, by reason.
    rejected: dict[str, int]
    groups: int
    sent: int
    invocations: int
    # Of the second act: messages, routers that died with records in their hands, messages processed more than once.
    rushed: int
    deaths: int
    repeated: int

    def data(self) -> dict:
        return asdict(self)


def facts(seen: Seen, second: Seen) -> Facts:
    return Facts(
        tenants=tenants(seen),
        rejected=dict(sorted(Counter(record.reason for record in seen.quarantined).items())),
        groups=len(groups_as_sent(seen)),
        sent=len(seen.sent),
        invocations=len(seen.trace),
        rushed=len(second.sent),
        deaths=second.deaths,
        repeated=sum(times > 1 for times in second.outcomes("ok").values()),
    )


def tenants(seen: Seen) -> list[Tenant]:
    delivered, failed = seen.outcomes("ok"), seen.outcomes("failed") + seen.outcomes("refused")
    dead, environments = {id for _, id in seen.dead}, seen.environments()
    names = sorted({message.tenant for message in seen.sent.values() if message.tenant})
    lines = []
    for name in names:
        own = {id: message for id, message in seen.sent.items() if message.tenant == name and message.end != End.QUARANTINED}
        lines.append(
            Tenant(
                name=name,
                standard=sum(message.queue == STANDARD for message in own.values()),
                fifo=sum(message.queue == FIFO for message in own.values()),
                delivered=sum(id in delivered for id in own),
                retried=sum(id in failed for id in own),
                dead=sum(id in dead for id in own),
                environments=len(environments.get(name, ())),
            )
        )
    return lines
