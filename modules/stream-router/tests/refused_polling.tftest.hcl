# Settings of reading and delivery that would lose, stop or reorder records of any stream are rejected at plan.

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

run "unlimited_retries_are_refused" {
  command = plan

  variables {
    polling = { maximum_retry_attempts = -1 }
  }

  expect_failures = [var.polling]
}

run "a_tumbling_window_is_refused" {
  command = plan

  variables {
    polling = { tumbling_window_seconds = 60 }
  }

  expect_failures = [var.polling]
}

run "a_batch_size_out_of_range_is_refused" {
  command = plan

  variables {
    polling = { batch_size = 10001 }
  }

  expect_failures = [var.polling]
}

run "a_window_out_of_range_is_refused" {
  command = plan

  variables {
    polling = { window_seconds = 301 }
  }

  expect_failures = [var.polling]
}

run "a_parallelization_factor_out_of_range_is_refused" {
  command = plan

  variables {
    polling = { parallelization_factor = 11 }
  }

  expect_failures = [var.polling]
}

run "a_filter_that_skips_records_is_refused" {
  command = plan

  variables {
    polling = { filter = { patterns = ["{}"] } }
  }

  expect_failures = [var.polling]
}

run "an_invalid_filter_pattern_is_refused" {
  command = plan

  variables {
    polling = { filter = { patterns = ["x"], unmatched_records_are_deleted = true } }
  }

  expect_failures = [var.polling]
}

run "a_record_age_beyond_the_retention_is_refused" {
  command = plan

  variables {
    polling = { maximum_record_age_seconds = 90000 }
  }

  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "asynchronous_delivery_is_refused" {
  command = plan

  variables {
    delivery = { invocation = "async" }
  }

  expect_failures = [var.delivery]
}

run "concurrent_invocations_of_a_tenant_are_refused" {
  command = plan

  variables {
    delivery = { per_tenant = 2 }
  }

  expect_failures = [var.delivery]
}
