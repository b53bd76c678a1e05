"""The rules: those of the demo that can be checked in an account, and the result of each check."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from demo.evidence import checks
from demo.evidence.seen import Seen
from demo.messages import Message

Rule = Callable[[Seen], Iterator[str]]

# Two rules of the demo are missing. The trace cannot be compared, since an account only has the backend's log. Single
# delivery is not checked, since neither AWS nor the router promises it; the report shows how often it happens.
RULES: dict[str, Rule] = {
    "no message is lost": checks.nothing_is_lost,
    "every message ends where it should": checks.every_message_ends_where_it_should,
    "every message reaches its own tenant only": checks.messages_reach_their_own_tenant_only,
    "every environment served exactly one tenant": checks.environments_serve_one_tenant,
    "every FIFO group and every stream key kept its order": checks.groups_keep_their_order,
    "rejected records are kept whole, with their reason": checks.rejected_records_are_kept_whole,
    "each record is rejected for its own reason": checks.records_have_their_own_reason,
    "what failed was retried": checks.failures_are_retried,
}


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


def check_all(where: str, seen: Seen) -> list[Check]:
    """Applies all rules to what was observed."""
    return [Check(where, name, list(rule(seen))) for name, rule in RULES.items()]


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
