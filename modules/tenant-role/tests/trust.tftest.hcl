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

run "only_the_router_becomes_a_tenant_and_only_with_one_tag_that_names_it" {
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

run "by_itself_the_role_may_do_nothing" {
  assert {
    condition     = length(aws_iam_role_policy.grants) == 0 && length(aws_iam_role_policy.further) == 0 && output.policy_json == null
    error_message = "The role has grants that were not configured."
  }
}

run "routers_of_other_accounts_are_named_with_theirs" {
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

run "the_roles_arn_is_known_before_the_role_is_there" {
  command = plan

  assert {
    condition     = output.credentials == { role_arn = "arn:aws:iam::111122223333:role/orders-tenant" }
    error_message = "A router would assume the wrong role: ${jsonencode(output.credentials)}"
  }
}

run "and_it_is_the_one_that_iam_gives" {
  assert {
    condition     = output.credentials.role_arn == output.role_arn && output.role_name == "orders-tenant"
    error_message = "${output.credentials.role_arn} is not ${output.role_arn}."
  }
}

run "with_a_path_too" {
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

run "a_tag_that_would_make_the_role_a_tenant_is_refused" {
  command = plan

  variables {
    tags = { Tenant_Id = "blue" }
  }

  expect_failures = [var.tags]
}

run "a_role_that_nobody_can_use_is_refused" {
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

run "a_name_that_iam_does_not_take_is_refused" {
  command = plan

  variables {
    name = "orders/tenant"
  }

  expect_failures = [var.name]
}

run "a_path_without_its_slash_is_refused" {
  command = plan

  variables {
    path = "/tenants"
  }

  expect_failures = [var.path]
}
