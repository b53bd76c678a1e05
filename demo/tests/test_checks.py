"""Every check of the demo can fail, and names the cause."""

import dataclasses
import json
import unittest

from demo.evidence.checks import RULES, RULES_AFTER_KILLS, check
from demo.evidence.facts import facts
from demo.evidence.seen import Seen
from demo.messages import BRIDGED, FIFO, KINESIS, SOURCES, STANDARD, TABLE, End
from demo.tests.perfect import invocation, perfect, record
from demo.tests.perfect_registry import perfect as perfect_registry


def failing(seen: Seen) -> dict[str, list[str]]:
    return {found.name: found.wrong for found in check(seen, RULES) if not found.holds}


class Checks(unittest.TestCase):
    def setUp(self):
        self.seen = perfect()

    def one(self, end: End = End.DELIVERED, source: str | None = None) -> str:
        """The id of some message that has this end."""
        fits = lambda message: message.end == end and source in (None, message.source) and not message.misbehaves  # noqa: E731
        return next(id for id, message in self.seen.sent.items() if fits(message))

    def forget(self, id: str) -> None:
        self.seen.journal = [line for line in self.seen.journal if line["records"][0]["message_id"] != id]
        self.seen.trace = [line for line in self.seen.trace if line["records"] != [id]]

    def assert_fails(self, check: str, naming: str) -> None:
        wrong = failing(self.seen)
        self.assertIn(check, wrong)
        self.assertTrue(any(naming in sentence for sentence in wrong[check]), wrong[check])

    def test_perfect_run_passes_all_checks(self):
        self.assertEqual(failing(self.seen), {})

    def test_run_without_observations_fails(self):
        self.assertIn("every environment served exactly one tenant", failing(Seen({})))

    def test_message_that_is_nowhere_is_lost(self):
        id = self.one()
        self.forget(id)
        self.assert_fails("no message is lost", self.seen.sent[id].id)

    def test_message_in_its_queue_is_not_acknowledged(self):
        self.seen.left = 1
        self.assert_fails("no message is lost", "1 messages were still in transit")

    def test_message_must_not_be_delivered_and_dead_lettered(self):
        id = self.one()
        self.seen.dead.append((self.seen.sent[id].source, id))
        self.assert_fails("every message ends where it should", self.seen.sent[id].id)

    def test_rejected_message_must_not_reach_a_backend(self):
        id = self.one(End.QUARANTINED)
        invocation(self.seen, id, dataclasses.replace(self.seen.sent[id], tenant="anvil"), "ok")
        self.assert_fails("every message reaches its own tenant only", self.seen.sent[id].id)

    def test_message_of_another_tenant_is_found(self):
        id = self.one()
        self.forget(id)
        invocation(self.seen, id, dataclasses.replace(self.seen.sent[id], tenant="no-such-tenant"), "ok")
        self.assert_fails("every message reaches its own tenant only", "was delivered to no-such-tenant")

    def test_environment_of_two_tenants_is_found(self):
        self.seen.journal[0]["tenants_seen"] = ["anvil", "birch"]
        self.assert_fails("every environment served exactly one tenant", "has also served anvil, birch")

    def test_wrong_order_in_a_group_is_found(self):
        for source in (FIFO, KINESIS, TABLE, BRIDGED):
            with self.subTest(source):
                self.seen = perfect()
                group = self.seen.sent[self.one(source=source)].ordering_group
                ids = {id for id, message in self.seen.sent.items() if message.ordering_group == group}
                places = [place for place, line in enumerate(self.seen.trace) if set(line["acknowledged"]) & ids]
                first, last = places[0], places[-1]
                self.seen.trace[first], self.seen.trace[last] = self.seen.trace[last], self.seen.trace[first]
                self.assert_fails("every FIFO group and every stream key kept its order", " ".join(group))

    def test_tenant_delayed_by_another_outage_is_found(self):
        id = self.one(source=BRIDGED)
        self.forget(id)
        invocation(self.seen, id, self.seen.sent[id], "ok")
        self.assert_fails("on the bridge, one tenant's outage delays no other tenant", f"{self.seen.sent[id].id} had to wait")

    def test_tenant_retried_for_another_failure_is_found(self):
        id = self.one(source=BRIDGED)
        self.forget(id)
        for outcome in ("refused", "ok"):
            invocation(self.seen, id, self.seen.sent[id], outcome)
        self.assert_fails("on the bridge, one tenant's outage delays no other tenant", "was redelivered 1 times")

    def test_bridge_without_failures_proves_nothing(self):
        for id, message in self.seen.sent.items():
            if message.source == BRIDGED and message.end == End.DEAD_LETTER:
                self.forget(id)
        self.assert_fails("on the bridge, one tenant's outage delays no other tenant", "proves nothing")

    def test_changed_quarantined_record_is_found_for_every_source(self):
        for source in SOURCES:
            with self.subTest(source):
                self.seen = perfect()
                place = next(place for place, kept in enumerate(self.seen.quarantined) if kept.source == source)
                kept = self.seen.quarantined[place]
                changed = record(kept.name, dataclasses.replace(self.seen.sent[kept.name], body='{"id": "changed"}'))
                for body in ("{}", "no JSON", json.dumps(changed)):
                    self.seen.quarantined[place] = dataclasses.replace(kept, body=body)
                    self.assert_fails("rejected records are kept whole, with their reason", "is not kept as it was sent")

    def test_quarantined_record_without_attribute_is_found(self):
        del self.seen.quarantined[0].attributes["first_seen"]
        self.assert_fails("rejected records are kept whole, with their reason", "without first_seen")

    def test_wrong_reason_is_found(self):
        self.seen.quarantined[0].attributes["reason"] = "undecided"
        self.assert_fails("each record is rejected for its own reason", "was rejected as undecided")

    def test_missing_failure_is_found(self):
        id = next(id for id, message in self.seen.sent.items() if message.misbehaves)
        self.forget(id)
        invocation(self.seen, id, self.seen.sent[id], "ok")
        self.assert_fails("what failed was retried", self.seen.sent[id].id)

    def test_message_processed_twice_is_found(self):
        id = self.one(source=STANDARD)
        invocation(self.seen, id, self.seen.sent[id], "ok")
        self.assert_fails("nothing is processed twice, except after a checkpoint", "was processed 2 times")

    def test_records_after_a_checkpoint_may_be_processed_twice(self):
        id = self.one(source=KINESIS)
        invocation(self.seen, id, self.seen.sent[id], "ok")
        self.assertEqual(failing(self.seen), {})

    def test_invocation_missing_in_journal_or_trace_is_found(self):
        self.seen.journal.pop()
        self.assert_fails("the backend's journals and the emulator's trace agree", "invocations")

    def test_second_phase_without_killed_routers_proves_nothing(self):
        wrong = [found.name for found in check(self.seen, RULES_AFTER_KILLS) if not found.holds]
        self.assertEqual(wrong, ["routers were killed in the middle of their batches"])

    def test_figures_add_up_to_what_was_sent(self):
        figures = facts(self.seen, self.seen, perfect_registry())
        mine = sum(sum(tenant.sent.values()) for tenant in figures.tenants)
        self.assertEqual(mine + sum(figures.rejected.values()), figures.sent)
        self.assertEqual(sum(tenant.delivered + tenant.dead for tenant in figures.tenants), mine)
        for source in figures.sources:
            self.assertEqual(source.delivered + source.rejected + source.dead, source.sent, source.name)
