# The trust policy: only the given routers may assume the role, and only with exactly one session tag, which names the
# tenant.

locals {
  # IAM stores a role principal by its unique id: a role that is created again under the same name would be denied until the
  # next change here, and a role that does not exist yet is rejected [IAM user guide "AWS JSON policy elements: Principal"].
  # So the principal is the router's account, which only admits roles that also have the permission there, and the condition
  # names the roles. `aws:PrincipalArn` is the role's ARN in all of its sessions [IAM user guide "AWS global condition
  # context keys"].
  router_accounts = distinct([
    for arn in var.router_role_arns : "arn:${split(":", arn)[1]}:iam::${split(":", arn)[4]}:root"
  ])

  trust_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RoutersOnlyWithTenant"
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { AWS = local.router_accounts }
      Condition = {
        ArnEquals = { "aws:PrincipalArn" = distinct(var.router_role_arns) }
        # The tag must be present and not empty: a session without a tenant would have all grants that are not limited to a
        # tenant.
        StringLike = { "aws:RequestTag/tenant_id" = ["?*"] }
        # No other tag is allowed. The condition is also true without any tag, which the line above excludes [IAM user guide
        # "Single-valued vs. multivalued context keys"].
        "ForAllValues:StringEquals" = { "aws:TagKeys" = ["tenant_id"] }
      }
    }]
  })
}
