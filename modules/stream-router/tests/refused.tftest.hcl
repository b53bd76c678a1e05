# Settings that would lose, stop or misroute records of any stream are rejected at plan.

mock_provider "aws" {}

variables {
  name               = "orders"
  artifacts          = { directory = "tests/fixtures/artifacts" }
  backend            = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id          = { from = [{ path = "$.kinesis.partitionKey" }] }
  new_failure_bucket = {}

  stream = {
    kind            = "kinesis"
    name            = "orders"
    adopted_arn     = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
    mapping_arn     = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
    retention_hours = 24
    poll_statements = []
  }
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

run "images_missing_in_the_stream_are_refused" {
  command = plan

  variables {
    stream = {
      kind            = "dynamodb"
      name            = "orders"
      adopted_arn     = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/1"
      mapping_arn     = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/1"
      retention_hours = 24
      both_images     = false
      poll_statements = []
    }
    tenant_id = { from = [{ path = "$.dynamodb.NewImage.t.S" }, { path = "$.dynamodb.OldImage.t.S" }] }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "a_quarantine_in_another_region_than_a_new_stream_is_refused" {
  command = plan

  variables {
    on_reject = { quarantine = { queue_arn = "arn:aws:sqs:eu-central-1:111122223333:orders-quarantine", queue_url = "https://sqs.eu-central-1.amazonaws.com/111122223333/orders-quarantine" } }
    stream = {
      kind            = "kinesis"
      name            = "orders"
      mapping_arn     = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
      retention_hours = 24
      poll_statements = []
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}
