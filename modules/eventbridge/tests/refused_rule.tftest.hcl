# What is refused, and where. Each run gives one wrong value; scripts/terraform/mutate.py takes each check away in turn and sees that a run notices.
# What modules/router-function and modules/sqs refuse is tested there.

mock_provider "aws" {
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:eu-west-1:111122223333:rule/orders" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders-undelivered", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-undelivered" }
  }

  mock_data "aws_cloudwatch_event_bus" {
    defaults = { arn = "arn:aws:events:eu-west-1:111122223333:event-bus/default" }
  }

  override_resource {
    target = module.buffer[0].aws_sqs_queue.source
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders" }
  }
}

variables {
  name          = "orders"
  event_pattern = "{\"source\":[\"shop\"]}"
  artifacts     = { directory = "tests/fixtures/artifacts" }
  backend       = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
}

run "a_name_that_leaves_no_room_is_refused" {
  command = plan

  variables {
    name = "a123456789012345678901234567890123456789012345678901234567"
  }

  expect_failures = [var.name]
}

run "a_third_way_is_refused" {
  command = plan

  variables {
    mode = "queued"
  }

  expect_failures = [var.mode]
}

run "a_buses_arn_is_refused" {
  command = plan

  variables {
    bus_name = "arn:aws:events:eu-west-1:111122223333:event-bus/shop"
  }

  expect_failures = [var.bus_name]
}

run "a_pattern_that_is_no_json_is_refused" {
  command = plan

  variables {
    event_pattern = "source = shop"
  }

  expect_failures = [var.event_pattern]
}

run "a_pattern_of_everything_is_refused" {
  command = plan

  variables {
    event_pattern = "{}"
  }

  expect_failures = [var.event_pattern]
}

run "a_rule_without_a_pattern_is_refused" {
  command = plan

  variables {
    event_pattern = null
  }

  expect_failures = [aws_cloudwatch_event_rule.this]
}

run "a_rules_name_is_refused" {
  command = plan

  variables {
    event_pattern = null
    rule          = { arn = "orders" }
  }

  expect_failures = [var.rule]
}

run "a_pattern_for_a_rule_that_exists_is_refused" {
  command = plan

  variables {
    rule = { arn = "arn:aws:events:eu-west-1:111122223333:rule/mine" }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "a_bus_for_a_rule_that_exists_is_refused" {
  command = plan

  variables {
    event_pattern = null
    bus_name      = "shop"
    rule          = { arn = "arn:aws:events:eu-west-1:111122223333:rule/mine" }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "a_rule_that_exists_is_not_turned_off" {
  command = plan

  variables {
    event_pattern = null
    enabled       = false
    rule          = { arn = "arn:aws:events:eu-west-1:111122223333:rule/mine" }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "trying_for_more_than_a_day_is_refused" {
  command = plan

  variables {
    retry = { maximum_age_seconds = 86401 }
  }

  expect_failures = [var.retry]
}

run "trying_for_less_than_a_minute_is_refused" {
  command = plan

  variables {
    retry = { maximum_age_seconds = 59 }
  }

  expect_failures = [var.retry]
}

run "trying_more_often_than_eventbridge_does_is_refused" {
  command = plan

  variables {
    retry = { attempts = 186 }
  }

  expect_failures = [var.retry]
}

run "a_fifo_queue_for_undelivered_events_is_refused" {
  command = plan

  variables {
    undelivered = { arn = "arn:aws:sqs:eu-west-1:111122223333:kept.fifo" }
  }

  expect_failures = [var.undelivered]
}

run "a_queue_of_undelivered_events_that_is_the_quarantine_is_refused" {
  command = plan

  variables {
    undelivered = { arn = "arn:aws:sqs:eu-west-1:111122223333:kept" }
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/kept"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:kept"
      }
    }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "undelivered_events_in_the_queue_itself_are_refused" {
  variables {
    undelivered = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders" }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}
