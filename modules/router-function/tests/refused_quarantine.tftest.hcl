# Rejected settings of a quarantine. Each run has one wrong value.

mock_provider "aws" {}

variables {
  name         = "orders-router"
  artifacts    = { directory = "tests/fixtures/artifacts" }
  backend      = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id    = { from = [{ path = "$.body.tenantId" }] }
  event_source = { kind = "sqs", ordered = false, poll_statements = [] }
}

run "too_large_a_quarantine_limit_is_refused" {
  command = plan

  variables {
    on_reject = {
      quarantine = {
        queue_url         = "https://sqs.eu-west-1.amazonaws.com/111122223333/q"
        queue_arn         = "arn:aws:sqs:eu-west-1:111122223333:q"
        max_message_bytes = 1048577
      }
    }
  }

  expect_failures = [var.on_reject]
}

run "too_small_a_quarantine_limit_is_refused" {
  command = plan

  variables {
    on_reject = {
      quarantine = {
        queue_url         = "https://sqs.eu-west-1.amazonaws.com/111122223333/q"
        queue_arn         = "arn:aws:sqs:eu-west-1:111122223333:q"
        max_message_bytes = 1023
      }
    }
  }

  expect_failures = [var.on_reject]
}

run "the_arn_of_a_bucket_is_refused" {
  command = plan

  variables {
    on_reject = {
      quarantine = {
        queue_url     = "https://sqs.eu-west-1.amazonaws.com/111122223333/q"
        queue_arn     = "arn:aws:sqs:eu-west-1:111122223333:q"
        large_records = { bucket = "arn:aws:s3:::large" }
      }
    }
  }

  expect_failures = [var.on_reject]
}

run "a_prefix_with_wildcards_is_refused" {
  command = plan

  variables {
    on_reject = {
      quarantine = {
        queue_url     = "https://sqs.eu-west-1.amazonaws.com/111122223333/q"
        queue_arn     = "arn:aws:sqs:eu-west-1:111122223333:q"
        large_records = { bucket = "large", prefix = "*/orders" }
      }
    }
  }

  expect_failures = [var.on_reject]
}

run "an_alias_as_the_buckets_key_is_refused" {
  command = plan

  variables {
    on_reject = {
      quarantine = {
        queue_url     = "https://sqs.eu-west-1.amazonaws.com/111122223333/q"
        queue_arn     = "arn:aws:sqs:eu-west-1:111122223333:q"
        large_records = { bucket = "large", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/large" }
      }
    }
  }

  expect_failures = [var.on_reject]
}

run "an_unknown_group_in_the_quarantine_is_refused" {
  command = plan

  variables {
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/q.fifo"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:q.fifo"
      }
      group = "source"
    }
  }

  expect_failures = [var.on_reject]
}

run "groups_of_a_standard_quarantine_are_refused" {
  command = plan

  variables {
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/q"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:q"
      }
      group = "tenant"
    }
  }

  expect_failures = [var.on_reject]
}

run "groups_without_a_quarantine_are_refused" {
  command = plan

  variables {
    on_reject = { group = "tenant" }
  }

  expect_failures = [var.on_reject]
}
