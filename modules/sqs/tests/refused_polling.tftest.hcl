# Rejected values. Each run has one wrong value. scripts.terraform.mutate removes each check in turn and expects a run to
# fail. The checks of modules/router-function are tested there.

mock_provider "aws" {
  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
    }
  }

  override_resource {
    target = aws_sqs_queue.dead_letter
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-dlq"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-dlq"
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
}

variables {
  name      = "orders"
  artifacts = { directory = "tests/fixtures/artifacts" }
  backend   = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id = { from = [{ path = "$.body.tenantId" }] }
}

run "an_empty_batch_is_refused" {
  command = plan

  variables {
    polling = { batch_size = 0 }
  }

  expect_failures = [var.polling]
}

run "a_batch_size_out_of_range_is_refused" {
  command = plan

  variables {
    polling = { batch_size = 10001, window_seconds = 1 }
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

run "a_large_batch_without_a_window_is_refused" {
  command = plan

  variables {
    polling = { batch_size = 11 }
  }

  expect_failures = [var.polling]
}

run "a_maximum_concurrency_of_one_is_refused" {
  command = plan

  variables {
    polling = { maximum_concurrency = 1 }
  }

  expect_failures = [var.polling]
}

run "an_unconfirmed_filter_is_refused" {
  command = plan

  variables {
    polling = { filter = { patterns = ["{}"] } }
  }

  expect_failures = [var.polling]
}

run "a_filter_pattern_that_is_not_an_object_is_refused" {
  command = plan

  variables {
    polling = { filter = { patterns = ["order"], unmatched_records_are_deleted = true } }
  }

  expect_failures = [var.polling]
}

run "a_filter_without_patterns_is_refused" {
  command = plan

  variables {
    polling = { filter = { patterns = [], unmatched_records_are_deleted = true } }
  }

  expect_failures = [var.polling]
}

run "a_fifo_window_is_refused" {
  command = plan

  variables {
    fifo    = true
    polling = { window_seconds = 1 }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "too_little_reserved_concurrency_is_refused" {
  command = plan

  variables {
    polling = { maximum_concurrency = 20 }
    router  = { reserved_concurrency = 10 }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}
