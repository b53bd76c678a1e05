# Buffered mode: rule, queue, router.

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
  artifacts     = { directory = "tests/fixtures/artifacts" }
  event_pattern = jsonencode({ source = ["shop.orders"] })
  backend       = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
}

run "only_the_rule_may_send_to_the_default_buffer" {
  assert {
    condition     = aws_cloudwatch_event_target.router.arn == "arn:aws:sqs:eu-west-1:111122223333:orders" && length(module.router) == 0
    error_message = "The rule's target is wrong."
  }

  assert {
    condition = jsondecode(aws_sqs_queue_policy.buffer[0].policy).Statement == [{
      Sid       = "SendEventsOfThisRule"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = ["sqs:SendMessage"]
      Resource  = ["arn:aws:sqs:eu-west-1:111122223333:orders"]
      Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:events:eu-west-1:111122223333:rule/shop/orders" } }
    }]
    error_message = "Other principals may send: ${aws_sqs_queue_policy.buffer[0].policy}"
  }

  assert {
    condition     = output.router_config == trimspace(file("tests/fixtures/buffered.json"))
    error_message = "The configuration is wrong: ${output.router_config}"
  }

  assert {
    condition     = aws_cloudwatch_event_target.router.dead_letter_config[0].arn == "arn:aws:sqs:eu-west-1:111122223333:orders-undelivered" && aws_cloudwatch_event_target.router.retry_policy[0].maximum_retry_attempts == 185
    error_message = "Undelivered events are lost."
  }
}

run "an_adopted_queue_keeps_its_policy" {
  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:mine"
      visibility_timeout_seconds = 600
      dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:mine-dlq", max_receive_count = 5 }
    }
  }

  assert {
    condition     = length(aws_sqs_queue_policy.buffer) == 0 && output.queue_policy_statement.Resource == ["arn:aws:sqs:eu-west-1:111122223333:mine"]
    error_message = "The policy of an existing queue is changed, or missing in the outputs."
  }
}

run "other_accounts_and_an_archive_can_be_set" {
  variables {
    bus     = { name = "shop", put_events_from = ["444455556666"] }
    archive = { retention_days = 30 }
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_bus_policy.put_events[0].policy).Statement == [{
      Sid       = "PutEventsFromOtherAccounts"
      Effect    = "Allow"
      Principal = { AWS = ["arn:aws:iam::444455556666:root"] }
      Action    = ["events:PutEvents"]
      Resource  = ["arn:aws:events:eu-west-1:111122223333:event-bus/shop"]
    }]
    error_message = "Other accounts may put events: ${aws_cloudwatch_event_bus_policy.put_events[0].policy}"
  }

  assert {
    condition     = aws_cloudwatch_event_archive.events[0].retention_days == 30 && aws_cloudwatch_event_archive.events[0].event_pattern == var.event_pattern
    error_message = "The archive is wrong."
  }
}

run "alarms_cover_undelivered_events" {
  assert {
    condition     = toset(keys(output.alarm_arns)) == toset(["undelivered", "failed-deliveries", "lost", "dead-letters", "oldest-message", "errors", "throttles", "misconfigured"])
    error_message = "Unexpected alarms: ${jsonencode(keys(output.alarm_arns))}"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.events["failed-deliveries"].dimensions == tomap({ RuleName = "orders" })
    error_message = "The alarm watches another bus's rule."
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
    condition     = output.router_config == trimspace(file("tests/fixtures/buffered_full.json"))
    error_message = "The configuration is wrong: ${output.router_config}"
  }

  assert {
    condition     = alltrue([for sid in ["ReadRegistry", "AssumeTenantRole", "StoreLargeRecords"] : contains([for s in jsondecode(output.router_policy_json).Statement : s.Sid], sid)])
    error_message = "The router lacks permissions: ${output.router_policy_json}"
  }
}

run "the_path_of_the_sender_can_be_set" {
  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", principal = { path = "$.body.account", capture = "^([0-9]+)$" } }
  }

  assert {
    condition     = jsondecode(output.router_config).registry.principal == { path = "$.body.account", capture = "^([0-9]+)$" }
    error_message = "The path of the sender is wrong: ${output.router_config}"
  }
}
