mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name             = "orders-tenant"
  router_role_arns = ["arn:aws:iam::111122223333:role/orders-router"]
}

run "a_tenant_may_use_objects_under_its_prefix" {
  variables {
    s3 = { bucket_arn = "arn:aws:s3:::orders" }
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.grants[0].policy).Statement) == jsonencode([
      {
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
        Effect   = "Allow"
        Resource = ["arn:aws:s3:::orders/tenants/$${aws:PrincipalTag/tenant_id}/*"]
        Sid      = "OwnObjects"
      },
      {
        Action    = ["s3:ListBucket"]
        Condition = { StringLike = { "s3:prefix" = ["tenants/$${aws:PrincipalTag/tenant_id}/*"] } }
        Effect    = "Allow"
        Resource  = ["arn:aws:s3:::orders"]
        Sid       = "ListOwnObjects"
      },
    ])
    error_message = "A tenant's permissions are wrong: ${aws_iam_role_policy.grants[0].policy}"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.grants[0].policy).Version == "2012-10-17"
    error_message = "Older policy versions do not support variables."
  }
}

run "prefix_actions_and_key_of_a_bucket_can_be_set" {
  variables {
    s3 = {
      bucket_arn  = "arn:aws:s3:::orders"
      prefix      = ""
      actions     = ["s3:GetObject"]
      kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/objects"
    }
  }

  assert {
    condition = [for s in jsondecode(output.policy_json).Statement : s if s.Sid == "OwnObjects"] == [{
      Action   = ["s3:GetObject"]
      Effect   = "Allow"
      Resource = ["arn:aws:s3:::orders/$${aws:PrincipalTag/tenant_id}/*"]
      Sid      = "OwnObjects"
    }]
    error_message = "The grant is wrong: ${output.policy_json}"
  }

  assert {
    condition = [for s in jsondecode(output.policy_json).Statement : s if s.Sid == "UseKeyOfObjects"] == [{
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Effect   = "Allow"
      Resource = ["arn:aws:kms:eu-west-1:111122223333:key/objects"]
      Sid      = "UseKeyOfObjects"
    }]
    error_message = "The key cannot be used, or its permissions are too wide: ${output.policy_json}"
  }
}

run "a_tenant_may_use_items_under_its_partition_key" {
  variables {
    dynamodb = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders" }
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.grants[0].policy).Statement) == jsonencode([{
      Action = [
        "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem",
        "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem",
      ]
      Condition = {
        "ForAllValues:StringEquals" = { "dynamodb:LeadingKeys" = ["$${aws:PrincipalTag/tenant_id}"] }
        Null                        = { "dynamodb:LeadingKeys" = "false" }
      }
      Effect   = "Allow"
      Resource = ["arn:aws:dynamodb:eu-west-1:111122223333:table/orders"]
      Sid      = "OwnItems"
    }])
    error_message = "A tenant's permissions are wrong: ${aws_iam_role_policy.grants[0].policy}"
  }
}

run "key_prefix_actions_and_key_of_a_table_can_be_set" {
  variables {
    dynamodb = {
      table_arn   = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
      key_prefix  = "TENANT#"
      actions     = ["dynamodb:Query"]
      kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/items"
    }
  }

  assert {
    condition = [for s in jsondecode(output.policy_json).Statement : [s.Action, s.Condition["ForAllValues:StringEquals"]] if s.Sid == "OwnItems"] == [
      [["dynamodb:Query"], { "dynamodb:LeadingKeys" = ["TENANT#$${aws:PrincipalTag/tenant_id}"] }]
    ]
    error_message = "The grant is wrong: ${output.policy_json}"
  }

  assert {
    condition     = [for s in jsondecode(output.policy_json).Statement : s.Resource if s.Sid == "UseKeyOfItems"] == [["arn:aws:kms:eu-west-1:111122223333:key/items"]]
    error_message = "The key cannot be used: ${output.policy_json}"
  }
}

run "more_policies_are_attached" {
  command = plan

  variables {
    policies = [jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = ["secretsmanager:GetSecretValue"]
        Resource  = ["*"]
        Condition = { StringEquals = { "aws:ResourceTag/tenant_id" = "$${aws:PrincipalTag/tenant_id}" } }
      }]
    })]
  }

  assert {
    condition     = length(aws_iam_role_policy.further) == 1 && aws_iam_role_policy.further[0].policy == var.policies[0]
    error_message = "The policy is not attached as it was given."
  }
}

run "a_prefix_without_a_final_slash_is_refused" {
  command = plan

  variables {
    s3 = { bucket_arn = "arn:aws:s3:::orders", prefix = "tenants" }
  }

  expect_failures = [var.s3]
}

run "a_prefix_with_a_wildcard_is_refused" {
  command = plan

  variables {
    s3 = { bucket_arn = "arn:aws:s3:::orders", prefix = "*/" }
  }

  expect_failures = [var.s3]
}

run "an_invalid_bucket_arn_is_refused" {
  command = plan

  variables {
    s3 = { bucket_arn = "arn:aws:s3:::orders/tenants" }
  }

  expect_failures = [var.s3]
}

run "all_actions_on_objects_at_once_are_refused" {
  command = plan

  variables {
    s3 = { bucket_arn = "arn:aws:s3:::orders", actions = ["s3:*"] }
  }

  expect_failures = [var.s3]
}

run "an_alias_for_a_buckets_key_is_refused" {
  command = plan

  variables {
    s3 = { bucket_arn = "arn:aws:s3:::orders", kms_key_arn = "alias/objects" }
  }

  expect_failures = [var.s3]
}

run "a_scan_is_refused" {
  command = plan

  variables {
    dynamodb = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders", actions = ["dynamodb:Scan"] }
  }

  expect_failures = [var.dynamodb]
}

run "an_index_is_refused" {
  command = plan

  variables {
    dynamodb = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/index/by-date" }
  }

  expect_failures = [var.dynamodb]
}

run "a_key_prefix_with_a_variable_is_refused" {
  command = plan

  variables {
    dynamodb = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders", key_prefix = "$${aws:userid}" }
  }

  expect_failures = [var.dynamodb]
}

run "an_alias_for_a_tables_key_is_refused" {
  command = plan

  variables {
    dynamodb = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders", kms_key_arn = "alias/items" }
  }

  expect_failures = [var.dynamodb]
}

run "an_invalid_policy_is_refused" {
  command = plan

  variables {
    policies = ["allow everything"]
  }

  expect_failures = [var.policies]
}
