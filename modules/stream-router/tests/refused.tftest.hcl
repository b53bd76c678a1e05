# What no stream may have is rejected at plan. The source modules test what they check themselves, and what is created.

mock_provider "aws" {}

variables {
  kind               = "kinesis"
  name               = "orders"
  artifacts          = { directory = "tests/fixtures/artifacts" }
  backend            = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  backends           = {}
  registry           = null
  credentials        = null
  tenant_id          = { from = [{ path = "$.kinesis.partitionKey" }] }
  delivery           = {}
  on_reject          = { quarantine = null }
  on_failure         = null
  new_failure_bucket = { prefix = "orders-failed-", expiration_days = 90, kms_key_arn = null, force_destroy = false }
  bridge             = null
  log_tenants        = false
  router             = {}
  alarms             = { enabled = true, actions = [], ok_actions = [], oldest_record_seconds = 900 }
  tags               = {}

  polling = {
    batch_size                 = 100
    window_seconds             = 0
    parallelization_factor     = 1
    starting_position          = "TRIM_HORIZON"
    starting_timestamp         = null
    maximum_retry_attempts     = 10
    maximum_record_age_seconds = null
    bisect_on_error            = true
    enabled                    = true
    filter                     = null
  }

  stream = {
    name            = "orders"
    adopted_arn     = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
    mapping_arn     = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
    retention_hours = 24
    kms_key_arn     = null
    both_images     = true
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
    on_failure = { arn = "arn:aws:s3:::orders-failed", kms_key_arn = null }
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

run "the_bridge_as_quarantine_is_refused" {
  command = plan

  variables {
    on_reject = { quarantine = { queue_arn = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo", queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/mine.fifo" } }
    bridge = {
      group = "tenant"
      queue = {
        arn                        = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo"
        url                        = "https://sqs.eu-west-1.amazonaws.com/111122223333/mine.fifo"
        visibility_timeout_seconds = 600
        dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:mine-dlq.fifo", max_receive_count = 5 }
        kms_key_arn                = null
        max_message_bytes          = 262144
      }
      new_queue           = {}
      quarantine          = null
      quarantine_group    = "order_key"
      batch_size          = 10
      maximum_concurrency = null
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "images_missing_in_the_stream_are_refused" {
  command = plan

  variables {
    kind = "dynamodb"
    stream = {
      name            = "orders"
      adopted_arn     = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/1"
      mapping_arn     = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/1"
      retention_hours = 24
      kms_key_arn     = null
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
      name            = "orders"
      adopted_arn     = null
      mapping_arn     = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
      retention_hours = 24
      kms_key_arn     = null
      both_images     = true
      poll_statements = []
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "a_record_age_beyond_the_retention_is_refused" {
  command = plan

  variables {
    polling = {
      batch_size                 = 100
      window_seconds             = 0
      parallelization_factor     = 1
      starting_position          = "TRIM_HORIZON"
      starting_timestamp         = null
      maximum_retry_attempts     = 10
      maximum_record_age_seconds = 82801
      bisect_on_error            = true
      enabled                    = true
      filter                     = null
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}
