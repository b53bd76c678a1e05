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
  stream             = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-24T00:00:00.000", view_type = "NEW_AND_OLD_IMAGES" }
  backend            = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id          = { from = [{ path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)" }] }
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

run "a_table_instead_of_its_stream_is_refused" {
  command = plan

  variables {
    stream = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders", view_type = "KEYS_ONLY" }
  }

  expect_failures = [var.stream]
}

run "an_unknown_view_type_is_refused" {
  command = plan

  variables {
    stream = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/1", view_type = "ALL" }
  }

  expect_failures = [var.stream]
}

run "one_image_alone_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.dynamodb.NewImage.tenantId.S" }] }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "an_image_with_another_capture_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.dynamodb.NewImage.t.S", capture = "^(.)" }, { path = "$.dynamodb.OldImage.t.S" }] }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "an_image_that_must_match_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.dynamodb.Keys.pk.S" }], must_match = [{ path = "$.dynamodb.NewImage.tenantId.S" }] }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "images_missing_in_the_stream_are_refused" {
  command = plan

  variables {
    stream    = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/1", view_type = "NEW_IMAGE" }
    tenant_id = { from = [{ path = "$.dynamodb.NewImage.t.S" }, { path = "$.dynamodb.OldImage.t.S" }] }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
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

run "one_image_alone_in_brackets_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$['dynamodb'][\"OldImage\"]['tenantId'].S" }] }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "an_alias_for_the_tables_key_is_refused" {
  command = plan

  variables {
    stream = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/1", view_type = "KEYS_ONLY", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/t" }
  }

  expect_failures = [var.stream]
}
