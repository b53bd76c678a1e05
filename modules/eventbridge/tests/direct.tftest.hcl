# Rule, router.

mock_provider "aws" {
  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-undelivered"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-undelivered"
    }
  }

  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:eu-west-1:111122223333:rule/shop/orders" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router" }
  }
}

variables {
  name          = "orders"
  artifacts     = { directory = "tests/fixtures/artifacts" }
  event_pattern = jsonencode({ source = ["shop.orders"] })
  backend       = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  mode          = "direct"
}

run "only_this_rule_invokes_the_router_and_what_is_not_settled_is_kept" {
  assert {
    condition     = aws_cloudwatch_event_target.router.arn == "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" && aws_lambda_permission.rule[0].source_arn == "arn:aws:events:eu-west-1:111122223333:rule/shop/orders"
    error_message = "Others may invoke the router."
  }

  assert {
    condition = (
      aws_lambda_function_event_invoke_config.router[0].maximum_retry_attempts == 2 &&
      one(one(aws_lambda_function_event_invoke_config.router[0].destination_config).on_failure).destination == "arn:aws:sqs:eu-west-1:111122223333:orders-undelivered"
    )
    error_message = "What the router does not settle is lost."
  }

  assert {
    condition     = [for s in jsondecode(output.router_policy_json).Statement : s.Sid] == ["WriteUnsettledEvents", "InvokeBackend", "WriteLogs"]
    error_message = "The permissions are others: ${output.router_policy_json}"
  }

  assert {
    condition     = output.router_config == trimspace(file("tests/fixtures/direct.json")) && output.queue_url == null && output.queue_policy_statement == null
    error_message = "The configuration is another one: ${output.router_config}"
  }
}

run "a_queue_of_yours_may_take_what_is_given_up" {
  variables {
    on_failure = { queue_arn = "arn:aws:sqs:eu-west-1:111122223333:mine", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/m" }
  }

  assert {
    condition     = length(aws_sqs_queue.undelivered) == 0 && [for s in jsondecode(output.router_policy_json).Statement : s.Resource if startswith(s.Sid, "WriteUnsettled") || startswith(s.Sid, "EncryptUnsettled")] == [["arn:aws:sqs:eu-west-1:111122223333:mine"], ["arn:aws:kms:eu-west-1:111122223333:key/m"]]
    error_message = "The permissions are others: ${output.router_policy_json}"
  }
}

run "a_queue_in_direct_mode_is_refused" {
  command = plan

  variables {
    new_queue = { name = "orders" }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "batches_in_direct_mode_are_refused" {
  command = plan

  variables {
    delivery = { payload = "event" }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "a_path_through_a_message_in_direct_mode_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.detail.tenantId" }] }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}
