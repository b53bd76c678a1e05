# Settings that would lose, stop or misroute records are rejected at plan. modules/stream-router tests what all streams share.

mock_provider "aws" {}

variables {
  name               = "orders"
  artifacts          = { directory = "tests/fixtures/artifacts" }
  backend            = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id          = { from = [{ path = "$.kinesis.partitionKey" }] }
  new_failure_bucket = {}
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

  expect_failures = [output.stream_arn]
}

run "two_consumers_are_refused" {
  command = plan

  variables {
    stream   = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders", consumer_arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders/consumer/x:1" }
    consumer = { create = true }
  }

  expect_failures = [aws_kinesis_stream_consumer.router]
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
