"""The emulator follows Lambda's rules of tenant isolation mode."""

import json

from demo.tests.emulator_case import EmulatorCase
from demo.tests.functions import PER_TENANT, create, eventually, invoke


class TenantIsolation(EmulatorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        create(cls.cloud, "isolated", TenancyConfig=PER_TENANT)
        create(cls.cloud, "plain")

    def refused(self, name: str, **more) -> str:
        with self.assertRaises(self.cloud.client("lambda").exceptions.InvalidParameterValueException) as refusal:
            invoke(self.cloud, name, **more)
        return str(refusal.exception)

    def test_function_returns_its_tenancy_config(self):
        configuration = self.cloud.client("lambda").get_function_configuration(FunctionName="isolated")
        self.assertEqual(configuration["TenancyConfig"], PER_TENANT)

    def test_tag_isolates_a_function_for_older_clients(self):
        create(self.cloud, "tagged", Tags={"emulator-tenancy-config": PER_TENANT["TenantIsolationMode"]})
        configuration = self.cloud.client("lambda").get_function_configuration(FunctionName="tagged")
        self.assertEqual(configuration["TenancyConfig"], PER_TENANT)
        self.assertIn("Add a valid tenant ID", self.refused("tagged"))

    def test_other_tags_do_not_isolate(self):
        create(self.cloud, "otherwise-tagged", Tags={"team": PER_TENANT["TenantIsolationMode"]})
        self.assertIsNone(invoke(self.cloud, "otherwise-tagged")["tenant"])

    def test_isolated_function_needs_a_tenant_id(self):
        self.assertIn("Add a valid tenant ID", self.refused("isolated"))

    def test_plain_function_rejects_a_tenant_id(self):
        self.assertIn("not enabled", self.refused("plain", TenantId="a"))

    def test_plain_function_gets_no_tenant_id(self):
        self.assertIsNone(invoke(self.cloud, "plain")["tenant"])

    def test_tenants_never_share_an_environment(self):
        tenants = ("blue", "green", "blue", "green", "a b/c=d+e-f@g")
        answers = [invoke(self.cloud, "isolated", TenantId=tenant) for tenant in tenants]
        self.assertEqual([answer["tenant"] for answer in answers], list(tenants))
        for answer in answers:
            self.assertEqual(answer["seen"], [answer["tenant"]])

    def test_idle_environment_is_reused_for_its_tenant(self):
        first, second = (invoke(self.cloud, "isolated", TenantId="red") for _ in range(2))
        self.assertEqual(first["environment"], second["environment"])

    def test_asynchronous_invocation_keeps_its_tenant(self):
        answer = self.cloud.client("lambda").invoke(FunctionName="isolated", Payload=b"{}", TenantId="later", InvocationType="Event")
        self.assertEqual(answer["StatusCode"], 202)
        self.assertTrue(eventually(lambda: "later" in self.traced()))

    def traced(self) -> list[str]:
        trace = self.cloud.trace
        return [json.loads(line)["tenant_id"] for line in trace.read_text().splitlines()] if trace.exists() else []
