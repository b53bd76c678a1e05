# Rejected settings of a bridge.

mock_provider "aws" {}

variables {
  name               = "orders"
  artifacts          = { directory = "tests/fixtures/artifacts" }
  backend            = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id          = { from = [{ path = "$.kinesis.partitionKey" }] }
  new_failure_bucket = {}
}

run "an_unknown_group_of_the_bridge_is_refused" {
  command = plan

  variables {
    bridge = { group = "shard" }
  }

  expect_failures = [var.bridge]
}

run "the_url_of_another_queue_is_refused" {
  command = plan

  variables {
    bridge = {
      queue = {
        arn                        = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo"
        url                        = "https://sqs.eu-west-1.amazonaws.com/111122223333/other.fifo"
        visibility_timeout_seconds = 600
        dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:mine-dlq.fifo", max_receive_count = 5 }
      }
    }
  }

  expect_failures = [var.bridge]
}

run "an_existing_and_a_new_bridge_are_refused" {
  command = plan

  variables {
    bridge = {
      queue = {
        arn                        = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo"
        url                        = "https://sqs.eu-west-1.amazonaws.com/111122223333/mine.fifo"
        visibility_timeout_seconds = 600
        dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:mine-dlq.fifo", max_receive_count = 5 }
      }
      new_queue = { name = "other" }
    }
  }

  expect_failures = [var.bridge]
}

run "a_standard_queue_as_bridge_is_refused" {
  command = plan

  variables {
    bridge = {
      queue = {
        arn                        = "arn:aws:sqs:eu-west-1:111122223333:mine"
        url                        = "https://sqs.eu-west-1.amazonaws.com/111122223333/mine"
        visibility_timeout_seconds = 600
        dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:mine-dlq", max_receive_count = 5 }
      }
    }
  }

  expect_failures = [var.bridge]
}

run "a_batch_too_large_for_a_bridge_is_refused" {
  command = plan

  variables {
    bridge = { batch_size = 11 }
  }

  expect_failures = [var.bridge]
}

run "an_empty_batch_of_a_bridge_is_refused" {
  command = plan

  variables {
    bridge = { batch_size = 0 }
  }

  expect_failures = [var.bridge]
}

run "a_bridges_limit_that_is_too_small_is_refused" {
  command = plan

  variables {
    bridge = {
      queue = {
        arn                        = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo"
        url                        = "https://sqs.eu-west-1.amazonaws.com/111122223333/mine.fifo"
        visibility_timeout_seconds = 600
        dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:mine-dlq.fifo", max_receive_count = 5 }
        max_message_bytes          = 1023
      }
    }
  }

  expect_failures = [var.bridge]
}

run "a_bridges_limit_that_is_too_large_is_refused" {
  command = plan

  variables {
    bridge = {
      queue = {
        arn                        = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo"
        url                        = "https://sqs.eu-west-1.amazonaws.com/111122223333/mine.fifo"
        visibility_timeout_seconds = 600
        dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:mine-dlq.fifo", max_receive_count = 5 }
        max_message_bytes          = 1048577
      }
    }
  }

  expect_failures = [var.bridge]
}
