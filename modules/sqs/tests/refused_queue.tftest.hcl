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

run "a_name_too_long_for_the_router_is_refused" {
  command = plan

  variables {
    name = "a23456789012345678901234567890123456789012345678901234567x"
  }

  expect_failures = [var.name]
}

run "a_queue_name_with_its_suffix_is_refused" {
  command = plan

  variables {
    fifo      = true
    new_queue = { name = "orders.fifo" }
  }

  expect_failures = [var.new_queue]
}

run "a_new_queues_key_that_is_an_alias_is_refused" {
  command = plan

  variables {
    new_queue = { kms_key_arn = "alias/queue" }
  }

  expect_failures = [var.new_queue]
}

run "fifo_settings_for_a_standard_queue_are_refused" {
  command = plan

  variables {
    new_queue = { high_throughput = true }
  }

  expect_failures = [aws_sqs_queue.source]
}

run "too_short_a_dead_letter_retention_is_refused" {
  command = plan

  variables {
    new_queue = { retention_seconds = 172800, dead_letter_retention_seconds = 86400 }
  }

  expect_failures = [aws_sqs_queue.source]
}

run "a_retention_too_short_for_the_retries_is_refused" {
  command = plan

  variables {
    new_queue = { retention_seconds = 5 * 432 - 1 }
  }

  expect_failures = [aws_sqs_queue.source]
}

run "a_backend_in_another_region_is_refused" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-central-1:111122223333:in"
      visibility_timeout_seconds = 432
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-central-1:111122223333:dead"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_quarantine_in_another_region_is_refused" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 432
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
    }
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-central-1.amazonaws.com/111122223333/q"
        queue_arn = "arn:aws:sqs:eu-central-1:111122223333:q"
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_redrive_after_few_receives_is_refused" {
  command = plan

  variables {
    new_queue = { max_receive_count = 4 }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_redrive_after_too_many_receives_is_refused" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 432
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 1001
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_message_size_limit_out_of_range_is_refused" {
  command = plan

  variables {
    new_queue = { max_message_bytes = 100 }
  }

  expect_failures = [var.new_queue]
}
