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

run "an_alias_of_a_key_is_refused" {
  command = plan

  variables {
    new_queue = { kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/k" }
  }

  expect_failures = [var.new_queue]
}

run "a_fourth_attempt_of_lambda_is_refused" {
  command = plan

  variables {
    mode   = "direct"
    direct = { retries = 3 }
  }

  expect_failures = [var.direct]
}

run "an_event_older_than_lambda_keeps_is_refused" {
  command = plan

  variables {
    mode   = "direct"
    direct = { maximum_age_seconds = 21601 }
  }

  expect_failures = [var.direct]
}

run "an_event_that_ages_in_less_than_a_minute_is_refused" {
  command = plan

  variables {
    mode   = "direct"
    direct = { maximum_age_seconds = 59 }
  }

  expect_failures = [var.direct]
}

run "a_fifo_queue_for_failed_events_is_refused" {
  command = plan

  variables {
    mode   = "direct"
    direct = { on_failure = { arn = "arn:aws:sqs:eu-west-1:111122223333:failed.fifo" } }
  }

  expect_failures = [var.direct]
}

run "an_alias_of_the_failed_events_key_is_refused" {
  command = plan

  variables {
    mode   = "direct"
    direct = { on_failure = { arn = "arn:aws:s3:::failed", kms_key_arn = "alias/k" } }
  }

  expect_failures = [var.direct]
}

run "a_bus_that_is_open_to_everybody_is_refused" {
  command = plan

  variables {
    bus_policy = { account_ids = ["*"] }
  }

  expect_failures = [var.bus_policy]
}

run "a_bus_policy_for_nobody_is_refused" {
  command = plan

  variables {
    bus_policy = { account_ids = [] }
  }

  expect_failures = [var.bus_policy]
}

run "an_archive_of_half_a_day_is_refused" {
  command = plan

  variables {
    archive = { retention_days = 0.5 }
  }

  expect_failures = [var.archive]
}

run "an_archive_pattern_that_is_no_json_is_refused" {
  command = plan

  variables {
    archive = { event_pattern = "shop" }
  }

  expect_failures = [var.archive]
}

run "an_archive_with_a_long_name_is_refused" {
  command = plan

  variables {
    archive = { name = "a123456789012345678901234567890123456789012345678" }
  }

  expect_failures = [aws_cloudwatch_event_archive.this]
}

run "an_archive_that_does_not_know_what_to_keep_is_refused" {
  command = plan

  variables {
    event_pattern = null
    rule          = { arn = "arn:aws:events:eu-west-1:111122223333:rule/mine" }
    archive       = {}
  }

  expect_failures = [aws_cloudwatch_event_archive.this]
}

run "a_path_outside_the_body_is_refused_when_buffered" {
  variables {
    tenant_id = { from = [{ path = "$.detail.tenantId" }] }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "a_path_that_only_begins_like_the_body_is_refused" {
  variables {
    tenant_id = { from = [{ path = "$.bodyguard.tenantId" }] }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "a_path_into_a_body_is_refused_when_direct" {
  variables {
    mode      = "direct"
    tenant_id = { from = [{ path = "$.detail.tenantId" }], must_match = [{ path = "$['body'].account" }] }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "a_backend_in_another_region_is_refused" {
  variables {
    mode    = "direct"
    backend = { function = "arn:aws:lambda:eu-north-1:111122223333:function:orders" }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}

run "a_quarantine_in_another_region_is_refused" {
  variables {
    mode = "direct"
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-north-1.amazonaws.com/111122223333/quarantine"
        queue_arn = "arn:aws:sqs:eu-north-1:111122223333:quarantine"
      }
    }
  }

  expect_failures = [aws_cloudwatch_event_target.router]
}
