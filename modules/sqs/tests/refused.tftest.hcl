# What is refused, and where. Each run gives one wrong value; scripts/terraform/mutate.py takes each check away in turn and sees that a run notices.
# What modules/router-function refuses is tested there.

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

run "a_name_too_long_for_the_router" {
  command = plan

  variables {
    name = "a23456789012345678901234567890123456789012345678901234567x"
  }

  expect_failures = [var.name]
}

run "a_queue_url_instead_of_an_arn" {
  command = plan

  variables {
    queue = {
      arn                        = "https://sqs.eu-west-1.amazonaws.com/111122223333/in"
      visibility_timeout_seconds = 360
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [var.queue]
}

run "a_dead_letter_queue_that_is_a_topic" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 360
      dead_letter_queue = {
        arn               = "arn:aws:sns:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [var.queue]
}

run "a_queue_key_that_is_an_alias" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 360
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
      kms_key_arn = "alias/queue"
    }
  }

  expect_failures = [var.queue]
}

run "a_queue_name_with_its_suffix" {
  command = plan

  variables {
    fifo      = true
    new_queue = { name = "orders.fifo" }
  }

  expect_failures = [var.new_queue]
}

run "a_new_queues_key_that_is_an_alias" {
  command = plan

  variables {
    new_queue = { kms_key_arn = "alias/queue" }
  }

  expect_failures = [var.new_queue]
}

run "fifo_settings_for_a_standard_queue" {
  command = plan

  variables {
    new_queue = { high_throughput = true }
  }

  expect_failures = [aws_sqs_queue.source]
}

run "dead_letters_deleted_before_the_records_would_be" {
  command = plan

  variables {
    new_queue = { retention_seconds = 172800, dead_letter_retention_seconds = 86400 }
  }

  expect_failures = [aws_sqs_queue.source]
}

run "an_empty_batch" {
  command = plan

  variables {
    polling = { batch_size = 0 }
  }

  expect_failures = [var.polling]
}

run "a_batch_that_lambda_does_not_read" {
  command = plan

  variables {
    polling = { batch_size = 10001, window_seconds = 1 }
  }

  expect_failures = [var.polling]
}

run "a_window_that_lambda_does_not_wait" {
  command = plan

  variables {
    polling = { window_seconds = 301 }
  }

  expect_failures = [var.polling]
}

run "a_batch_of_more_than_ten_without_a_window" {
  command = plan

  variables {
    polling = { batch_size = 11 }
  }

  expect_failures = [var.polling]
}

run "a_single_concurrent_router" {
  command = plan

  variables {
    polling = { maximum_concurrency = 1 }
  }

  expect_failures = [var.polling]
}

run "a_filter_that_deletes_records_unasked" {
  command = plan

  variables {
    polling = { filter = { patterns = ["{}"] } }
  }

  expect_failures = [var.polling]
}

run "a_filter_pattern_that_is_no_object" {
  command = plan

  variables {
    polling = { filter = { patterns = ["order"], unmatched_records_are_deleted = true } }
  }

  expect_failures = [var.polling]
}

run "a_filter_without_patterns" {
  command = plan

  variables {
    polling = { filter = { patterns = [], unmatched_records_are_deleted = true } }
  }

  expect_failures = [var.polling]
}

run "a_queue_both_adopted_and_created" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 360
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
    }
    new_queue = { max_receive_count = 10 }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_fifo_queue_adopted_as_standard" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in.fifo"
      visibility_timeout_seconds = 360
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead.fifo"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_standard_queue_adopted_as_fifo" {
  command = plan

  variables {
    fifo = true
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 360
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead.fifo"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_visibility_timeout_shorter_than_six_routers" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 359
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_visibility_timeout_that_forgets_the_window" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 360
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
    }
    polling = { window_seconds = 1 }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_new_queue_with_a_short_visibility_timeout" {
  command = plan

  variables {
    new_queue = { visibility_timeout_seconds = 300 }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_visibility_timeout_that_sqs_does_not_have" {
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

run "a_redrive_after_fewer_than_five_attempts" {
  command = plan

  variables {
    new_queue = { max_receive_count = 4 }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "an_adopted_queue_with_a_quick_redrive" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 360
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 3
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_redrive_after_more_attempts_than_sqs_counts" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 360
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 1001
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_fifo_queue_with_a_standard_dead_letter_queue" {
  command = plan

  variables {
    fifo = true
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in.fifo"
      visibility_timeout_seconds = 360
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:dead"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_queue_that_is_its_own_dead_letter_queue" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 360
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:in"
        max_receive_count = 5
      }
    }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "a_fifo_queue_with_a_standard_quarantine" {
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

run "a_queue_that_is_its_own_quarantine" {
  command = plan

  variables {
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:in"
      visibility_timeout_seconds = 360
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

run "a_fifo_window" {
  command = plan

  variables {
    fifo    = true
    polling = { window_seconds = 1 }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}

run "fewer_reserved_instances_than_lambda_starts" {
  command = plan

  variables {
    polling = { maximum_concurrency = 20 }
    router  = { reserved_concurrency = 10 }
  }

  expect_failures = [aws_lambda_event_source_mapping.queue]
}
