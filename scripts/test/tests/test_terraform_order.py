"""The check of the order finds a missing dependency."""

import unittest

from scripts.terraform import order

WAITS = """
  "aws_lambda_function.backend" -> "aws_iam_role_policy.backend";
  "aws_lambda_function.backend" -> "aws_iam_role_policy.further";
  "aws_iam_role_policy.backend" -> "aws_cloudwatch_log_group.backend";
  "aws_lambda_function_event_invoke_config.backend" -> "aws_lambda_function.backend";
"""


class Order(unittest.TestCase):
    def test_indirect_dependency_counts(self) -> None:
        self.assertEqual(order.missing("modules/backend", WAITS), [])

    def test_opentofu_addresses_are_normalized(self) -> None:
        decorated = WAITS.replace('"aws', '"[root] aws').replace('" ->', ' (expand)" ->').replace('";', ' (expand)";')
        self.assertEqual(order.missing("modules/backend", decorated), [])

    def test_missing_dependency_on_the_log_group_is_reported(self) -> None:
        graph = WAITS.replace('"aws_cloudwatch_log_group.backend"', '"aws_iam_role.backend"')
        self.assertEqual(
            order.missing("modules/backend", graph),
            ["aws_lambda_function.backend does not wait for aws_cloudwatch_log_group.backend: modules/backend: name it in depends_on"],
        )

    def test_empty_graph_misses_every_dependency(self) -> None:
        self.assertEqual(len(order.missing("modules/sqs", "")), len(order.ORDER["modules/sqs"]))


if __name__ == "__main__":
    unittest.main()
