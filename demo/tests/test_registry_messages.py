"""The third phase's messages and its operator's tool have the properties that the phase needs."""

import json
import tempfile
import unittest
from collections import Counter
from pathlib import Path

from demo.messages import trust
from demo.messages.queues import entry
from demo.setup import SetupFailed
from demo.setup.cloud import Cloud
from demo.setup.places import BATCH
from demo.setup.tenantctl import Tenantctl


class RegistryMessages(unittest.TestCase):
    def test_message_ids_are_unique(self):
        names = [message.id for message in trust.everything()]
        self.assertEqual(len(set(names)), len(names))

    def test_registry_has_all_but_the_unknown_tenant(self):
        tenants = {item["tenant_id"]: item.get("status", "active") for item in map(json.loads, trust.registry().splitlines())}
        self.assertEqual({message.tenant for message in trust.everything()} - tenants.keys(), {trust.UNKNOWN})
        suspended = {tenant for tenant, status in tenants.items() if status == "suspended"}
        self.assertEqual(suspended, {tenant for tenant, reason in trust.REJECTED.items() if reason == "suspended"})

    def test_tenants_share_the_first_groups(self):
        tenants = {group: {message.tenant for message in trust.opening() if message.group == group} for group in trust.SHARED_GROUPS}
        for shared in tenants.values():
            self.assertEqual(shared, {*trust.ACTIVE, trust.SUSPENDED, trust.UNKNOWN})
        self.assertLessEqual(sum(message.reason is not None for message in trust.opening()), BATCH)

    def test_numbers_of_a_tenant_in_a_group_increase(self):
        groups: dict[tuple, list[int]] = {}
        for message in trust.everything():
            groups.setdefault(message.ordering_group, []).append(int(message.id.rpartition("-")[2]))
        for group, numbers in groups.items():
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)), group)

    def test_groups_and_deduplication_ids_are_valid_for_sqs(self):
        made = [entry("0", message) for message in trust.everything()]
        for message in made:
            self.assertRegex(message["MessageGroupId"], r"^[!-~]{1,128}$")
        self.assertEqual(max(Counter(message["MessageDeduplicationId"] for message in made).values()), 1)


class Operator(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def tenantctl(self, script: str) -> Tenantctl:
        """A fake tenantctl that does what the script says."""
        binary = self.folder / "tenantctl"
        binary.write_text(f"#!/bin/sh\n{script}\n")
        binary.chmod(0o755)
        return Tenantctl(binary, Cloud("http://127.0.0.1:1", self.folder))

    def test_tenantctl_output_is_read_as_json(self):
        run = self.tenantctl('printf \'{"asked": "%s"}\' "$*"').run("tenants", "add", "ember", "--table", "t")
        self.assertEqual(run.report, {"asked": "--json --endpoint-url http://127.0.0.1:1 tenants add ember --table t"})
        self.assertEqual((run.command, run.code), ("tenants add ember", 0))

    def test_failed_and_silent_commands_are_reported(self):
        run = self.tenantctl('echo \'{"error": "no"}\' >&2; exit 3').run("tenants", "add")
        self.assertEqual((run.code, run.report), (3, {"error": "no"}))
        self.assertEqual(self.tenantctl("exit 1").run("tenants", "add").report, {})

    def test_missing_binary_is_reported_before_the_start(self):
        with self.assertRaisesRegex(SetupFailed, "cargo build -p tenantctl"):
            Tenantctl(self.folder / "nowhere", Cloud("http://127.0.0.1:1", self.folder))
