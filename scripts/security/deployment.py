"""Controls of the Terraform modules and of what is built and shipped."""

from scripts.security.control import Control
from scripts.security.proofs import Proof, python, terraform

ROUTER, ROLE = "modules/router-function", "modules/tenant-role"


def trust(name: str) -> Proof:
    return terraform(ROLE, "trust", name)


CONTROLS = [
    Control(
        "privilege of the router's role",
        "it invokes its backends and no other function",
        f"{ROUTER}/iam.tf",
        "Resource = distinct(concat([b.function], [for further in var.backends : further.function]))",
        'Resource = ["*"]',
        terraform(ROUTER, "iam", "the_role_may_only_poll_invoke_and_log"),
    ),
    Control(
        "privilege of the router's role",
        "it reads the registry by id and changes nothing",
        f"{ROUTER}/iam.tf",
        '["dynamodb:BatchGetItem"]',
        '["dynamodb:*"]',
        terraform(ROUTER, "trust", "the_role_may_only_batch_read_the_registry"),
    ),
    Control(
        "a tenant's role assumed by others",
        "only the routers' roles may assume it",
        f"{ROLE}/trust.tf",
        'ArnEquals = { "aws:PrincipalArn" = distinct(var.router_role_arns) }',
        "",
        trust("only_routers_may_assume_with_one_tenant_tag"),
    ),
    Control(
        "a tenant's role assumed by others",
        "nobody without a tenant's tag",
        f"{ROLE}/trust.tf",
        'StringLike = { "aws:RequestTag/tenant_id" = ["?*"] }',
        "",
        trust("only_routers_may_assume_with_one_tenant_tag"),
    ),
    Control(
        "a tenant's role assumed by others",
        "items without a partition key are nobody's",
        f"{ROLE}/grants.tf",
        'Null = { "dynamodb:LeadingKeys" = "false" }',
        "",
        terraform(ROLE, "grants", "a_tenant_may_use_items_under_its_partition_key"),
    ),
    Control(
        "another account writes to the source",
        "only the rule sends to its queue",
        "modules/eventbridge/buffered.tf",
        'Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.events.arn } }',
        "",
        terraform("modules/eventbridge", "buffered", "only_the_rule_may_send_to_the_default_buffer"),
    ),
    Control(
        "supply chain",
        "a licence that is not ours is refused",
        "scripts/lint/licences.py",
        "return word is True",
        "return True",
        python("scripts.test.tests.test_licences", "test_missing_unknown_and_malformed_licences_are_rejected"),
    ),
]
