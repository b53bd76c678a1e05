# The sender must be a field that the service writes, not the producer.

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
  backend      = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id    = { from = [{ path = "$.body.tenantId" }] }
  event_source = { kind = "sqs", ordered = false, poll_statements = [] }
  registry     = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants" }
}

run "a_sender_written_by_the_producer_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", principal = { path = "$.body.sender" } }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_kinesis_stream_has_no_sender" {
  command = plan

  variables {
    event_source = { kind = "kinesis", ordered = true, poll_statements = [] }
    registry     = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", principal = { path = "$.kinesis.partitionKey" } }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_bridges_queue_has_the_streams_senders" {
  command = plan

  variables {
    event_source = { kind = "sqs", ordered = true, poll_statements = [] }
    bridged_from = "dynamodb"
    registry     = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", principal = { path = "$.attributes.SenderId" } }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_task_can_name_its_sender" {
  command = plan

  variables {
    event_source = { kind = "task", ordered = false, poll_statements = [] }
    registry     = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", principal = { path = "$.started_by" } }
  }

  assert {
    condition     = jsondecode(output.config).registry.principal == { path = "$.started_by" }
    error_message = "The sender is wrong: ${output.config}"
  }
}
