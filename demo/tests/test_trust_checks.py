"""Every check of the third act can fail, and says of what."""

import dataclasses
import unittest

from demo.evidence.checks import check
from demo.evidence.facts import facts
from demo.evidence.trust import Killed
from demo.evidence.trust_checks import RULES
from demo.stage.tenantctl import Run
from demo.story import GUARDED, trust
from demo.tests.perfect import invocation, kept
from demo.tests.perfect import perfect as perfect_acts
from demo.tests.perfect_trust import BACK, LET_IN, OPENING, WITHIN, perfect

SET_ASIDE = "records of a suspended and of an unknown tenant are set aside, whole and for that reason"
OTHERS = "tenants that share a group with them do not notice"
BEFORE = "no backend sees a tenant before the registry lets it in"
REPLAYED = "let in and replayed, its records are delivered once, in the order of their group"
KNOWN = "while the registry is down, tenants that the router knows go on"
WAIT = "new tenants wait, and when what is known is too old, everyone does"
NOTHING_ASIDE = "an outage of the registry sets nothing aside and gives nothing up"
BACK_AGAIN = "when the registry is back, all is delivered, once and in order"
KILLED = "replays were killed with records in their hands"
LOST = "nothing is lost with them, and every group keeps its order"
TOLD = "what they may have sent twice is told"


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

    def test_a_perfect_act_passes_them_all(self):
        self.assertEqual(self.failing(), {})

    def test_a_command_that_failed_is_noticed_with_what_it_said(self):
        self.seen.runs.append(Run("tenants activate dune", 3, {"error": {"problem": "no such table"}}))
        self.assert_fails("tenantctl did as it was told", "tenants activate dune ended with exit code 3: {'error': {'problem': 'no such table'}}")

    def test_an_act_without_an_operator_shows_nothing(self):
        self.seen.runs = []
        self.assert_fails("tenantctl did as it was told", "was not run")

    def test_a_refused_record_that_is_not_in_the_quarantine_is_noticed(self):
        self.seen.first.quarantined.pop()
        self.assert_fails(SET_ASIDE, "was not set aside")

    def test_a_refused_record_for_another_reason_is_noticed(self):
        self.seen.first.quarantined[0].attributes["reason"] = "offboarded"
        self.assert_fails(SET_ASIDE, "was as offboarded")

    def test_a_refused_record_that_is_not_kept_as_it_was_is_noticed(self):
        record = self.seen.first.quarantined[0]
        self.seen.first.quarantined[0] = dataclasses.replace(record, body=record.body.replace('"tenantId"', '"tenant"'))
        self.assert_fails(SET_ASIDE, "is not kept as it was sent")

    def test_an_active_tenant_s_record_in_the_quarantine_is_noticed(self):
        id, message = next((id, message) for id, message in self.seen.first.sent.items() if not message.reason)
        self.seen.first.quarantined.append(kept(id, dataclasses.replace(message, reason="suspended")))
        self.assert_fails(SET_ASIDE, "though its tenant is active")

    def test_an_active_tenant_that_waits_for_the_refused_is_noticed(self):
        self.move("anvil-desk-1-3", LET_IN + 1)
        self.assert_fails(OTHERS, "anvil-desk-1-3 had to wait")

    def test_an_active_tenant_s_record_that_is_lost_or_comes_twice_is_noticed(self):
        self.again("birch-desk-1-1", OPENING)
        self.assert_fails(OTHERS, "birch-desk-1-1 was processed 2 times")
        self.forget("birch-desk-1-1")
        self.assert_fails(OTHERS, "birch-desk-1-1 (guarded) should be delivered, is nowhere")

    def test_a_record_that_reaches_a_backend_before_its_tenant_is_let_in_is_noticed(self):
        for tenant in trust.REJECTED:
            with self.subTest(tenant):
                self.seen = perfect()
                id = next(id for id, message in self.seen.seen.sent.items() if message.tenant == tenant)
                self.move(id, self.seen.let_in[tenant] - 0.5)
                self.assert_fails(BEFORE, f"{id} of {tenant} reached a backend")

    def test_a_tenant_that_was_never_let_in_shows_nothing(self):
        del self.seen.let_in[trust.UNKNOWN]
        self.assert_fails(BEFORE, "ember was never let in")

    def test_a_replayed_record_that_is_not_delivered_once_is_noticed(self):
        self.again("dune-desk-1-1", BACK)
        self.assert_fails(REPLAYED, "dune-desk-1-1 was processed 2 times")
        self.forget("dune-desk-1-1")
        self.assert_fails(REPLAYED, "dune-desk-1-1 (guarded) should be delivered, is nowhere")

    def test_a_replayed_record_that_overtakes_another_of_its_group_is_noticed(self):
        self.swap("dune-desk-2-1", "dune-desk-2-3")
        self.assert_fails(REPLAYED, "dune desk-2")

    def test_a_known_tenant_that_waits_during_the_outage_is_noticed(self):
        self.move("cobalt-cobalt#outage-2", BACK)
        self.assert_fails(KNOWN, "cobalt-cobalt#outage-2 waited")

    def test_a_tenant_that_nobody_can_vouch_for_must_wait(self):
        for id in ("fjord-fjord#outage-1", "anvil-anvil#outage-5"):
            with self.subTest(id):
                self.seen = perfect()
                self.move(id, WITHIN)
                self.assert_fails(WAIT, f"{id} reached a backend")

    def test_a_record_that_did_not_come_to_the_router_during_the_outage_shows_nothing(self):
        self.seen.handed["fjord-fjord#outage-2"] = [BACK]
        self.assert_fails(WAIT, "the router was not handed fjord-fjord#outage-2")

    def test_a_record_that_is_set_aside_or_given_up_for_the_outage_is_noticed(self):
        self.seen.outage.aside = 1
        self.assert_fails(NOTHING_ASIDE, "1 messages were set aside")
        self.seen.seen.dead.append((GUARDED, "anvil-anvil#outage-5"))
        self.assert_fails(NOTHING_ASIDE, "anvil-anvil#outage-5 was given up")

    def test_a_record_that_does_not_come_when_the_registry_is_back_is_noticed(self):
        self.forget("fjord-fjord#outage-2")
        self.assert_fails(BACK_AGAIN, "fjord-fjord#outage-2 (guarded) should be delivered, is nowhere")

    def test_an_order_that_is_lost_in_the_outage_is_noticed(self):
        self.swap("anvil-anvil#outage-5", "anvil-anvil#outage-6")
        self.assert_fails(BACK_AGAIN, "anvil anvil#outage")

    def test_replays_that_were_killed_with_nothing_in_their_hands_show_nothing(self):
        self.seen.killed = [Killed(0, 0), Killed(5, 3)]
        self.assert_fails(KILLED, "of 2 replays that were killed, 1 had records in their hands")

    def test_replays_that_were_all_killed_before_they_did_anything_show_nothing(self):
        self.seen.killed = [Killed(0, 10), Killed(0, 10)]
        self.assert_fails(KILLED, "nothing is shown")

    def test_a_record_that_is_lost_with_a_killed_replay_is_noticed(self):
        self.forget("grove-pile-1-4")
        self.assert_fails(LOST, "grove-pile-1-4 (guarded) is nowhere")

    def test_a_record_that_is_still_in_the_quarantine_is_noticed(self):
        self.forget("grove-pile-1-4")
        self.seen.seen.quarantined.append(kept("grove-pile-1-4", self.seen.seen.sent["grove-pile-1-4"]))
        self.assert_fails(LOST, "grove-pile-1-4 (guarded) should be delivered, is quarantined")

    def test_an_order_that_is_lost_with_a_killed_replay_is_noticed(self):
        self.swap("grove-pile-6-1", "grove-pile-6-2")
        self.assert_fails(LOST, "grove pile-6")

    def test_a_repeat_that_no_replay_told_is_noticed(self):
        self.again("grove-pile-1-1", BACK + 9)
        self.assert_fails(TOLD, "1 records were delivered again, 0 were told")
        self.seen.reruns = [Run("quarantine replay", 0, {"possible_repeats": ["sqs-7"]})]
        self.assertEqual(self.failing(), {})

    def test_a_record_in_another_tenant_s_hands_is_noticed(self):
        for line in (*self.seen.seen.journal, *self.seen.seen.trace):
            line["tenant_id"] = "stranger"
        self.assert_fails("behind a registry too, every message reaches its own tenant only", "was handed to stranger")

    def test_an_invocation_that_only_one_witness_saw_is_noticed(self):
        self.seen.seen.journal.pop()
        self.assert_fails("backend and emulator tell the same story of it", "invocations")

    def test_the_figures_tell_of_the_act(self):
        figures = facts(perfect_acts(), perfect_acts(), self.seen)
        self.assertEqual((figures.third.guarded, figures.third.aside, figures.third.killed), (148, 110, 2))
