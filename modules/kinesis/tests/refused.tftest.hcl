# Settings that would lose, stop or misroute records are rejected at plan.

mock_provider "aws" {
  mock_resource "aws_kinesis_stream" {
    defaults = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders" }
  }

  mock_resource "aws_kinesis_stream_consumer" {
    defaults = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders/consumer/orders-router:1" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::orders-failed-1", id = "orders-failed-1" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo"
    }
  }

  override_resource {
    target = module.bridge[0].aws_sqs_queue.dead_letter
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge-dlq.fifo"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge-dlq.fifo"
    }
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

  mock_resource "aws_lambda_event_source_mapping" {
    defaults = { uuid = "11112222-3333-4444-5555-666677778888" }
  }
}

variables {
  name               = "orders"
  artifacts          = { directory = "tests/fixtures/artifacts" }
  backend            = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id          = { from = [{ path = "$.kinesis.partitionKey" }] }
  new_failure_bucket = {}
}

run "a_missing_failure_destination_is_refused" {
  command = plan

  variables {
    new_failure_bucket = null
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "two_failure_destinations_are_refused" {
  command = plan

  variables {
    on_failure = { arn = "arn:aws:s3:::orders-failed" }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "a_backend_in_another_region_is_refused" {
  command = plan

  variables {
    backend = { function = "arn:aws:lambda:eu-central-1:111122223333:function:orders" }
    stream  = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders" }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "an_unsupported_failure_destination_is_refused" {
  command = plan

  variables {
    new_failure_bucket = null
    on_failure         = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:x" }
  }

  expect_failures = [var.on_failure]
}

run "an_invalid_stream_arn_is_refused" {
  command = plan

  variables {
    stream = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders" }
  }

  expect_failures = [var.stream]
}

run "a_stream_both_adopted_and_created_is_refused" {
  command = plan

  variables {
    stream     = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders" }
    new_stream = { name = "orders" }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "two_consumers_are_refused" {
  command = plan

  variables {
    stream   = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders", consumer_arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders/consumer/x:1" }
    consumer = { create = true }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "a_consumer_of_another_stream_is_refused" {
  command = plan

  variables {
    stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders", consumer_arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/others/consumer/x:1" }
  }

  expect_failures = [var.stream]
}

run "a_shard_count_on_demand_is_refused" {
  command = plan

  variables {
    new_stream = { shard_count = 2 }
  }

  expect_failures = [var.new_stream]
}

run "the_bridge_as_quarantine_is_refused" {
  command = plan

  variables {
    on_reject = { quarantine = { queue_arn = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo", queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/mine.fifo" } }
    bridge = {
      queue = {
        arn                        = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo"
        url                        = "https://sqs.eu-west-1.amazonaws.com/111122223333/mine.fifo"
        visibility_timeout_seconds = 600
        dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:mine-dlq.fifo", max_receive_count = 5 }
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "a_name_that_is_too_long_is_refused" {
  command = plan

  variables {
    name = "this-name-is-far-too-long-for-a-router-of-a-bridge-x"
  }

  expect_failures = [var.name]
}

run "an_alias_for_the_key_of_failures_is_refused" {
  command = plan

  variables {
    new_failure_bucket = null
    on_failure         = { arn = "arn:aws:s3:::orders-failed", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/f" }
  }

  expect_failures = [var.on_failure]
}

run "an_alias_for_the_streams_key_is_refused" {
  command = plan

  variables {
    stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/mine", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/s" }
  }

  expect_failures = [var.stream]
}

run "an_alias_for_the_new_streams_key_is_refused" {
  command = plan

  variables {
    new_stream = { kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/s" }
  }

  expect_failures = [var.new_stream]
}

run "a_stream_retention_out_of_range_is_refused" {
  command = plan

  variables {
    new_stream = { retention_hours = 12 }
  }

  expect_failures = [var.new_stream]
}
