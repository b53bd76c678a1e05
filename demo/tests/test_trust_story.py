"""The third act's messages and tools are what the act takes them for."""

import json
import tempfile
import unittest
from collections import Counter
from pathlib import Path

from demo.stage import StageFailed
from demo.stage.cloud import Cloud
from demo.stage.places import BATCH
from demo.stage.tenantctl import Tenantctl
from demo.story import trust
from demo.story.queues import entry


class TrustStory(unittest.TestCase):
    def test_no_two_messages_have_one_name(self):
        names = [message.id for message in trust.everything()]
        self.assertEqual(len(set(names)), len(names))

    def test_every_tenant_but_the_unknown_one_is_in_the_registry_and_those_to_refuse_are_suspended(self):
        tenants = {item["tenant_id"]: item.get("status", "active") for item in map(json.loads, trust.registry().splitlines())}
        self.assertEqual({message.tenant for message in trust.everything()} - tenants.keys(), {trust.UNKNOWN})
        suspended = {tenant for tenant, status in tenants.items() if status == "suspended"}
        self.assertEqual(suspended, {tenant for tenant, reason in trust.REJECTED.items() if reason == "suspended"})

    def test_tenants_share_the_first_groups_and_what_is_refused_of_them_can_be_seen_in_one_look(self):
        tenants = {desk: {message.tenant for message in trust.opening() if message.group == desk} for desk in trust.DESKS}
        for shared in tenants.values():
            self.assertEqual(shared, {*trust.ACTIVE, trust.SUSPENDED, trust.UNKNOWN})
        self.assertLessEqual(sum(message.reason is not None for message in trust.opening()), BATCH)

    def test_the_numbers_of_a_tenant_in_a_group_go_up(self):
        lanes: dict[tuple, list[int]] = {}
        for message in trust.everything():
            lanes.setdefault(message.lane, []).append(int(message.id.rpartition("-")[2]))
        for lane, numbers in lanes.items():
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)), lane)

    def test_groups_and_deduplication_ids_are_what_sqs_takes(self):
        made = [entry("0", message) for message in trust.everything()]
        for message in made:
            self.assertRegex(message["MessageGroupId"], r"^[!-~]{1,128}$")
        self.assertEqual(max(Counter(message["MessageDeduplicationId"] for message in made).values()), 1)


class Operator(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def tenantctl(self, script: str) -> Tenantctl:
        """A stand-in that does as the script says."""
        binary = self.folder / "tenantctl"
        binary.write_text(f"#!/bin/sh\n{script}\n")
        binary.chmod(0o755)
        return Tenantctl(binary, Cloud("http://127.0.0.1:1", self.folder))

    def test_it_is_asked_for_json_from_the_emulator_and_its_answer_is_read(self):
        run = self.tenantctl('printf \'{"asked": "%s"}\' "$*"').run("tenants", "add", "ember", "--table", "t")
        self.assertEqual(run.report, {"asked": "--json --endpoint-url http://127.0.0.1:1 tenants add ember --table t"})
        self.assertEqual((run.command, run.code), ("tenants add ember", 0))

    def test_a_command_that_fails_or_says_nothing_is_told_so(self):
        run = self.tenantctl('echo \'{"error": "no"}\' >&2; exit 3').run("tenants", "add")
        self.assertEqual((run.code, run.report), (3, {"error": "no"}))
        self.assertEqual(self.tenantctl("exit 1").run("tenants", "add").report, {})

    def test_a_binary_that_is_not_there_is_said_before_anything_starts(self):
        with self.assertRaisesRegex(StageFailed, "cargo build -p tenantctl"):
            Tenantctl(self.folder / "nowhere", Cloud("http://127.0.0.1:1", self.folder))
