"""The upper bound of the cost: computed, with a page for every price."""

import unittest

from acceptance import prices
from acceptance.announcement import announcement
from acceptance.catalogue import PARTS, of
from acceptance.created import CREATED
from acceptance.prices import HOURS, HOURS_OF_A_MONTH, REGIONS, bound, messages, total
from acceptance.target import Target


class Prices(unittest.TestCase):
    def line(self, parts: tuple[str, ...], what: str):
        return next((line for line in bound(parts) if line.what.startswith(what)), None)

    def test_cost_is_units_times_price_times_the_dearest_region(self):
        line = self.line(("kinesis",), "Kinesis on-demand stream hours")
        self.assertEqual((line.units, line.cost), (HOURS, HOURS * 0.04 * REGIONS))

    def test_alarms_are_charged_for_part_of_a_month(self):
        alarms = sum(CREATED[example.name]["aws_cloudwatch_metric_alarm"] for example in of(("sqs",)))
        self.assertAlmostEqual(self.line(("sqs",), "alarms").units, alarms * HOURS / HOURS_OF_A_MONTH)

    def test_unused_services_have_no_line(self):
        self.assertIsNone(self.line(("sqs",), "Kinesis"))
        self.assertIsNone(self.line(("kinesis",), "Step Functions"))

    def test_more_parts_cost_more_and_all_less_than_ten_dollars(self):
        sums = [total(bound(PARTS[: count + 1])) for count in range(len(PARTS))]
        self.assertEqual(sums, sorted(sums))
        self.assertLess(sums[-1], 10)

    def test_more_messages_cost_more(self):
        self.assertGreater(messages(("sqs",)), 300)
        before = total(bound(("sqs",)))
        try:
            prices.TRIES *= 2
            self.assertGreater(total(bound(("sqs",))), before)
        finally:
            prices.TRIES //= 2

    def test_every_price_names_its_page(self):
        self.assertEqual([line for line in bound(PARTS) if not line.page.endswith("pricing")], [])


class Announcement(unittest.TestCase):
    def test_announcement_names_resources_cost_and_policy(self):
        text = announcement(Target("123456789012", "eu-west-1"), "accept-0a1b2c", ("sqs", "kinesis"), "arn:aws:iam::123456789012:user/me")
        for wanted in (
            "account 123456789012, region eu-west-1",
            "user/me",
            "accept-0a1b2c",
            "sqs-quickstart",
            "kinesis-fan-out",
            "aws_kinesis_stream",
        ):
            self.assertIn(wanted, text)
        self.assertIn(f"${total(bound(('sqs', 'kinesis'))):.2f}", text)
        self.assertIn("--print-policy", text)
        self.assertNotIn("emulator", text)

    def test_announcement_names_the_emulators_differences(self):
        text = announcement(Target("000000000000", "eu-west-1", "http://127.0.0.1:1"), "accept-0a1b2c", ("sqs",), "arn:x")
        self.assertIn("tenancy_config", text)
