mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-tenant" }
  }
}

variables {
  name             = "orders-tenant"
  router_role_arns = ["arn:aws:iam::111122223333:role/orders-router"]
}

run "only_routers_may_assume_with_one_tenant_tag" {
  assert {
    condition = jsonencode(jsondecode(aws_iam_role.tenant.assume_role_policy).Statement) == jsonencode([{
      Action = ["sts:AssumeRole", "sts:TagSession"]
      Condition = {
        ArnEquals                   = { "aws:PrincipalArn" = ["arn:aws:iam::111122223333:role/orders-router"] }
        "ForAllValues:StringEquals" = { "aws:TagKeys" = ["tenant_id"] }
        StringLike                  = { "aws:RequestTag/tenant_id" = ["?*"] }
      }
      Effect    = "Allow"
      Principal = { AWS = ["arn:aws:iam::111122223333:root"] }
      Sid       = "RoutersOnlyWithTenant"
    }])
    error_message = "Another principal, or a session without a tenant, may assume the role: ${aws_iam_role.tenant.assume_role_policy}"
  }

  assert {
    condition     = output.trust_policy_json == aws_iam_role.tenant.assume_role_policy
    error_message = "The output has the wrong policy."
  }
}

run "the_role_alone_grants_nothing" {
  assert {
    condition     = length(aws_iam_role_policy.grants) == 0 && length(aws_iam_role_policy.further) == 0 && output.policy_json == null
    error_message = "The role has grants that were not configured."
  }
}

run "routers_of_other_accounts_are_trusted" {
  command = plan

  variables {
    router_role_arns = [
      "arn:aws:iam::111122223333:role/routers/orders-router",
      "arn:aws:iam::111122223333:role/routers/events-router",
      "arn:aws:iam::444455556666:role/clicks-router",
    ]
  }

  assert {
    condition = jsondecode(output.trust_policy_json).Statement[0].Principal.AWS == [
      "arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root",
    ]
    error_message = "The accounts are wrong: ${output.trust_policy_json}"
  }

  assert {
    condition     = length(jsondecode(output.trust_policy_json).Statement[0].Condition.ArnEquals["aws:PrincipalArn"]) == 3
    error_message = "A router is missing: ${output.trust_policy_json}"
  }
}

run "the_roles_arn_is_known_before_the_role_exists" {
  command = plan

  assert {
    condition     = output.credentials == { role_arn = "arn:aws:iam::111122223333:role/orders-tenant" }
    error_message = "A router would assume the wrong role: ${jsonencode(output.credentials)}"
  }
}

run "the_derived_arn_is_the_one_of_iam" {
  assert {
    condition     = output.credentials.role_arn == output.role_arn && output.role_name == "orders-tenant"
    error_message = "${output.credentials.role_arn} is not ${output.role_arn}."
  }
}

run "the_derived_arn_includes_the_path" {
  command = plan

  variables {
    path                     = "/tenants/"
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"
    tags                     = { team = "orders" }
  }

  assert {
    condition = (
      output.credentials.role_arn == "arn:aws:iam::111122223333:role/tenants/orders-tenant" &&
      aws_iam_role.tenant.path == "/tenants/" &&
      aws_iam_role.tenant.permissions_boundary == "arn:aws:iam::111122223333:policy/boundary" &&
      aws_iam_role.tenant.tags == tomap({ team = "orders" })
    )
    error_message = "An input has no effect."
  }
}

run "a_tenant_tag_on_the_role_is_refused" {
  command = plan

  variables {
    tags = { Tenant_Id = "blue" }
  }

  expect_failures = [var.tags]
}

run "a_role_without_routers_is_refused" {
  command = plan

  variables {
    router_role_arns = []
  }

  expect_failures = [var.router_role_arns]
}

run "a_router_with_a_wildcard_is_refused" {
  command = plan

  variables {
    router_role_arns = ["arn:aws:iam::111122223333:role/*-router"]
  }

  expect_failures = [var.router_role_arns]
}

run "a_whole_account_is_refused" {
  command = plan

  variables {
    router_role_arns = ["arn:aws:iam::111122223333:root"]
  }

  expect_failures = [var.router_role_arns]
}

run "an_invalid_role_name_is_refused" {
  command = plan

  variables {
    name = "orders/tenant"
  }

  expect_failures = [var.name]
}

run "a_path_without_a_slash_is_refused" {
  command = plan

  variables {
    path = "/tenants"
  }

  expect_failures = [var.path]
}
