# Direct mode: rule, router. Lambda queues events in between.

mock_provider "aws" {
  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-undelivered"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-undelivered"
    }
  }

  override_resource {
    target = module.buffer[0].aws_sqs_queue.source
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
    }
  }

  override_resource {
    target = module.buffer[0].aws_sqs_queue.dead_letter
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-dlq"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-dlq"
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
  mode          = "direct"
  artifacts     = { directory = "tests/fixtures/artifacts" }
  event_pattern = jsonencode({ source = ["shop.orders"] })
  backend       = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
}

run "the_rule_invokes_the_router_and_no_other_rule_may" {
  assert {
    condition     = aws_cloudwatch_event_target.router.arn == "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" && length(module.buffer) == 0
    error_message = "The rule's target is wrong."
  }

  assert {
    condition = (
      aws_lambda_permission.rule[0].principal == "events.amazonaws.com" &&
      aws_lambda_permission.rule[0].action == "lambda:InvokeFunction" &&
      aws_lambda_permission.rule[0].source_arn == "arn:aws:events:eu-west-1:111122223333:rule/shop/orders"
    )
    error_message = "Other principals may invoke the router."
  }

  assert {
    condition     = output.router_config == trimspace(file("tests/fixtures/direct.json"))
    error_message = "The configuration is wrong: ${output.router_config}"
  }

  assert {
    condition     = output.queue_url == null && output.queue_arn == null && output.dead_letter_queue_url == null && output.queue_policy_statement == null
    error_message = "There is a queue without a reader."
  }
}

run "unacknowledged_events_are_retried_and_then_kept" {
  assert {
    condition = (
      aws_lambda_function_event_invoke_config.router[0].function_name == "orders-router" &&
      aws_lambda_function_event_invoke_config.router[0].maximum_retry_attempts == 2 &&
      aws_lambda_function_event_invoke_config.router[0].maximum_event_age_in_seconds == 21600 &&
      one(one(aws_lambda_function_event_invoke_config.router[0].destination_config).on_failure).destination == "arn:aws:sqs:eu-west-1:111122223333:orders-undelivered"
    )
    error_message = "An event that is not acknowledged is lost."
  }

  assert {
    condition = (
      aws_cloudwatch_event_target.router.dead_letter_config[0].arn == "arn:aws:sqs:eu-west-1:111122223333:orders-undelivered" &&
      aws_cloudwatch_event_target.router.retry_policy[0].maximum_event_age_in_seconds == 86400
    )
    error_message = "An undelivered event is lost."
  }

  assert {
    condition = jsondecode(aws_sqs_queue_policy.undelivered[0].policy).Statement == [{
      Sid       = "KeepUndeliveredEvents"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = ["sqs:SendMessage"]
      Resource  = ["arn:aws:sqs:eu-west-1:111122223333:orders-undelivered"]
      Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:events:eu-west-1:111122223333:rule/shop/orders" } }
    }]
    error_message = "Other principals may send to the queue of undelivered events: ${aws_sqs_queue_policy.undelivered[0].policy}"
  }
}

run "the_router_has_exactly_its_permissions" {
  assert {
    condition = jsonencode([for s in jsondecode(output.router_policy_json).Statement : [s.Sid, s.Effect, s.Action, s.Resource]]) == jsonencode([
      ["WriteUnacknowledgedEvents", "Allow", ["sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:111122223333:orders-undelivered"]],
      ["InvokeBackend", "Allow", ["lambda:InvokeFunction"], ["arn:aws:lambda:eu-west-1:111122223333:function:orders:live"]],
      ["WriteLogs", "Allow", ["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router:*"]],
    ])
    error_message = "The permissions are wrong: ${output.router_policy_json}"
  }
}

run "an_existing_queue_gets_undelivered_events_with_its_key" {
  variables {
    on_failure         = { queue_arn = "arn:aws:sqs:eu-west-1:111122223333:failed", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1" }
    delivery_to_router = { maximum_event_age_seconds = 600, maximum_retry_attempts = 3, router_retry_attempts = 0, router_event_age_seconds = 60 }
  }

  assert {
    condition     = length(aws_sqs_queue.undelivered) == 0 && length(aws_sqs_queue_policy.undelivered) == 0 && output.undelivered_queue_url == null && output.undelivered_policy_statement.Resource == ["arn:aws:sqs:eu-west-1:111122223333:failed"]
    error_message = "A queue is created although one exists, or its policy is missing in the outputs."
  }

  assert {
    condition = jsonencode([for s in jsondecode(output.router_policy_json).Statement : [s.Sid, s.Action, s.Resource] if endswith(s.Sid, "UnacknowledgedEvents")]) == jsonencode([
      ["WriteUnacknowledgedEvents", ["sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:111122223333:failed"]],
      ["EncryptUnacknowledgedEvents", ["kms:GenerateDataKey", "kms:Decrypt"], ["arn:aws:kms:eu-west-1:111122223333:key/1"]],
    ])
    error_message = "The router cannot write to the queue: ${output.router_policy_json}"
  }

  assert {
    condition = (
      aws_cloudwatch_event_target.router.retry_policy[0].maximum_event_age_in_seconds == 600 &&
      aws_cloudwatch_event_target.router.retry_policy[0].maximum_retry_attempts == 3 &&
      aws_lambda_function_event_invoke_config.router[0].maximum_retry_attempts == 0 &&
      aws_lambda_function_event_invoke_config.router[0].maximum_event_age_in_seconds == 60
    )
    error_message = "The retry limits are wrong."
  }
}

run "alarms_cover_undelivered_events_and_the_router" {
  variables {
    bus = { name = "shop" }
  }

  assert {
    condition     = toset(keys(output.alarm_arns)) == toset(["undelivered", "failed-deliveries", "lost", "not-kept", "errors", "throttles", "misconfigured"])
    error_message = "Unexpected alarms: ${jsonencode(keys(output.alarm_arns))}"
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.events["failed-deliveries"].dimensions == tomap({ EventBusName = "shop", RuleName = "orders" }) &&
      aws_cloudwatch_metric_alarm.events["lost"].dimensions == tomap({ EventBusName = "shop", RuleName = "orders" }) &&
      aws_cloudwatch_metric_alarm.events["not-kept"].dimensions == tomap({ FunctionName = "orders-router" }) &&
      aws_cloudwatch_metric_alarm.events["undelivered"].dimensions == tomap({ QueueName = "orders-undelivered" })
    )
    error_message = "The alarms have the wrong metrics."
  }
}

run "without_alarms_there_are_none" {
  variables {
    alarms = { enabled = false }
  }

  assert {
    condition     = length(output.alarm_arns) == 0
    error_message = "There are alarms although they are off."
  }
}

run "the_sender_of_an_event_is_the_account_that_put_it" {
  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants" }
    backends = {
      premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium:live" }
    }
    credentials = { role_arn = "arn:aws:iam::111122223333:role/orders-tenant" }
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"

        large_records = { bucket = "orders-large" }
      }
    }
  }

  assert {
    condition     = output.router_config == trimspace(file("tests/fixtures/direct_full.json"))
    error_message = "The configuration is wrong: ${output.router_config}"
  }

  assert {
    condition     = alltrue([for sid in ["ReadRegistry", "AssumeTenantRole", "StoreLargeRecords"] : contains([for s in jsondecode(output.router_policy_json).Statement : s.Sid], sid)])
    error_message = "The router lacks permissions: ${output.router_policy_json}"
  }
}

run "the_path_of_the_sender_can_be_set" {
  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", principal = { path = "$.account", capture = "^([0-9]+)$" } }
  }

  assert {
    condition     = jsondecode(output.router_config).registry.principal == { path = "$.account", capture = "^([0-9]+)$" }
    error_message = "The path of the sender is wrong: ${output.router_config}"
  }
}
