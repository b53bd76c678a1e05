# The role whose credentials a tenant's invocation gets. One role for all tenants: the session's tag says which tenant
# it is, and every grant is cut by that tag.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition

  # Made of the name, not read off the role: a router's outputs may wait for all of its inputs, this ARN among them
  # (those of the root module do, and of a module with for_each), and the role waits for such an output: a circle.
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
