mock_provider "aws" {
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders-tenants" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { id = "orders-quarantine-large-1", bucket = "orders-quarantine-large-1", arn = "arn:aws:s3:::orders-quarantine-large-1" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
    }
  }

  override_resource {
    target = module.standard.aws_lambda_function.backend
    values = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-standard" }
  }

  override_resource {
    target = module.premium.aws_lambda_function.backend
    values = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium" }
  }

  override_resource {
    target = module.quarantine.aws_sqs_queue.quarantine
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
    }
  }
}

variables {
  artifacts_directory = "../complete/tests/fixtures/artifacts"
}

run "it_can_be_planned" {
  command = plan

  assert {
    condition     = output.registry_table == "orders-tenants"
    error_message = "The table's name is wrong: ${output.registry_table}"
  }
}

run "the_router_has_the_registry_and_both_backends" {
  assert {
    condition = (
      endswith(jsondecode(output.router_config).registry.table, "orders-tenants") &&
      jsondecode(output.router_config).backend.function == "arn:aws:lambda:eu-west-1:111122223333:function:orders-standard" &&
      jsondecode(output.router_config).backends.premium.function == "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium" &&
      jsondecode(output.router_config).on_reject.large_records.bucket == "orders-quarantine-large-1"
    )
    error_message = "The router's configuration is wrong: ${output.router_config}"
  }
}

run "the_router_may_read_the_registry_and_invoke_both" {
  assert {
    condition = toset(flatten([
      for s in jsondecode(module.orders.router_policy_json).Statement : s.Resource if contains(s.Action, "lambda:InvokeFunction")
      ])) == toset([
      "arn:aws:lambda:eu-west-1:111122223333:function:orders-standard",
      "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium",
    ])
    error_message = "The router's invoke permissions are wrong: ${module.orders.router_policy_json}"
  }

  assert {
    condition = [
      for s in jsondecode(module.orders.router_policy_json).Statement : s.Resource if s.Action == ["dynamodb:BatchGetItem"]
    ] == [["arn:aws:dynamodb:eu-west-1:111122223333:table/orders-tenants"]]
    error_message = "The router's read permissions are wrong: ${module.orders.router_policy_json}"
  }
}
