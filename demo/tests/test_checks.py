"""Every check of the demo can fail, and says of what."""

import dataclasses
import json
import unittest

from demo.evidence.checks import RULES, RULES_WHEN_KILLED, check
from demo.evidence.facts import facts
from demo.evidence.seen import Seen
from demo.story import BRIDGED, FIFO, KINESIS, SOURCES, STANDARD, TABLE, End
from demo.tests.perfect import invocation, perfect, record
from demo.tests.perfect_trust import perfect as perfect_trust


def failing(seen: Seen) -> dict[str, list[str]]:
    return {found.name: found.wrong for found in check(seen, RULES) if not found.holds}


class Checks(unittest.TestCase):
    def setUp(self):
        self.seen = perfect()

    def one(self, end: End = End.DELIVERED, source: str | None = None) -> str:
        """The id of some message that ends so."""
        fits = lambda message: message.end == end and source in (None, message.source) and not message.misbehaves  # noqa: E731
        return next(id for id, message in self.seen.sent.items() if fits(message))

    def forget(self, id: str) -> None:
        self.seen.journal = [line for line in self.seen.journal if line["records"][0]["message_id"] != id]
        self.seen.trace = [line for line in self.seen.trace if line["records"] != [id]]

    def assert_fails(self, check: str, naming: str) -> None:
        wrong = failing(self.seen)
        self.assertIn(check, wrong)
        self.assertTrue(any(naming in sentence for sentence in wrong[check]), wrong[check])

    def test_a_perfect_run_passes_them_all(self):
        self.assertEqual(failing(self.seen), {})

    def test_a_run_of_which_nothing_is_seen_fails(self):
        self.assertIn("every environment saw exactly one tenant", failing(Seen({})))

    def test_a_message_that_is_nowhere_is_lost(self):
        id = self.one()
        self.forget(id)
        self.assert_fails("no message is lost", self.seen.sent[id].id)

    def test_a_message_that_is_still_in_its_queue_is_not_settled(self):
        self.seen.left = 1
        self.assert_fails("no message is lost", "1 messages were still on their way")

    def test_a_message_must_not_be_both_delivered_and_dead(self):
        id = self.one()
        self.seen.dead.append((self.seen.sent[id].source, id))
        self.assert_fails("every message ends where it should", self.seen.sent[id].id)

    def test_a_rejected_message_must_not_reach_a_backend(self):
        id = self.one(End.QUARANTINED)
        invocation(self.seen, id, dataclasses.replace(self.seen.sent[id], tenant="anvil"), "ok")
        self.assert_fails("every message reaches its own tenant only", self.seen.sent[id].id)

    def test_a_message_of_another_tenant_is_noticed(self):
        id = self.one()
        self.forget(id)
        invocation(self.seen, id, dataclasses.replace(self.seen.sent[id], tenant="stranger"), "ok")
        self.assert_fails("every message reaches its own tenant only", "was handed to stranger")

    def test_an_environment_of_two_tenants_is_noticed(self):
        self.seen.journal[0]["tenants_seen"] = ["anvil", "birch"]
        self.assert_fails("every environment saw exactly one tenant", "has seen anvil, birch")

    def test_two_messages_of_a_group_or_key_in_the_wrong_order_are_noticed(self):
        for source in (FIFO, KINESIS, TABLE, BRIDGED):
            with self.subTest(source):
                self.seen = perfect()
                lane = self.seen.sent[self.one(source=source)].lane
                ids = {id for id, message in self.seen.sent.items() if message.lane == lane}
                places = [place for place, line in enumerate(self.seen.trace) if set(line["settled"]) & ids]
                first, last = places[0], places[-1]
                self.seen.trace[first], self.seen.trace[last] = self.seen.trace[last], self.seen.trace[first]
                self.assert_fails("every FIFO group and every key of a stream kept its order", " ".join(lane))

    def test_a_tenant_that_had_to_wait_for_another_s_outage_is_noticed(self):
        id = self.one(source=BRIDGED)
        self.forget(id)
        invocation(self.seen, id, self.seen.sent[id], "ok")
        self.assert_fails("over the bridge, one tenant's outage delays nobody", f"{self.seen.sent[id].id} had to wait")

    def test_a_tenant_that_was_retried_for_another_s_failure_is_noticed(self):
        id = self.one(source=BRIDGED)
        self.forget(id)
        for outcome in ("refused", "ok"):
            invocation(self.seen, id, self.seen.sent[id], outcome)
        self.assert_fails("over the bridge, one tenant's outage delays nobody", "was handed out 1 times more")

    def test_a_bridge_over_which_nothing_failed_shows_nothing(self):
        for id, message in self.seen.sent.items():
            if message.source == BRIDGED and message.end == End.DEAD_LETTER:
                self.forget(id)
        self.assert_fails("over the bridge, one tenant's outage delays nobody", "nothing is shown")

    def test_a_record_that_was_changed_in_quarantine_is_noticed_whatever_it_came_from(self):
        for source in SOURCES:
            with self.subTest(source):
                self.seen = perfect()
                place = next(place for place, kept in enumerate(self.seen.quarantined) if kept.source == source)
                kept = self.seen.quarantined[place]
                changed = record(kept.name, dataclasses.replace(self.seen.sent[kept.name], body='{"id": "changed"}'))
                for body in ("{}", "no JSON", json.dumps(changed)):
                    self.seen.quarantined[place] = dataclasses.replace(kept, body=body)
                    self.assert_fails("rejected records are kept whole, with their reason", "is not kept as it was sent")

    def test_a_record_without_an_attribute_in_quarantine_is_noticed(self):
        del self.seen.quarantined[0].attributes["first_seen"]
        self.assert_fails("rejected records are kept whole, with their reason", "without first_seen")

    def test_another_reason_than_the_right_one_is_noticed(self):
        self.seen.quarantined[0].attributes["reason"] = "undecided"
        self.assert_fails("each is rejected for its own reason", "was as undecided")

    def test_a_mishap_that_did_not_happen_is_noticed(self):
        id = next(id for id, message in self.seen.sent.items() if message.misbehaves)
        self.forget(id)
        invocation(self.seen, id, self.seen.sent[id], "ok")
        self.assert_fails("what went wrong was tried again", self.seen.sent[id].id)

    def test_a_message_that_was_processed_twice_is_noticed(self):
        id = self.one(source=STANDARD)
        invocation(self.seen, id, self.seen.sent[id], "ok")
        self.assert_fails("nothing is processed twice, but behind a checkpoint", "was processed 2 times")

    def test_what_a_checkpoint_hands_out_again_may_be_processed_twice(self):
        id = self.one(source=KINESIS)
        invocation(self.seen, id, self.seen.sent[id], "ok")
        self.assertEqual(failing(self.seen), {})

    def test_an_invocation_that_only_one_witness_saw_is_noticed(self):
        self.seen.journal.pop()
        self.assert_fails("backend and emulator tell the same story", "invocations")

    def test_a_second_act_in_which_no_router_died_shows_nothing(self):
        wrong = [found.name for found in check(self.seen, RULES_WHEN_KILLED) if not found.holds]
        self.assertEqual(wrong, ["routers were killed in the middle of their batches"])

    def test_the_figures_add_up_to_what_was_sent(self):
        figures = facts(self.seen, self.seen, perfect_trust())
        mine = sum(sum(tenant.sent.values()) for tenant in figures.tenants)
        self.assertEqual(mine + sum(figures.rejected.values()), figures.sent)
        self.assertEqual(sum(tenant.delivered + tenant.dead for tenant in figures.tenants), mine)
        for source in figures.sources:
            self.assertEqual(source.delivered + source.rejected + source.dead, source.sent, source.name)
