# The function for each kind of source.

mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }
}

variables {
  name         = "orders-router"
  artifacts    = { directory = "tests/fixtures/artifacts" }
  backend      = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live", timeout_seconds = 60 }
  tenant_id    = { from = [{ path = "$.tenant_id" }] }
  event_source = { kind = "kinesis", ordered = true, poll_statements = [] }
}

run "with_a_bridge_the_router_sends_and_invokes_nothing" {
  variables {
    bridge = {
      queue_url   = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo"
      queue_arn   = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"
      kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/b"
      group       = "tenant_and_key"
    }
  }

  assert {
    condition     = jsondecode(output.config).bridge == { fifo_queue = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo", group = "tenant_and_key", max_message_bytes = 262144 }
    error_message = "The router's configuration has no bridge: ${output.config}"
  }

  assert {
    condition = { for s in jsondecode(output.policy_json).Statement : s.Sid => s.Action } == {
      SendToBridge     = ["sqs:SendMessage"]
      EncryptForBridge = ["kms:GenerateDataKey", "kms:Decrypt"]
      WriteLogs        = ["logs:CreateLogStream", "logs:PutLogEvents"]
    }
    error_message = "The permissions are wrong: ${output.policy_json}"
  }

  assert {
    # The router waits for the queue, not for the backend.
    condition     = output.timeout_seconds == 32
    error_message = "The timeout is ${output.timeout_seconds}."
  }
}

run "a_pipes_enrichment_is_the_enricher_and_invokes_nothing" {
  variables {
    backend      = null
    event_source = { kind = "pipes", ordered = false, poll_statements = [] }
  }

  assert {
    condition     = endswith(aws_lambda_function.router.filename, "/pipes-enricher-arm64.zip")
    error_message = "The zip is ${aws_lambda_function.router.filename}."
  }

  assert {
    condition     = !contains(keys(jsondecode(output.config)), "backend") && [for s in jsondecode(output.policy_json).Statement : s.Sid] == ["WriteLogs"]
    error_message = "It has a backend: ${output.config} ${output.policy_json}"
  }
}

run "a_task_has_a_payload_path" {
  variables {
    event_source = { kind = "task", ordered = false, poll_statements = [] }
    task_payload = "$.order.data"
  }

  assert {
    condition     = jsondecode(output.config).task == { payload = "$.order.data" }
    error_message = "The payload's path is missing: ${output.config}"
  }
}

run "a_fifo_queue_can_read_a_bridge" {
  variables {
    event_source = { kind = "sqs", ordered = true, poll_statements = [] }
    bridged_from = "dynamodb"
  }

  assert {
    condition     = jsondecode(output.config).bridged_from == "dynamodb"
    error_message = "The kind of the stream is missing: ${output.config}"
  }
}

run "a_backend_of_a_pipe_is_refused" {
  command = plan

  variables {
    event_source = { kind = "pipes", ordered = false, poll_statements = [] }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_router_without_backend_is_refused" {
  command = plan

  variables {
    backend = null
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_bridge_of_a_queue_is_refused" {
  command = plan

  variables {
    event_source = { kind = "eventbridge", ordered = false, poll_statements = [] }
    bridge = {
      queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo"
      queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"
    }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_standard_queue_reading_a_bridge_is_refused" {
  command = plan

  variables {
    event_source = { kind = "sqs", ordered = false, poll_statements = [] }
    bridged_from = "kinesis"
  }

  expect_failures = [aws_lambda_function.router]
}

run "an_asynchronous_task_is_refused" {
  command = plan

  variables {
    event_source = { kind = "task", ordered = false, poll_statements = [] }
    backend      = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders", failure_destination = "arn:aws:sqs:eu-west-1:111122223333:failed" }
    delivery     = { invocation = "async" }
  }

  expect_failures = [aws_lambda_function.router]
}

run "an_unknown_group_is_refused" {
  command = plan

  variables {
    bridge = {
      queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo"
      queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"
      group     = "shard"
    }
  }

  expect_failures = [var.bridge]
}

run "an_unknown_stream_is_refused" {
  command = plan

  variables {
    event_source = { kind = "sqs", ordered = true, poll_statements = [] }
    bridged_from = "kafka"
  }

  expect_failures = [var.bridged_from]
}

run "a_payload_in_an_array_is_refused" {
  command = plan

  variables {
    event_source = { kind = "task", ordered = false, poll_statements = [] }
    task_payload = "$.items[0]"
  }

  expect_failures = [var.task_payload]
}

run "an_unacknowledged_event_is_an_error" {
  command = plan

  variables {
    event_source = { kind = "eventbridge", ordered = false, poll_statements = [] }
    alarms       = { errors_per_minute = 7 }
  }

  assert {
    condition     = alltrue([for words in ["on-failure destination", "batch lines", "router.memory_mb", "alarms.errors_per_minute"] : strcontains(aws_cloudwatch_metric_alarm.router["errors"].alarm_description, words)])
    error_message = "The alarm describes it as the router's own failure: ${aws_cloudwatch_metric_alarm.router["errors"].alarm_description}"
  }

  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.router : name => alarm.threshold } == { errors = 7, throttles = 0, misconfigured = 0 }
    error_message = "An alarm's threshold is wrong."
  }

  # [Amazon CloudWatch API "PutMetricAlarm"].
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.router : length(alarm.alarm_description) <= 1024])
    error_message = "The description is too long for CloudWatch."
  }
}

run "a_retried_batch_of_a_pipe_is_an_error" {
  command = plan

  variables {
    backend      = null
    event_source = { kind = "pipes", ordered = false, poll_statements = [] }
    alarms       = { errors_per_minute = 7 }
  }

  assert {
    condition     = alltrue([for words in ["NotQuarantined", "batch_size", "router.memory_mb", "alarms.errors_per_minute"] : strcontains(aws_cloudwatch_metric_alarm.router["errors"].alarm_description, words)])
    error_message = "The alarm describes it as the router's own failure: ${aws_cloudwatch_metric_alarm.router["errors"].alarm_description}"
  }

  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.router : name => alarm.threshold } == { errors = 7, throttles = 0, misconfigured = 0 }
    error_message = "An alarm's threshold is wrong."
  }

  # [Amazon CloudWatch API "PutMetricAlarm"].
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.router : length(alarm.alarm_description) <= 1024])
    error_message = "The description is too long for CloudWatch."
  }
}

run "a_failed_task_is_an_error" {
  command = plan

  variables {
    event_source = { kind = "task", ordered = false, poll_statements = [] }
    alarms       = { errors_per_minute = 7 }
  }

  assert {
    condition     = alltrue([for words in ["TenantRejected", "task lines", "router.memory_mb", "alarms.errors_per_minute"] : strcontains(aws_cloudwatch_metric_alarm.router["errors"].alarm_description, words)])
    error_message = "The alarm describes it as the router's own failure: ${aws_cloudwatch_metric_alarm.router["errors"].alarm_description}"
  }

  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.router : name => alarm.threshold } == { errors = 7, throttles = 0, misconfigured = 0 }
    error_message = "An alarm's threshold is wrong."
  }

  # [Amazon CloudWatch API "PutMetricAlarm"].
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.router : length(alarm.alarm_description) <= 1024])
    error_message = "The description is too long for CloudWatch."
  }
}
