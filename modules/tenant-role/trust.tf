# Who may become a tenant: the given routers, and only with exactly one tag that says which tenant.

locals {
  # A role named as principal is kept by its unique id: made anew under the same name it would be shut out until the
  # next change here, and a name that does not exist yet is refused [IAM user guide "AWS JSON policy elements: Principal"].
  # So the principal is the router's account, which by itself lets nobody in who has no such permission there, and the
  # condition names the roles.
  # `aws:PrincipalArn` is the role's ARN in all of its sessions [IAM user guide "AWS global condition context keys"].
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
        # Present and not empty: a session without a tenant would have the role, and all grants that name no tenant.
        StringLike = { "aws:RequestTag/tenant_id" = ["?*"] }
        # No further tag can be brought in. True as well where there are no tags, which the line above does not let pass
        # [IAM user guide "Single-valued vs. multivalued context keys"].
        "ForAllValues:StringEquals" = { "aws:TagKeys" = ["tenant_id"] }
      }
    }]
  })
}
