# Settings that would lose or reject events are rejected at plan.

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

run "a_direct_mode_path_in_buffered_mode_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.detail.tenantId" }] }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "an_unknown_mode_is_refused" {
  command = plan

  variables {
    mode = "async"
  }

  expect_failures = [var.mode]
}

run "a_pattern_that_is_not_json_is_refused" {
  command = plan

  variables {
    event_pattern = "source"
  }

  expect_failures = [var.event_pattern]
}

run "an_empty_pattern_is_refused" {
  command = plan

  variables {
    event_pattern = "{}"
  }

  expect_failures = [var.event_pattern]
}

run "the_arn_of_a_bus_is_refused" {
  command = plan

  variables {
    bus = { name = "arn:aws:events:eu-west-1:111122223333:event-bus/shop" }
  }

  expect_failures = [var.bus]
}

run "an_invalid_account_is_refused" {
  command = plan

  variables {
    bus = { put_events_from = ["*"] }
  }

  expect_failures = [var.bus]
}

run "an_event_age_out_of_range_is_refused" {
  command = plan

  variables {
    delivery_to_router = { maximum_event_age_seconds = 86401 }
  }

  expect_failures = [var.delivery_to_router]
}

run "lambda_retries_out_of_range_are_refused" {
  command = plan

  variables {
    delivery_to_router = { router_retry_attempts = 3 }
  }

  expect_failures = [var.delivery_to_router]
}

run "a_fifo_queue_for_undelivered_events_is_refused" {
  command = plan

  variables {
    on_failure = { queue_arn = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo" }
  }

  expect_failures = [var.on_failure]
}

run "a_fractional_archive_retention_is_refused" {
  command = plan

  variables {
    archive = { retention_days = 0.5 }
  }

  expect_failures = [var.archive]
}

run "a_buffered_mode_path_in_direct_mode_is_refused" {
  command = plan

  variables {
    mode      = "direct"
    tenant_id = { from = [{ path = "$.body.detail.tenantId" }] }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "a_queue_in_direct_mode_is_refused" {
  command = plan

  variables {
    mode      = "direct"
    new_queue = { max_receive_count = 6 }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "batches_in_direct_mode_are_refused" {
  command = plan

  variables {
    mode     = "direct"
    delivery = { payload = "event" }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "a_fifo_buffer_is_refused" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo"
      visibility_timeout_seconds = 600
      dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:mine-dlq.fifo", max_receive_count = 5 }
    }
  }

  expect_failures = [var.queue]
}

run "a_queue_in_another_region_is_refused" {
  command = plan

  variables {
    mode       = "direct"
    on_failure = { queue_arn = "arn:aws:sqs:eu-central-1:111122223333:failed" }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "one_queue_for_rejected_and_undelivered_is_refused" {
  command = plan

  variables {
    on_failure = { queue_arn = "arn:aws:sqs:eu-west-1:111122223333:aside" }
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/aside"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:aside"
      }
    }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "a_name_that_is_too_long_is_refused" {
  command = plan

  variables {
    name = "a-name-that-is-much-too-long-to-be-followed-by-anything-else-"
  }

  expect_failures = [var.name]
}

run "eventbridge_retries_out_of_range_are_refused" {
  command = plan

  variables {
    delivery_to_router = { maximum_retry_attempts = 186 }
  }

  expect_failures = [var.delivery_to_router]
}
