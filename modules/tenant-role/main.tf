# The role whose credentials a tenant's invocation gets. There is one role for all tenants: the session tag names the tenant,
# and every grant is limited by that tag.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition

  # Derived from the name instead of the role, to avoid a cycle: a router's outputs may depend on all of its inputs,
  # including this ARN (as in the root module, or in a module with for_each), and the role depends on such an output.
  role_arn = "arn:${local.partition}:iam::${local.account}:role${var.path}${var.name}"
}

resource "aws_iam_role" "tenant" {
  name                 = var.name
  path                 = var.path
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.trust_policy
  tags                 = var.tags
}

resource "aws_iam_role_policy" "grants" {
  count = local.grants == null ? 0 : 1

  name   = "grants"
  role   = aws_iam_role.tenant.name
  policy = local.grants
}

resource "aws_iam_role_policy" "further" {
  count = length(var.policies)

  name   = "further-${count.index}"
  role   = aws_iam_role.tenant.name
  policy = var.policies[count.index]
}
