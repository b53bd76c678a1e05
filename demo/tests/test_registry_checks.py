"""Every check of the third phase can fail, and names the cause."""

import dataclasses
import unittest

from demo.evidence.checks import check
from demo.evidence.facts import facts
from demo.evidence.trust import Killed
from demo.evidence.trust_checks import RULES
from demo.messages import GUARDED, trust
from demo.setup.tenantctl import Run
from demo.tests.perfect import invocation, kept
from demo.tests.perfect import perfect as perfect_acts
from demo.tests.perfect_registry import BACK, LET_IN, OPENING, WITHIN, perfect

QUARANTINED = "records of a suspended and of an unknown tenant are quarantined, whole and with that reason"
OTHERS = "tenants that share a group with them are not delayed"
BEFORE = "no backend gets a record of a tenant before the registry activates it"
REPLAYED = "once activated and replayed, its records are delivered once, in the order of their group"
KNOWN = "while the registry is unavailable, tenants that the router knows are served"
WAIT = "new tenants wait, and all tenants wait when the cached answers are too old"
NOTHING_ASIDE = "an outage of the registry puts nothing into the quarantine or the dead-letter queue"
BACK_AGAIN = "when the registry is back, everything is delivered, once and in order"
KILLED = "replays were killed with records in progress"
LOST = "nothing is lost because of that, and every group keeps its order"
TOLD = "what they may have sent twice is reported"


class TrustChecks(unittest.TestCase):
    def setUp(self):
        self.seen = perfect()

    def failing(self) -> dict[str, list[str]]:
        return {found.name: found.wrong for found in check(self.seen, RULES) if not found.holds}

    def assert_fails(self, name: str, naming: str) -> None:
        wrong = self.failing()
        self.assertIn(name, wrong)
        self.assertTrue(any(naming in sentence for sentence in wrong[name]), wrong[name])

    def forget(self, id: str) -> None:
        self.seen.seen.journal = [line for line in self.seen.seen.journal if line["records"][0]["message_id"] != id]
        self.seen.seen.trace = [line for line in self.seen.seen.trace if line["records"] != [id]]

    def again(self, id: str, at: float) -> None:
        invocation(self.seen.seen, id, self.seen.seen.sent[id], "ok")
        self.seen.seen.trace[-1]["at"] = at

    def move(self, id: str, at: float) -> None:
        next(line for line in self.seen.seen.trace if line["records"] == [id])["at"] = at

    def swap(self, one: str, other: str) -> None:
        trace = self.seen.seen.trace
        places = [place for place, line in enumerate(trace) if line["records"] in ([one], [other])]
        trace[places[0]], trace[places[1]] = trace[places[1]], trace[places[0]]

    def test_perfect_phase_passes_all_checks(self):
        self.assertEqual(self.failing(), {})

    def test_failed_command_is_found_with_its_output(self):
        self.seen.runs.append(Run("tenants activate dune", 3, {"error": {"problem": "no such table"}}))
        problem = "tenants activate dune ended with exit code 3: {'error': {'problem': 'no such table'}}"
        self.assert_fails("every tenantctl command succeeded", problem)

    def test_phase_without_commands_proves_nothing(self):
        self.seen.runs = []
        self.assert_fails("every tenantctl command succeeded", "was not run")

    def test_rejected_record_outside_the_quarantine_is_found(self):
        self.seen.first.quarantined.pop()
        self.assert_fails(QUARANTINED, "was not quarantined")

    def test_rejected_record_with_another_reason_is_found(self):
        self.seen.first.quarantined[0].attributes["reason"] = "offboarded"
        self.assert_fails(QUARANTINED, "was rejected as offboarded")

    def test_changed_rejected_record_is_found(self):
        record = self.seen.first.quarantined[0]
        self.seen.first.quarantined[0] = dataclasses.replace(record, body=record.body.replace('"tenantId"', '"tenant"'))
        self.assert_fails(QUARANTINED, "is not kept as it was sent")

    def test_quarantined_record_of_an_active_tenant_is_found(self):
        id, message = next((id, message) for id, message in self.seen.first.sent.items() if not message.reason)
        self.seen.first.quarantined.append(kept(id, dataclasses.replace(message, reason="suspended")))
        self.assert_fails(QUARANTINED, "although its tenant is active")

    def test_active_tenant_delayed_by_rejected_records_is_found(self):
        self.move("anvil-shared-1-3", LET_IN + 1)
        self.assert_fails(OTHERS, "anvil-shared-1-3 had to wait")

    def test_lost_or_repeated_record_of_an_active_tenant_is_found(self):
        self.again("birch-shared-1-1", OPENING)
        self.assert_fails(OTHERS, "birch-shared-1-1 was processed 2 times")
        self.forget("birch-shared-1-1")
        self.assert_fails(OTHERS, "birch-shared-1-1 (guarded) should be delivered, is nowhere")

    def test_record_before_its_activation_is_found(self):
        for tenant in trust.REJECTED:
            with self.subTest(tenant):
                self.seen = perfect()
                id = next(id for id, message in self.seen.seen.sent.items() if message.tenant == tenant)
                self.move(id, self.seen.activated[tenant] - 0.5)
                self.assert_fails(BEFORE, f"{id} of {tenant} reached a backend")

    def test_tenant_that_was_never_activated_proves_nothing(self):
        del self.seen.activated[trust.UNKNOWN]
        self.assert_fails(BEFORE, "ember was never activated")

    def test_replayed_record_not_delivered_once_is_found(self):
        self.again("dune-shared-1-1", BACK)
        self.assert_fails(REPLAYED, "dune-shared-1-1 was processed 2 times")
        self.forget("dune-shared-1-1")
        self.assert_fails(REPLAYED, "dune-shared-1-1 (guarded) should be delivered, is nowhere")

    def test_replayed_record_out_of_order_is_found(self):
        self.swap("dune-shared-2-1", "dune-shared-2-3")
        self.assert_fails(REPLAYED, "dune shared-2")

    def test_known_tenant_that_waits_in_the_outage_is_found(self):
        self.move("cobalt-cobalt#outage-2", BACK)
        self.assert_fails(KNOWN, "cobalt-cobalt#outage-2 waited")

    def test_unconfirmed_tenant_must_wait(self):
        for id in ("fjord-fjord#outage-1", "anvil-anvil#outage-5"):
            with self.subTest(id):
                self.seen = perfect()
                self.move(id, WITHIN)
                self.assert_fails(WAIT, f"{id} reached a backend")

    def test_record_that_missed_the_outage_proves_nothing(self):
        self.seen.attempts["fjord-fjord#outage-2"] = [BACK]
        self.assert_fails(WAIT, "the router did not get fjord-fjord#outage-2")

    def test_record_quarantined_or_dead_lettered_in_the_outage_is_found(self):
        self.seen.outage.quarantined = 1
        self.assert_fails(NOTHING_ASIDE, "1 messages were quarantined")
        self.seen.seen.dead.append((GUARDED, "anvil-anvil#outage-5"))
        self.assert_fails(NOTHING_ASIDE, "anvil-anvil#outage-5 went to the dead-letter queue")

    def test_record_missing_after_the_outage_is_found(self):
        self.forget("fjord-fjord#outage-2")
        self.assert_fails(BACK_AGAIN, "fjord-fjord#outage-2 (guarded) should be delivered, is nowhere")

    def test_wrong_order_after_the_outage_is_found(self):
        self.swap("anvil-anvil#outage-5", "anvil-anvil#outage-6")
        self.assert_fails(BACK_AGAIN, "anvil anvil#outage")

    def test_replays_killed_without_records_prove_nothing(self):
        self.seen.killed = [Killed(0, 0), Killed(5, 3)]
        self.assert_fails(KILLED, "of 2 killed replays, 1 had records in progress")

    def test_replays_killed_before_any_progress_prove_nothing(self):
        self.seen.killed = [Killed(0, 10), Killed(0, 10)]
        self.assert_fails(KILLED, "proves nothing")

    def test_record_lost_with_a_killed_replay_is_found(self):
        self.forget("grove-pile-1-4")
        self.assert_fails(LOST, "grove-pile-1-4 (guarded) is nowhere")

    def test_record_still_in_the_quarantine_is_found(self):
        self.forget("grove-pile-1-4")
        self.seen.seen.quarantined.append(kept("grove-pile-1-4", self.seen.seen.sent["grove-pile-1-4"]))
        self.assert_fails(LOST, "grove-pile-1-4 (guarded) should be delivered, is quarantined")

    def test_wrong_order_after_a_killed_replay_is_found(self):
        self.swap("grove-pile-6-1", "grove-pile-6-2")
        self.assert_fails(LOST, "grove pile-6")

    def test_unreported_repeat_is_found(self):
        self.again("grove-pile-1-1", BACK + 9)
        self.assert_fails(TOLD, "1 records were delivered again, 0 were reported")
        self.seen.reruns = [Run("quarantine replay", 0, {"possible_repeats": ["sqs-7"]})]
        self.assertEqual(self.failing(), {})

    def test_record_of_another_tenant_is_found(self):
        for line in (*self.seen.seen.journal, *self.seen.seen.trace):
            line["tenant_id"] = "no-such-tenant"
        self.assert_fails("with a registry too, every message reaches its own tenant only", "was delivered to no-such-tenant")

    def test_invocation_missing_in_journal_or_trace_is_found(self):
        self.seen.seen.journal.pop()
        self.assert_fails("with a registry too, the journals and the trace agree", "invocations")

    def test_figures_describe_the_phase(self):
        figures = facts(perfect_acts(), perfect_acts(), self.seen)
        self.assertEqual((figures.third.guarded, figures.third.quarantined, figures.third.killed), (148, 110, 2))
