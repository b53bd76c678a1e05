"""Without Terraform, the demo creates exactly what the modules render."""

import json
import re
import tempfile
import unittest
import zipfile
from pathlib import Path

from demo.configurations import BRIDGED, CONFIGURATIONS, FUNCTIONS, OTHERS, QUEUES
from demo.rendered import Rendered, files, load
from demo.rendered.create import Creator
from demo.rendered.kinds import ARCHITECTURE, KINDS, LEFT_OUT
from demo.rendered.render import refuse_unknown
from demo.setup import SetupFailed
from demo.setup.deploy import early_of
from demo.tests.emulator_case import EmulatorCase
from scripts.terraform.binary import TerraformUnavailable
from scripts.terraform.providers import Kind, Need, find


class Files(unittest.TestCase):
    def test_files_match_what_the_modules_render(self):
        try:
            providers = find(Need.CHECK, lambda _: None)
        except TerraformUnavailable as problem:
            self.skipTest(str(problem))
        if providers.kind is Kind.NONE:
            self.skipTest("there is no provider, not even the schema provider")
        found = files.differences(files.fresh(providers))
        self.assertEqual(found, "", "run `python3 -m demo.rendered --write`")

    def test_every_file_belongs_to_a_configuration(self):
        self.assertEqual({file.stem for file in files.FILES.iterdir()}, set(CONFIGURATIONS))

    def test_difference_names_the_resource(self):
        changed = {name: load(name) for name in CONFIGURATIONS}
        changed[QUEUES].resources.pop()
        self.assertIn("aws_lambda_event_source_mapping", files.differences(changed))

    def test_early_resources_need_no_router(self):
        early = {address.rsplit("aws_", 1)[1].split(".")[0] for name in CONFIGURATIONS for address in early_of(load(name))}
        self.assertEqual({kind for kind in early if "lambda" in kind or "policy" in kind}, {"s3_bucket_policy"})
        self.assertIn("sqs_queue", early)


class Unknown(unittest.TestCase):
    """A resource or argument that the demo would not create is an error when it is rendered."""

    def refusal(self, type: str, **planned) -> str:
        with self.assertRaises(SetupFailed) as refused:
            refuse_unknown({"module.a.it": type}, {"module.a.it": {"after": planned}})
        return str(refused.exception)

    def test_resource_of_unknown_type_is_rejected(self):
        self.assertIn("module.a.it", self.refusal("aws_sns_topic", name="a"))

    def test_unknown_argument_is_rejected(self):
        self.assertIn("delay_seconds", self.refusal("aws_sqs_queue", name="a", delay_seconds=5))

    def test_known_and_unset_arguments_pass(self):
        planned = {"name": "a", "sqs_managed_sse_enabled": True, "tags": {}, "delay_seconds": None}
        refuse_unknown({"module.a.it": "aws_sqs_queue"}, {"module.a.it": {"after": planned}})


class Names(unittest.TestCase):
    def creator(self, **names: str) -> Creator:
        made = Creator(None, Rendered([], {}, {}), Path(), "arm64")
        made.names = names
        return made

    def test_whole_names_are_replaced_everywhere(self):
        made = self.creator(**{"https://a/orders": "http://b/orders", "https://a/orders-dlq": "http://b/dlq"})
        named = {"text": json.dumps({"queue": "https://a/orders"}), "urls": ["https://a/orders-dlq", "https://a/orders-other", 5]}
        self.assertEqual(made.here(named), {"text": '{"queue": "http://b/orders"}', "urls": ["http://b/dlq", "https://a/orders-other", 5]})

    def test_nothing_is_replaced_without_a_name(self):
        self.assertEqual(self.creator().here("https://a/orders"), "https://a/orders")


class Created(EmulatorCase):
    """The demo's configurations on the emulator, created without Terraform."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        zips = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        for name in FUNCTIONS:
            with zipfile.ZipFile(zips / f"{name}-{ARCHITECTURE}.zip", "w") as archive:
                archive.writestr("bootstrap", "#!/bin/sh\nexit 1\n")
        cls.made = {name: Creator(cls.cloud, load(name), zips, ARCHITECTURE) for name in CONFIGURATIONS}
        cls.counts = {name: creator.early() + creator.late() for name, creator in cls.made.items()}

    def attributes(self, url: str) -> dict:
        return self.cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    def configuration(self, function: str) -> dict:
        function_configuration = self.cloud.client("lambda").get_function_configuration(FunctionName=function)
        return json.loads(function_configuration["Environment"]["Variables"]["TENANT_ROUTER_CONFIG"])

    def test_every_resource_is_created_or_excluded(self):
        for name, creator in self.made.items():
            self.assertEqual(self.counts[name], len(creator.rendered.resources))
            self.assertTrue(creator.rendered.left_out.keys() <= LEFT_OUT.keys())
            self.assertTrue({resource.type for resource in creator.rendered.resources} <= KINDS.keys())

    def test_queue_has_the_attributes_of_its_module(self):
        outputs = self.made[QUEUES].outputs()
        found = self.attributes(outputs["fifo_queue_url"])
        self.assertEqual((found["VisibilityTimeout"], found["FifoQueue"]), ("192", "true"))
        dead_letters = self.attributes(outputs["fifo_dlq_url"])["QueueArn"]
        self.assertEqual(json.loads(found["RedrivePolicy"]), {"deadLetterTargetArn": dead_letters, "maxReceiveCount": 5})

    def test_router_is_configured_with_the_emulators_queues(self):
        bridged, outputs = self.configuration("bridged-clicks-router"), self.made[BRIDGED].outputs()
        self.assertEqual(bridged["bridge"]["fifo_queue"], outputs["bridge_queue_url"])
        self.assertEqual(bridged["on_reject"]["quarantine"], outputs["quarantine_url"])
        self.assertTrue(outputs["quarantine_url"].startswith(self.cloud.endpoint))

    def test_every_mapping_reads_a_source_that_exists(self):
        mappings = self.cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"]
        wanted = [resource for name in CONFIGURATIONS for resource in load(name).resources if resource.type == "aws_lambda_event_source_mapping"]
        self.assertEqual(len(mappings), len(wanted))
        [table] = [mapping for mapping in mappings if "dynamodb" in mapping["EventSourceArn"]]
        stream = self.cloud.client("dynamodb").describe_table(TableName="demo-orders")["Table"]["LatestStreamArn"]
        self.assertEqual(table["EventSourceArn"], stream)
        self.assertEqual(table["DestinationConfig"]["OnFailure"]["Destination"], "arn:aws:s3:::demo-dynamodb-failed-demo")
        self.assertTrue(all(mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for mapping in mappings))

    def test_rules_lead_to_the_queue_and_to_the_router(self):
        events = self.cloud.client("events")
        targets = [events.list_targets_by_rule(Rule=rule, EventBusName="demo-shop")["Targets"][0] for rule in ("demo-events", "demo-direct")]
        self.assertEqual([target["Arn"].split(":")[2] for target in targets], ["sqs", "lambda"])
        self.assertEqual(self.made[OTHERS].outputs()["sources"]["direct"]["router_function_name"], "demo-direct-router")

    def test_failed_resource_is_reported(self):
        twice = next(resource for resource in load(QUEUES).resources if resource.type == "aws_iam_role")
        with self.assertRaisesRegex(SetupFailed, f"{re.escape(twice.address)}: the emulator said: .*already exists"):
            Creator(self.cloud, Rendered([twice], {}, {}), Path(), ARCHITECTURE).early()
