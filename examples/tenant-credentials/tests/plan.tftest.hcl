mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { id = "orders-1", bucket = "orders-1", arn = "arn:aws:s3:::orders-1" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
    }
  }

  override_resource {
    target = module.quarantine.aws_sqs_queue.quarantine
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
    }
  }

  override_resource {
    target = module.tenant_role.aws_iam_role.tenant
    values = { arn = "arn:aws:iam::111122223333:role/orders-tenant" }
  }
}

variables {
  artifacts_directory = "../complete/tests/fixtures/artifacts"
  backend_zip         = "../../modules/backend/tests/fixtures/backend.zip"
}

run "router_and_role_can_refer_to_each_other" {
  command = plan

  assert {
    condition     = module.tenant_role.credentials.role_arn == "arn:aws:iam::111122223333:role/orders-tenant"
    error_message = "The role's ARN is unknown at plan."
  }
}

run "router_and_tenant_role_match" {
  assert {
    condition     = jsondecode(module.orders.router_config).credentials.role_arn == output.tenant_role_arn
    error_message = "The router assumes the wrong role: ${module.orders.router_config}"
  }

  assert {
    condition = [
      for s in jsondecode(module.orders.router_policy_json).Statement : s.Resource if contains(s.Action, "sts:AssumeRole")
    ] == [[output.tenant_role_arn]]
    error_message = "The router may assume the wrong role: ${module.orders.router_policy_json}"
  }

  assert {
    condition = jsondecode(module.tenant_role.trust_policy_json).Statement[0].Condition.ArnEquals == {
      "aws:PrincipalArn" = [module.orders.router_role_arn]
    }
    error_message = "The trust policy is wrong: ${module.tenant_role.trust_policy_json}"
  }
}

run "only_the_tenant_role_allows_data_access" {
  assert {
    condition = [for s in jsondecode(module.tenant_role.policy_json).Statement : s.Resource] == [
      ["arn:aws:s3:::orders-1/tenants/$${aws:PrincipalTag/tenant_id}/*"],
      ["arn:aws:s3:::orders-1"],
      ["arn:aws:dynamodb:eu-west-1:111122223333:table/orders"],
    ]
    error_message = "A tenant's permissions are wrong: ${module.tenant_role.policy_json}"
  }

  assert {
    condition = alltrue(flatten([
      for s in jsondecode(module.backend.policy_json).Statement : [for action in s.Action : startswith(action, "logs:")]
    ]))
    error_message = "The backend may do more than write logs: ${module.backend.policy_json}"
  }
}
