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

run "a_path_outside_the_message_in_buffered_mode_is_refused" {
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

run "a_pattern_that_is_no_json_is_refused" {
  command = plan

  variables {
    event_pattern = "source"
  }

  expect_failures = [var.event_pattern]
}

run "a_pattern_of_nothing_is_refused" {
  command = plan

  variables {
    event_pattern = "{}"
  }

  expect_failures = [var.event_pattern]
}

run "a_bus_by_its_arn_is_refused" {
  command = plan

  variables {
    bus = { name = "arn:aws:events:eu-west-1:111122223333:event-bus/shop" }
  }

  expect_failures = [var.bus]
}

run "an_account_that_is_none_is_refused" {
  command = plan

  variables {
    bus = { put_events_from = ["*"] }
  }

  expect_failures = [var.bus]
}

run "an_age_that_eventbridge_does_not_wait_is_refused" {
  command = plan

  variables {
    delivery_to_router = { maximum_event_age_seconds = 86401 }
  }

  expect_failures = [var.delivery_to_router]
}

run "retries_that_lambda_does_not_make_are_refused" {
  command = plan

  variables {
    delivery_to_router = { router_retry_attempts = 3 }
  }

  expect_failures = [var.delivery_to_router]
}

run "a_fifo_queue_for_what_is_given_up_is_refused" {
  command = plan

  variables {
    on_failure = { queue_arn = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo" }
  }

  expect_failures = [var.on_failure]
}

run "an_archive_of_half_a_day_is_refused" {
  command = plan

  variables {
    archive = { retention_days = 0.5 }
  }

  expect_failures = [var.archive]
}

run "a_path_of_a_message_in_direct_mode_is_refused" {
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

run "several_events_at_a_time_in_direct_mode_are_refused" {
  command = plan

  variables {
    mode     = "direct"
    delivery = { payload = "event" }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "a_queue_with_message_groups_is_refused" {
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

run "one_queue_for_rejected_and_undelivered_events_is_refused" {
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

run "a_name_without_room_is_refused" {
  command = plan

  variables {
    name = "a-name-that-is-much-too-long-to-be-followed-by-anything-else-"
  }

  expect_failures = [var.name]
}

run "retries_that_eventbridge_does_not_make_are_refused" {
  command = plan

  variables {
    delivery_to_router = { maximum_retry_attempts = 186 }
  }

  expect_failures = [var.delivery_to_router]
}
