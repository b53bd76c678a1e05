"""The working copy: unchanged in an account, adapted for an emulator."""

import json
import tempfile
import unittest
from pathlib import Path

from acceptance.deployment import ISOLATED, Deployment, Tree, provider_version
from acceptance.target import Target
from scripts.terraform import workspace
from scripts.terraform.providers import APPLIED_VERSION

BACKEND = "modules/backend/main.tf"
LOCK = 'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "6.49.0"\n  constraints = ">= 6.23.0"\n}\n'


class WorkingCopy(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def tree(self, endpoint: str | None) -> Tree:
        tree = Tree(self.folder / "tree", Target("123456789012", "eu-west-1", endpoint), "accept-0a1b2c", "terraform", {})
        tree.prepare()
        return tree

    def test_modules_and_examples_stay_unchanged_in_an_account(self):
        tree = self.tree(None)
        for path in workspace.REPOSITORY.glob("modules/**/*.tf"):
            name = path.relative_to(workspace.REPOSITORY)
            self.assertEqual((tree.folder / name).read_text(), path.read_text(), name)
        self.assertTrue((tree.folder / "examples/complete" / workspace.LOCK).is_file())

    def test_terraform_is_limited_to_the_account_and_tags_all(self):
        override = self.tree(None).override()
        self.assertIn('allowed_account_ids = ["123456789012"]', override)
        self.assertIn('"tenant-router-acceptance" = "accept-0a1b2c"', override)
        self.assertNotIn("skip_", override)
        self.assertNotIn("version", override)

    def test_emulator_gets_its_provider_and_a_tenancy_tag(self):
        tree = self.tree("http://127.0.0.1:1")
        self.assertNotIn("tenancy_config", (tree.folder / BACKEND).read_text())
        self.assertIn(f'"{ISOLATED[0]}" = "{ISOLATED[1]}"', (tree.folder / "modules/backend/acceptance_override.tf").read_text())
        self.assertIn(f'version = "{APPLIED_VERSION}"', tree.override())
        self.assertIn("skip_credentials_validation = true", tree.override())

    def test_example_gets_its_variables_and_the_override(self):
        deployment = Deployment(self.tree(None), "sqs-quickstart", {"name": "accept-0a1b2c-quickstart"})
        self.assertFalse(deployment.is_prepared)
        deployment.prepare()
        self.assertTrue(deployment.is_prepared)
        self.assertEqual(json.loads((deployment.folder / "acceptance.auto.tfvars.json").read_text()), {"name": "accept-0a1b2c-quickstart"})
        self.assertIn("default_tags", (deployment.folder / "acceptance_override.tf").read_text())

    def test_created_resources_are_read_from_the_state(self):
        deployment = Deployment(self.tree(None), "sqs-quickstart", {})
        self.assertEqual((deployment.created(), deployment.outputs()), ({}, {}))
        queue = {"mode": "managed", "type": "aws_sqs_queue", "instances": [{"attributes": {"id": "a"}}, {"attributes": {"id": "b"}}]}
        read = {"mode": "data", "type": "aws_region", "instances": [{"attributes": {}}]}
        state = {"outputs": {"queue_url": {"value": "u"}}, "resources": [queue, read, queue]}
        (deployment.folder / "terraform.tfstate").write_text(json.dumps(state))
        self.assertEqual((deployment.created(), deployment.outputs()), ({"aws_sqs_queue": 4}, {"queue_url": "u"}))
        self.assertEqual([each["id"] for each in deployment.resources("aws_sqs_queue")], ["a", "b", "a", "b"])

    def test_installed_provider_is_reported(self):
        tree = self.tree("http://127.0.0.1:1")
        self.assertEqual(provider_version(tree), "none was installed")
        (tree.folder / "examples/complete" / workspace.LOCK).write_text(LOCK)
        self.assertEqual(provider_version(tree), "6.49.0")
