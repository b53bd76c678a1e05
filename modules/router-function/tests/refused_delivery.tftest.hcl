# Rejected values. Each run has one wrong value. scripts.terraform.mutate removes each check in turn and expects a run to
# fail.

mock_provider "aws" {}

variables {
  name      = "orders-router"
  artifacts = { directory = "tests/fixtures/artifacts" }
  backend   = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id = { from = [{ path = "$.body.tenantId" }] }
  event_source = {
    kind            = "sqs"
    ordered         = false
    poll_statements = []
  }
}

run "the_name_of_a_backend_is_refused" {
  command = plan

  variables {
    backend = { function = "orders" }
  }

  expect_failures = [var.backend]
}

run "a_queue_as_backend_is_refused" {
  command = plan

  variables {
    backend = { function = "arn:aws:sqs:eu-west-1:111122223333:orders" }
  }

  expect_failures = [var.backend]
}

run "a_backend_too_slow_for_a_router_is_refused" {
  command = plan

  variables {
    backend = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders", timeout_seconds = 889 }
  }

  expect_failures = [var.backend]
}

run "a_fractional_backend_timeout_is_refused" {
  command = plan

  variables {
    backend = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders", timeout_seconds = 1.5 }
  }

  expect_failures = [var.backend]
}

run "a_table_as_failure_destination_is_refused" {
  command = plan

  variables {
    backend = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders", failure_destination = "arn:aws:dynamodb:eu-west-1:111122223333:table/t" }
  }

  expect_failures = [var.backend]
}

run "an_unknown_payload_is_refused" {
  command = plan

  variables {
    delivery = { payload = "batch" }
  }

  expect_failures = [var.delivery]
}

run "an_unknown_invocation_is_refused" {
  command = plan

  variables {
    delivery = { invocation = "later" }
  }

  expect_failures = [var.delivery]
}

run "nothing_in_flight_is_refused" {
  command = plan

  variables {
    delivery = { in_flight = 0 }
  }

  expect_failures = [var.delivery]
}

run "too_many_in_flight_are_refused" {
  command = plan

  variables {
    delivery = { in_flight = 901 }
  }

  expect_failures = [var.delivery]
}

run "more_in_flight_per_tenant_than_in_total_is_refused" {
  command = plan

  variables {
    delivery = { in_flight = 2, per_tenant = 3 }
  }

  expect_failures = [var.delivery]
}

run "too_many_records_per_invocation_are_refused" {
  command = plan

  variables {
    delivery = { max_records = 10001 }
  }

  expect_failures = [var.delivery]
}

run "a_url_as_quarantine_arn_is_refused" {
  command = plan

  variables {
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/q"
        queue_arn = "https://sqs.eu-west-1.amazonaws.com/111122223333/q"
      }
    }
  }

  expect_failures = [var.on_reject]
}

run "an_arn_as_quarantine_url_is_refused" {
  command = plan

  variables {
    on_reject = {
      quarantine = {
        queue_url = "arn:aws:sqs:eu-west-1:111122223333:q"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:q"
      }
    }
  }

  expect_failures = [var.on_reject]
}

run "a_quarantine_key_that_is_an_alias_is_refused" {
  command = plan

  variables {
    on_reject = {
      quarantine = {
        queue_url   = "https://sqs.eu-west-1.amazonaws.com/111122223333/q"
        queue_arn   = "arn:aws:sqs:eu-west-1:111122223333:q"
        kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/q"
      }
    }
  }

  expect_failures = [var.on_reject]
}

run "async_from_an_ordered_source_is_refused" {
  command = plan

  variables {
    backend      = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders", failure_destination = "arn:aws:sqs:eu-west-1:111122223333:failed" }
    delivery     = { invocation = "async" }
    event_source = { kind = "sqs", ordered = true, poll_statements = [] }
  }

  expect_failures = [aws_lambda_function.router]
}

run "async_without_a_failure_destination_is_refused" {
  command = plan

  variables {
    delivery = { invocation = "async" }
  }

  expect_failures = [aws_lambda_function.router]
}

run "concurrent_invocations_from_an_ordered_source_are_refused" {
  command = plan

  variables {
    delivery     = { per_tenant = 2 }
    event_source = { kind = "sqs", ordered = true, poll_statements = [] }
  }

  expect_failures = [aws_lambda_function.router]
}
