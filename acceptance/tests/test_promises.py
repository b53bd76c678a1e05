"""A perfect run passes all rules, and each kind of damage fails by its own rule."""

import unittest
from collections.abc import Callable

from acceptance.evidence import as_trace
from acceptance.promises import RULES, check_all, check_fault
from demo.evidence.seen import Quarantined, Seen
from demo.messages import STANDARD, End, Message, body_of
from demo.tests.perfect import perfect


def seen() -> Seen:
    """What a perfect run leaves in an account: the trace is derived from the backend's own lines."""
    run = perfect()
    run.trace = list(map(as_trace, run.journal))
    return run


class Promises(unittest.TestCase):
    def failing(self, spoil: Callable[[Seen], object]) -> set[str]:
        run = seen()
        spoil(run)
        run.trace = list(map(as_trace, run.journal))
        return {check.what for check in check_all("x", run) if not check.holds}

    def first(self, run: Seen, outcome: str = "ok") -> int:
        return next(place for place, line in enumerate(run.journal) if line["records"][0]["outcome"] == outcome)

    def test_perfect_run_passes_all_rules(self):
        self.assertEqual([check for check in check_all("x", seen()) if not check.holds], [])
        self.assertEqual(len(check_all("x", seen())), len(RULES))

    def test_lost_message_is_found(self):
        self.assertIn("no message is lost", self.failing(lambda run: run.journal.pop(self.first(run))))
        self.assertIn("no message is lost", self.failing(lambda run: run.quarantined.pop()))
        self.assertIn("no message is lost", self.failing(lambda run: run.dead.pop()))

    def test_message_in_transit_is_found(self):
        self.assertIn("no message is lost", self.failing(lambda run: setattr(run, "left", 1)))

    def test_message_at_another_tenant_is_found(self):
        def spoil(run: Seen) -> None:
            run.journal[self.first(run)]["tenant_id"] = "somebody-else"

        self.assertIn("every message reaches its own tenant only", self.failing(spoil))

    def test_environment_of_two_tenants_is_found(self):
        self.assertIn("every environment served exactly one tenant", self.failing(lambda run: run.journal[0]["tenants_seen"].append("somebody-else")))

    def test_backend_that_was_never_invoked_is_found(self):
        self.assertIn("every environment served exactly one tenant", self.failing(lambda run: run.journal.clear()))

    def test_wrong_order_is_found(self):
        self.assertIn("every FIFO group and every stream key kept its order", self.failing(lambda run: run.journal.reverse()))

    def test_incomplete_quarantined_message_is_found(self):
        def spoil(run: Seen) -> None:
            kept = run.quarantined[0]
            run.quarantined[0] = Quarantined(kept.source, kept.name, "{}", kept.attributes)

        self.assertIn("rejected records are kept whole, with their reason", self.failing(spoil))

    def test_wrong_reason_fails_its_rule(self):
        self.assertIn("each record is rejected for its own reason", self.failing(lambda run: run.quarantined[0].attributes.update(reason="another")))

    def test_delivered_rejected_message_is_found(self):
        def spoil(run: Seen) -> None:
            name = next(name for name, message in run.sent.items() if message.end == End.QUARANTINED)
            line = run.journal[self.first(run)]
            line["records"].append({"message_id": name, "outcome": "ok"})

        self.assertLessEqual({"every message ends where it should", "every message reaches its own tenant only"}, self.failing(spoil))

    def test_failure_without_retry_is_found(self):
        self.assertIn("what failed was retried", self.failing(lambda run: run.journal.pop(self.first(run, "refused"))))


class Faults(unittest.TestCase):
    def setUp(self):
        self.sent = {"m1": Message("red-1", STANDARD, body_of("red", "red-1"), tenant="red", attribute="red")}

    def delivered(self, tenant: str = "red") -> Seen:
        line = {"tenant_id": tenant, "tenants_seen": [tenant], "environment_id": "e", "records": [{"message_id": "m1", "outcome": "ok"}]}
        return Seen(self.sent, [line], [as_trace(line)])

    def wrong(self, before: Seen, after: Seen) -> list[bool]:
        return [bool(check.wrong) for check in check_fault("x", "it is broken", before, after, self.sent)]

    def test_deliveries_after_the_fault_pass(self):
        self.assertEqual(self.wrong(Seen(self.sent), self.delivered()), [False, False, False])

    def test_delivery_during_the_fault_is_found(self):
        self.assertEqual(self.wrong(self.delivered(), self.delivered()), [True, False, False])

    def test_rejection_is_found_at_any_time(self):
        rejected = Seen(self.sent, quarantined=[Quarantined(STANDARD, "m1", "{}", {"reason": "unknown_tenant"})])
        self.assertEqual(self.wrong(rejected, rejected), [True, True, False])

    def test_dead_lettered_message_is_found(self):
        self.assertEqual(self.wrong(Seen(self.sent, dead=[(STANDARD, "m1")]), self.delivered()), [True, False, False])

    def test_message_that_never_arrived_is_found(self):
        self.assertEqual(self.wrong(Seen(self.sent), Seen(self.sent)), [False, True, False])

    def test_message_at_another_tenant_is_found(self):
        self.assertEqual(self.wrong(Seen(self.sent), self.delivered("blue")), [False, False, True])
