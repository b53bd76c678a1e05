# Settings of reading and delivery that would lose, stop or reorder records are rejected at plan.

mock_provider "aws" {}

variables {
  name               = "orders"
  artifacts          = { directory = "tests/fixtures/artifacts" }
  stream             = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-24T00:00:00.000", view_type = "NEW_AND_OLD_IMAGES" }
  backend            = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id          = { from = [{ path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)" }] }
  new_failure_bucket = {}
}

run "unlimited_retries_are_refused" {
  command = plan

  variables {
    polling = { maximum_retry_attempts = -1 }
  }

  expect_failures = [var.polling]
}

run "an_unlimited_record_age_is_refused" {
  command = plan

  variables {
    polling = { maximum_record_age_seconds = -1 }
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

run "a_starting_timestamp_is_refused" {
  command = plan

  variables {
    polling = { starting_position = "AT_TIMESTAMP" }
  }

  expect_failures = [var.polling]
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

run "an_unknown_starting_position_is_refused" {
  command = plan

  variables {
    polling = { starting_position = "EARLIEST" }
  }

  expect_failures = [var.polling]
}
