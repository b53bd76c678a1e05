"""What must hold: the demo's rules, as far as an account can show them, and the result of each check."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from demo.evidence import checks
from demo.evidence.seen import Seen
from demo.messages import Message

Rule = Callable[[Seen], Iterator[str]]

# Not among them: that two witnesses agree, since an account has one, the backend's log; and that nothing is processed twice, which
# neither AWS nor the router promises. How often it happens is told as a figure.
RULES: dict[str, Rule] = {
    "no message is lost": checks.nothing_is_lost,
    "every message ends where it should": checks.every_message_ends_where_it_should,
    "every message reaches its own tenant only": checks.messages_reach_their_own_tenant_only,
    "every environment saw exactly one tenant": checks.environments_serve_one_tenant,
    "every FIFO group and every key of a stream kept its order": checks.groups_keep_their_order,
    "rejected records are kept whole, with their reason": checks.rejected_records_are_kept_whole,
    "each is rejected for its own reason": checks.records_have_their_own_reason,
    "what went wrong was tried again": checks.failures_are_retried,
}


@dataclass(frozen=True)
class Check:
    """One thing that must hold, and what is wrong with it."""

    # The example, or what else it is about.
    where: str
    what: str
    wrong: list[str] = field(default_factory=list)
    # Why it could not be checked here; neither passed nor failed then.
    not_measured: str = ""

    @property
    def holds(self) -> bool:
        return not self.wrong


def judged(where: str, seen: Seen) -> list[Check]:
    """All rules over what was seen."""
    return [Check(where, name, list(rule(seen))) for name, rule in RULES.items()]


def arrived_only_after(where: str, what: str, before: Seen, after: Seen, messages: dict[str, Message]) -> list[Check]:
    """Of messages that were sent into a fault: nothing becomes of them while it lasts, and each is delivered when it is over."""
    early = [f"{messages[name].id} was delivered while {what}" for name in before.outcomes("ok") if name in messages]
    early += [f"{record.name or record.body[:40]} was rejected while {what}" for record in before.quarantined]
    early += [f"{name} was given up while {what}" for _, name in before.dead]
    delivered = after.outcomes("ok")
    late = [f"{message.id} was not delivered afterwards" for name, message in messages.items() if name not in delivered]
    late += [f"{record.name or record.body[:40]} was rejected" for record in after.quarantined]
    late += [f"{name} was given up" for _, name in after.dead]
    return [
        Check(where, f"while {what}, nothing is delivered, rejected or given up", early),
        Check(where, f"after that every message is delivered, and none is lost: {what}", late),
        Check(where, f"every message reaches its own tenant only, although {what}", list(checks.messages_reach_their_own_tenant_only(after))),
    ]
