"""The rules: those of the demo that can be checked in an account, and the result of each check."""

from dataclasses import dataclass, field

from demo.evidence import checks
from demo.evidence.seen import Seen
from demo.messages import Message

# Rules of the demo that cannot be checked in an account. No bridge is sent the demo's messages. The trace cannot be compared,
# since an account only has the backend's log. Single delivery is promised neither by AWS nor by the router; the report shows
# how often it happens.
LEFT_OUT = (checks.outage_of_a_tenant_delays_no_other, checks.journal_and_trace_agree, checks.nothing_is_delivered_twice)
RULES: dict[str, checks.Rule] = {name: rule for name, rule in checks.RULES.items() if rule not in LEFT_OUT}


@dataclass(frozen=True)
class Check:
    """One rule, and what is wrong."""

    # The example, or another subject.
    where: str
    what: str
    wrong: list[str] = field(default_factory=list)
    # Why it could not be checked here. The check has then neither passed nor failed.
    not_measured: str = ""

    @property
    def holds(self) -> bool:
        return not self.wrong

    @property
    def text(self) -> str:
        """The result for a person: a line, and a line for each thing that is wrong."""
        if self.not_measured:
            return f"SKIPPED {self.where}: {self.what}: {self.not_measured}"
        return "\n        ".join([f"{'ok' if self.holds else 'FAILED':<8}{self.where}: {self.what}", *self.wrong])


def check_all(where: str, seen: Seen) -> list[Check]:
    """Applies all rules to what was observed."""
    return [Check(where, found.name, found.wrong) for found in checks.check(seen, RULES)]


def check_fault(where: str, what: str, before: Seen, after: Seen, messages: dict[str, Message]) -> list[Check]:
    """For messages that were sent during a fault: none may be handled before it is over, and each must be delivered afterwards."""
    early = [f"{messages[name].id} was delivered while {what}" for name in before.outcomes("ok") if name in messages]
    early += [f"{record.name or record.body[:40]} was rejected while {what}" for record in before.quarantined]
    early += [f"{name} was dead-lettered while {what}" for _, name in before.dead]
    delivered = after.outcomes("ok")
    late = [f"{message.id} was not delivered afterwards" for name, message in messages.items() if name not in delivered]
    late += [f"{record.name or record.body[:40]} was rejected" for record in after.quarantined]
    late += [f"{name} was dead-lettered" for _, name in after.dead]
    return [
        Check(where, f"while {what}, nothing is delivered, rejected or dead-lettered", early),
        Check(where, f"after that every message is delivered, and none is lost: {what}", late),
        Check(where, f"every message reaches its own tenant only, although {what}", list(checks.messages_reach_their_own_tenant_only(after))),
    ]
