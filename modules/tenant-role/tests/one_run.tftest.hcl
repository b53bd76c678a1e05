mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/shop-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:shop-router" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop" }
  }
}

run "routers_and_role_can_refer_to_each_other" {
  module {
    source = "./tests/fixtures/one_run"
  }

  assert {
    condition     = jsondecode(output.router_config).credentials.role_arn == "arn:aws:iam::111122223333:role/shop-tenant"
    error_message = "The routers assume the wrong role: ${output.router_config}"
  }

  assert {
    condition = jsondecode(output.trust_policy_json).Statement[0].Condition.ArnEquals == {
      "aws:PrincipalArn" = ["arn:aws:iam::111122223333:role/shop-router"]
    }
    error_message = "The role trusts the wrong routers: ${output.trust_policy_json}"
  }
}
