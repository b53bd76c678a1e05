# mode = "direct": the rule invokes the router.

mock_provider "aws" {
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:eu-west-1:111122223333:rule/orders" }
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

  override_resource {
    target = aws_sqs_queue.undelivered
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders-undelivered", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-undelivered" }
  }

  override_resource {
    target = aws_sqs_queue.failed
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders-failed", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-failed" }
  }
}

variables {
  name          = "orders"
  mode          = "direct"
  event_pattern = "{\"source\":[\"shop\"]}"
  artifacts     = { directory = "tests/fixtures/artifacts" }
  backend       = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
}

run "the_rule_invokes_the_router_and_nobody_else_may" {
  assert {
    condition     = aws_cloudwatch_event_target.router.arn == "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" && length(module.buffer) == 0 && output.queue_url == null
    error_message = "The rule does not lead to the router."
  }

  assert {
    condition = (
      aws_lambda_permission.rule[0].principal == "events.amazonaws.com" &&
      aws_lambda_permission.rule[0].source_arn == "arn:aws:events:eu-west-1:111122223333:rule/orders" &&
      aws_lambda_permission.rule[0].action == "lambda:InvokeFunction" &&
      aws_lambda_permission.rule[0].function_name == "orders-router"
    )
    error_message = "Others may invoke the router, or the rule may not."
  }
}

run "the_least_that_can_be_said_gives_every_default" {
  assert {
    condition     = output.router_config == jsonencode(jsondecode(file("tests/fixtures/direct.json")))
    error_message = "The configuration is not the one in direct.json: ${output.router_config}"
  }
}

run "a_failed_event_is_kept_whole" {
  assert {
    condition = (
      aws_lambda_function_event_invoke_config.router[0].maximum_retry_attempts == 2 &&
      aws_lambda_function_event_invoke_config.router[0].maximum_event_age_in_seconds == 21600 &&
      aws_lambda_function_event_invoke_config.router[0].destination_config[0].on_failure[0].destination == "arn:aws:sqs:eu-west-1:111122223333:orders-failed" &&
      aws_sqs_queue.failed[0].message_retention_seconds == 14 * 24 * 60 * 60 &&
      output.dead_letter_queue_name == "orders-failed" &&
      output.dead_letter_queue_url == "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-failed"
    )
    error_message = "A failed event is not kept in a queue."
  }

  assert {
    condition = { for s in jsondecode(output.router_policy_json).Statement : s.Sid => [s.Action, s.Resource] } == {
      WriteFailures = [["sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:111122223333:orders-failed"]]
      InvokeBackend = [["lambda:InvokeFunction"], ["arn:aws:lambda:eu-west-1:111122223333:function:orders:live"]]
      WriteLogs     = [["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router:*"]]
    }
    error_message = "The permissions are others: ${output.router_policy_json}"
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.kept["failed"].dimensions == tomap({ QueueName = "orders-failed" }) &&
      aws_cloudwatch_metric_alarm.destination[0].dimensions == tomap({ FunctionName = "orders-router" }) &&
      alltrue([for name in ["undelivered", "failed", "destination", "errors"] : contains(keys(output.alarm_arns), name)])
    )
    error_message = "Nobody is told: ${jsonencode(output.alarm_arns)}"
  }
}

run "a_bucket_for_failed_events_can_be_brought_along" {
  variables {
    direct = {
      retries             = 0
      maximum_age_seconds = 60
      on_failure          = { arn = "arn:aws:s3:::kept", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/k" }
    }
  }

  assert {
    condition = (
      length(aws_sqs_queue.failed) == 0 &&
      output.dead_letter_queue_name == null &&
      !contains(keys(output.alarm_arns), "failed") &&
      aws_lambda_function_event_invoke_config.router[0].maximum_retry_attempts == 0 &&
      aws_lambda_function_event_invoke_config.router[0].destination_config[0].on_failure[0].destination == "arn:aws:s3:::kept"
    )
    error_message = "The bucket is not used."
  }

  assert {
    condition = { for s in jsondecode(output.router_policy_json).Statement : s.Sid => [s.Action, s.Resource] if contains(["WriteFailures", "EncryptFailures"], s.Sid) } == {
      WriteFailures   = [["s3:PutObject", "s3:ListBucket"], ["arn:aws:s3:::kept", "arn:aws:s3:::kept/*"]]
      EncryptFailures = [["kms:GenerateDataKey", "kms:Decrypt"], ["arn:aws:kms:eu-west-1:111122223333:key/k"]]
    }
    error_message = "The permissions are others: ${output.router_policy_json}"
  }
}

run "a_topic_for_failed_events_can_be_brought_along" {
  variables {
    direct = { on_failure = { arn = "arn:aws:sns:eu-west-1:111122223333:told" } }
  }

  assert {
    condition     = [for s in jsondecode(output.router_policy_json).Statement : s.Action if s.Sid == "WriteFailures"] == [["sns:Publish"]]
    error_message = "The permissions are others: ${output.router_policy_json}"
  }
}
