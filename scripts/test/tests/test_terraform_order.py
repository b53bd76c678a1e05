"""That the order check notices what it is for."""

import unittest

from scripts.terraform import order

WAITS = """
  "aws_lambda_function.backend" -> "aws_iam_role_policy.backend";
  "aws_lambda_function.backend" -> "aws_iam_role_policy.further";
  "aws_iam_role_policy.backend" -> "aws_cloudwatch_log_group.backend";
  "aws_lambda_function_event_invoke_config.backend" -> "aws_lambda_function.backend";
"""


class Order(unittest.TestCase):
    def test_waiting_through_another_resource_is_waiting(self) -> None:
        self.assertEqual(order.missing("modules/backend", WAITS), [])

    def test_opentofus_decorated_addresses_are_the_same_addresses(self) -> None:
        decorated = WAITS.replace('"aws', '"[root] aws').replace('" ->', ' (expand)" ->').replace('";', ' (expand)";')
        self.assertEqual(order.missing("modules/backend", decorated), [])

    def test_a_function_that_does_not_wait_for_its_log_group_is_told(self) -> None:
        graph = WAITS.replace('"aws_cloudwatch_log_group.backend"', '"aws_iam_role.backend"')
        self.assertEqual(
            order.missing("modules/backend", graph),
            ["aws_lambda_function.backend does not wait for aws_cloudwatch_log_group.backend: modules/backend: name it in depends_on"],
        )

    def test_an_empty_graph_waits_for_nothing(self) -> None:
        self.assertEqual(len(order.missing("modules/sqs", "")), len(order.ORDER["modules/sqs"]))


if __name__ == "__main__":
    unittest.main()
