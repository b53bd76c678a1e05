"""The emulator keeps Lambda's rules of tenant isolation mode."""

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

    def test_a_function_tells_how_it_is_isolated(self):
        told = self.cloud.client("lambda").get_function_configuration(FunctionName="isolated")
        self.assertEqual(told["TenancyConfig"], PER_TENANT)

    def test_a_tag_stands_in_for_a_client_that_is_older_than_isolation(self):
        create(self.cloud, "tagged", Tags={"emulator-tenancy-config": PER_TENANT["TenantIsolationMode"]})
        told = self.cloud.client("lambda").get_function_configuration(FunctionName="tagged")
        self.assertEqual(told["TenancyConfig"], PER_TENANT)
        self.assertIn("Add a valid tenant ID", self.refused("tagged"))

    def test_another_tag_isolates_nothing(self):
        create(self.cloud, "otherwise-tagged", Tags={"team": PER_TENANT["TenantIsolationMode"]})
        self.assertIsNone(invoke(self.cloud, "otherwise-tagged")["tenant"])

    def test_an_isolated_function_is_not_invoked_without_a_tenant(self):
        self.assertIn("Add a valid tenant ID", self.refused("isolated"))

    def test_a_plain_function_is_not_invoked_with_a_tenant(self):
        self.assertIn("not enabled", self.refused("plain", TenantId="a"))

    def test_a_plain_function_is_told_of_no_tenant(self):
        self.assertIsNone(invoke(self.cloud, "plain")["tenant"])

    def test_two_tenants_never_share_an_environment(self):
        tenants = ("blue", "green", "blue", "green", "a b/c=d+e-f@g")
        answers = [invoke(self.cloud, "isolated", TenantId=tenant) for tenant in tenants]
        self.assertEqual([answer["tenant"] for answer in answers], list(tenants))
        for answer in answers:
            self.assertEqual(answer["seen"], [answer["tenant"]])

    def test_a_tenant_gets_its_idle_environment_again(self):
        first, second = (invoke(self.cloud, "isolated", TenantId="red") for _ in range(2))
        self.assertEqual(first["environment"], second["environment"])

    def test_an_asynchronous_invocation_is_accepted_and_keeps_its_tenant(self):
        answer = self.cloud.client("lambda").invoke(FunctionName="isolated", Payload=b"{}", TenantId="later", InvocationType="Event")
        self.assertEqual(answer["StatusCode"], 202)
        self.assertTrue(eventually(lambda: "later" in self.traced()))

    def traced(self) -> list[str]:
        trace = self.cloud.trace
        return [json.loads(line)["tenant_id"] for line in trace.read_text().splitlines()] if trace.exists() else []
