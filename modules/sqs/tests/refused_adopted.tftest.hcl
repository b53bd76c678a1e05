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

run "a_url_as_queue_arn_is_refused" {
  command = plan

  variables {
    queue = {
      arn                        = "https://sqs.eu-west-1.amazonaws.com/111122223333/in"
      visibility_timeout_seconds = 432
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [var.queue]
}

run "a_topic_as_dead_letter_queue_is_refused" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 432
      dead_letter_queue = {
        arn               = "arn:aws:sns:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [var.queue]
}

run "a_queue_key_that_is_an_alias_is_refused" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 432
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
      kms_key_arn = "alias/queue"
    }
  }

  expect_failures = [var.queue]
}

run "a_queue_both_adopted_and_created_is_refused" {
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
    new_queue = { max_receive_count = 10 }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_fifo_queue_adopted_as_standard_is_refused" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in.fifo"
      visibility_timeout_seconds = 432
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead.fifo"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_standard_queue_adopted_as_fifo_is_refused" {
  command = plan

  variables {
    fifo = true
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 432
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead.fifo"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_visibility_timeout_below_six_timeouts_is_refused" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 431
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_visibility_timeout_without_the_window_is_refused" {
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
    polling = { window_seconds = 1 }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_new_queue_with_a_short_visibility_timeout_is_refused" {
  command = plan

  variables {
    new_queue = { visibility_timeout_seconds = 431 }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_visibility_timeout_out_of_range_is_refused" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 43201
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "an_adopted_queue_with_few_receives_is_refused" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 432
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 3
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_standard_dead_letter_queue_for_fifo_is_refused" {
  command = plan

  variables {
    fifo = true
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in.fifo"
      visibility_timeout_seconds = 432
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_queue_as_its_own_dead_letter_queue_is_refused" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 432
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:in"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_standard_quarantine_for_fifo_is_refused" {
  command = plan

  variables {
    fifo = true
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/q"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:q"
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_queue_as_its_own_quarantine_is_refused" {
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
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/in"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:in"
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}
