"""With the schema provider, a correct configuration passes and a wrong one fails, however Terraform reaches the provider."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from scripts.build import ROOT
from scripts.terraform import providers, schema_only, workspace
from scripts.terraform.binary import TerraformUnavailable, terraform_binary
from scripts.terraform.served import NotServed, served
from scripts.test.tests import loopback_registry

try:
    BINARY, MISSING = terraform_binary(), ""
except TerraformUnavailable as problem:
    BINARY, MISSING = None, str(problem)

MODULE = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.23.0, < 7.0.0"
    }
  }
}

resource "aws_lambda_function" "backend" {
  function_name = "backend"
  role          = "arn:aws:iam::111122223333:role/backend"
  filename      = "main.tf"
  handler       = "bootstrap"
  runtime       = "provided.al2023"

  tenancy_config {
    tenant_isolation_mode = "PER_TENANT"
  }
}
"""
TEST = """mock_provider "aws" {}

run "isolated" {
  assert {
    condition     = aws_lambda_function.backend.tenancy_config[0].tenant_isolation_mode == "PER_TENANT"
    error_message = "the backend must be tenant-isolated"
  }
}
"""


@unittest.skipIf(MISSING, MISSING)
class Case(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.module, self.scratch = self.folder / "module", self.folder / "scratch"
        self.module.mkdir()
        self.scratch.mkdir()
        self.write(MODULE, TEST)
        mirror = schema_only.mirror(providers.HOME / "schema-only")
        self.environment = providers.from_mirror(providers.Kind.SCHEMA_ONLY, BINARY, mirror, "", self.folder / "own").environment()

    def write(self, module: str, test: str) -> None:
        (self.module / "main.tf").write_text(module)
        (self.module / "backend.tftest.hcl").write_text(test)

    def code(self, *arguments: str, environment: dict[str, str] | None = None) -> int:
        return workspace.run([BINARY.path, *arguments, "-no-color"], self.module, environment or self.environment).code

    def check_finds_errors(self, environment: dict[str, str] | None = None) -> None:
        self.assertEqual(self.code("validate", environment=environment), 0)
        self.assertEqual(self.code("test", environment=environment), 0)
        self.write(MODULE, TEST.replace('== "PER_TENANT"', '== "SHARED"'))
        self.assertNotEqual(self.code("test", environment=environment), 0, "a false assertion")
        self.write(MODULE.replace("tenant_isolation_mode", "tenant_isolation_mood"), TEST)
        self.assertNotEqual(self.code("validate", environment=environment), 0, "a misspelt argument")
        self.write(MODULE, TEST)


class SchemaOnly(Case):
    def test_provider_started_by_terraform_finds_errors(self):
        self.assertEqual(self.code("init"), 0)
        self.check_finds_errors()

    def test_served_provider_finds_errors_without_a_restart(self):
        self.assertEqual(self.code("init"), 0)
        with served(BINARY, self.module, self.environment, self.scratch) as environment:
            self.check_finds_errors(environment | {"TF_CLI_CONFIG_FILE": os.devnull})

    def test_calls_that_need_aws_are_rejected(self):
        self.assertEqual(self.code("init"), 0)
        result = workspace.run([BINARY.path, "plan", "-no-color"], self.module, self.environment)
        self.assertNotEqual(result.code, 0)
        self.assertIn("only serves schemas", " ".join(result.output.replace("│", " ").split()))

    def test_provider_that_does_not_start_is_reported_with_its_output(self):
        with self.assertRaisesRegex(NotServed, "not installed"), served(BINARY, self.module, self.environment, self.scratch):
            pass
        self.assertEqual(self.code("init"), 0)
        broken = self.environment | {"PYTHONHOME": "/no/such/folder"}
        with self.assertRaisesRegex(NotServed, "(?s)did not start.*/no/such/folder"), served(BINARY, self.module, broken, self.scratch):
            pass

    @unittest.skipUnless(sys.platform == "linux", "only Linux ends a process with its parent")
    def test_provider_ends_when_its_script_is_killed(self):
        self.assertEqual(self.code("init"), 0)
        script = (
            "import os, sys; from pathlib import Path; from scripts.terraform.binary import terraform_binary\n"
            "from scripts.terraform.served import served\n"
            "with served(terraform_binary(), Path(sys.argv[1]), dict(os.environ), Path(sys.argv[2])) as environment:\n"
            "    print(environment['TF_REATTACH_PROVIDERS'], flush=True); sys.stdin.read()\n"
        )
        command = [sys.executable, "-c", script, str(self.module), str(self.scratch)]
        with subprocess.Popen(command, cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            [reattach] = json.loads(process.stdout.readline()).values()
            process.send_signal(signal.SIGKILL)
        self.assertTrue(ends(reattach["Pid"]), "the provider still runs after its script ended")


def ends(pid: int) -> bool:
    """Whether the process ends within ten seconds. A zombie process counts as ended."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.1)
    return False


class FromARegistry(Case):
    def test_provider_from_the_registry_finds_errors(self):
        home = self.folder / "home"
        home.mkdir()
        start = next((providers.HOME / "schema-only" / "mirror").glob("*/hashicorp/aws/*/*/terraform-provider-aws_*"))
        with loopback_registry.registry() as server:
            (home / ".terraformrc").write_text(f'host "{BINARY.registry}" {{\n  services = {{ "providers.v1" = "{server.url}" }}\n}}\n')
            given = {"HOME": str(home), "PATH": os.environ["PATH"], loopback_registry.STARTS: str(start)}
            found = providers.find(providers.Need.CHECK, lambda _: None, given, (), self.folder / "own")
            self.environment = found.environment(given)
            self.assertEqual(self.code("init"), 0)
        self.assertEqual(found.kind, providers.Kind.REGISTRY)
        self.check_finds_errors()


if __name__ == "__main__":
    unittest.main()
