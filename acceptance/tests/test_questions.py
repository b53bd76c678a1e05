"""How answers are derived; an emulator's answers are never shown."""

import unittest
from pathlib import Path

from acceptance.existing import Existing
from acceptance.logs import Logs
from acceptance.questions.catalogue import QUESTIONS
from acceptance.questions.cloudtrail import MARK, ClientContextInCloudTrail, logs_invocations
from acceptance.questions.kafka import KafkaIdentifier
from acceptance.questions.platform_lines import PlatformLines
from acceptance.questions.question import EMULATED, Question
from acceptance.questions.step_functions import ID, TenantIdInSdkIntegration
from acceptance.questions.stream import Quiet, described, missed
from acceptance.target import Target


def asked(question: type[Question], endpoint: str | None = None, kafka: str | None = None) -> Question:
    target = Target("123456789012", "eu-west-1", endpoint)
    return question(Existing(target, "accept-0a1b2c", Path("dist"), "arm64", Path("/nowhere")), Logs(target), kafka)


class Answers(unittest.TestCase):
    def test_emulators_answer_is_never_shown(self):
        for question in QUESTIONS:
            here = asked(question, "http://127.0.0.1:1")
            here.answered("yes", seen="something")
            self.assertEqual((here.answer.answer, here.answer.evidence), ("", {}))
            self.assertEqual(here.answer.rehearsed, question.asks_aws)

    def test_emulators_reason_is_never_shown(self):
        here = asked(PlatformLines, "http://127.0.0.1:1")
        here.unanswered("its log says this and that")
        self.assertEqual((here.answer.not_measured, here.answer.rehearsed), (EMULATED, False))

    def test_accounts_answer_is_shown(self):
        here = asked(PlatformLines)
        here.answered("yes", lines=3)
        self.assertEqual((here.answer.answer, here.answer.evidence, here.answer.not_measured), ("yes", {"lines": 3}, ""))

    def test_failed_question_stays_open_with_the_reason(self):
        def broken():
            yield
            raise PermissionError("User: x is not authorized to perform: states:CreateStateMachine")

        here = asked(TenantIdInSdkIntegration)
        self.assertEqual(list(here.attempt(broken)), [None])
        self.assertIn("a permission is missing: states:CreateStateMachine", here.answer.not_measured)
        self.assertEqual(len(here.errors), 1)

    def test_question_that_was_never_asked_says_so(self):
        self.assertIn("not asked", asked(PlatformLines).answer.not_measured)


class Stream(unittest.TestCase):
    def test_batches_are_described_in_words(self):
        batches = [["0", "1", "2", "3"], ["0", "1"], ["0"], ["1"], ["2", "3"]]
        self.assertEqual(
            described(batches),
            "the named record came 3 times, records 4, 5, 6, 7 were discarded with it; "
            "batches of 4 from record 0, 2 from record 0, 1 from record 0, 1 from record 1, 2 from record 2",
        )

    def test_nothing_is_missed_when_every_other_record_was_accepted(self):
        self.assertEqual(missed([["0", "1"], ["1", "2", "3", "4"], ["5", "6", "7"]]), [])
        self.assertIn("every other record was processed", described([["0", *"1234567"], list("1234567")]))

    def test_stream_is_quiet_without_new_batches(self):
        counts = iter((1, 2, 2, 2))
        quiet = Quiet(lambda: next(counts), 0.0)
        self.assertTrue(quiet.holds())
        self.assertFalse(Quiet(lambda: 1, 60).holds())


class Kafka(unittest.TestCase):
    def test_kafka_question_stays_open_with_and_without_a_cluster(self):
        for cluster, wanted in ((None, "no cluster was given"), ("arn:aws:kafka:x", "arn:aws:kafka:x was given")):
            here = asked(KafkaIdentifier, kafka=cluster)
            list(here.steps())
            self.assertIn(wanted, here.answer.not_measured)
            self.assertIn("no Kafka router yet", here.answer.not_measured)


class StepFunctions(unittest.TestCase):
    def judged(self, ended: dict | None, *tenants: str) -> TenantIdInSdkIntegration:
        here = asked(TenantIdInSdkIntegration)
        here.logs.journal = lambda _: [{"tenant_id": tenant, "records": [{"id": ID}]} for tenant in tenants]
        here.interpret(ended)
        return here

    def test_yes_needs_an_invocation_for_the_tenant(self):
        self.assertTrue(self.judged({"status": "SUCCEEDED"}, "blue").answer.answer.startswith("yes"))
        self.assertEqual(self.judged({"status": "SUCCEEDED"}).answer.answer, "")
        self.assertEqual(self.judged({"status": "SUCCEEDED"}, "green").answer.answer, "")

    def test_no_with_the_error_of_the_task(self):
        answer = self.judged({"status": "FAILED", "error": "Lambda.InvalidParameterValueException", "cause": "Add a valid tenant ID"}).answer
        self.assertTrue(answer.answer.startswith("no"))
        self.assertEqual(answer.evidence["error"], "Lambda.InvalidParameterValueException")

    def test_endless_execution_gives_no_answer(self):
        self.assertIn("did not end", self.judged(None).answer.not_measured)

    def test_the_definition_names_tenant_and_backend(self):
        task = asked(TenantIdInSdkIntegration).definition()["States"]["Ask"]
        self.assertEqual((task["Resource"], task["Parameters"]["TenantId"]), ("arn:aws:states:::aws-sdk:lambda:invoke", "blue"))


class Platform(unittest.TestCase):
    def test_each_line_type_is_listed_with_its_tenant_fields(self):
        here = asked(PlatformLines)
        here.interpret(
            [
                {"type": "platform.start", "record": {"requestId": "1", "tenantId": "blue"}},
                {"type": "platform.report", "record": {"requestId": "1", "metrics": {}, "tenantId": "blue"}},
                {"type": "platform.report", "record": {"requestId": "2", "metrics": {}}},
                {"event": "demo_backend", "tenantId": "blue"},
            ]
        )
        self.assertEqual(
            here.answer.answer,
            "platform.report: record.tenantId in 1 of 2; platform.start: record.tenantId in 1 of 1; the function's own lines: tenantId in 1 of 1",
        )
        self.assertEqual(here.answer.evidence["report"], ["metrics", "requestId", "tenantId"])

    def test_missing_report_line_gives_no_answer(self):
        here = asked(PlatformLines)
        here.interpret([{"event": "demo_backend"}])
        self.assertIn("platform.report", here.answer.not_measured)

    def test_lines_without_a_tenant_are_listed(self):
        here = asked(PlatformLines)
        here.interpret([{"type": "platform.report", "record": {"requestId": "1"}}])
        self.assertTrue(here.answer.answer.startswith("platform.report: no tenantId in any of 1"))


class CloudTrail(unittest.TestCase):
    def test_the_context_is_found_under_its_name_and_by_its_content(self):
        for asking, said in (
            ({"functionName": "f", "clientContext": "x"}, "yes"),
            ({"functionName": MARK}, "yes"),
            ({"functionName": "f"}, "no"),
            (None, "no"),
        ):
            here = asked(ClientContextInCloudTrail)
            here.interpret({"eventName": "Invoke20150331", "requestParameters": asking})
            self.assertTrue(here.answer.answer.startswith(said), here.answer.answer)

    def test_a_trail_is_known_by_either_kind_of_selectors(self):
        function = "AWS::Lambda::Function"
        self.assertTrue(logs_invocations({"EventSelectors": [{"DataResources": [{"Type": function, "Values": ["arn:aws:lambda"]}]}]}))
        self.assertTrue(logs_invocations({"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "resources.type", "Equals": [function]}]}]}))
        self.assertFalse(logs_invocations({"EventSelectors": [{"DataResources": [{"Type": "AWS::S3::Object"}]}]}))
        self.assertFalse(logs_invocations({"EventSelectors": [{"ReadWriteType": "All"}]}))
