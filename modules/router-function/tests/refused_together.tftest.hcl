# Registry, more backends and credentials that are valid alone, but rejected in combination.

mock_provider "aws" {}

variables {
  name         = "orders-router"
  artifacts    = { directory = "tests/fixtures/artifacts" }
  backend      = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id    = { from = [{ path = "$.body.tenantId" }] }
  event_source = { kind = "sqs", ordered = false, poll_statements = [] }
  registry     = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants" }
}

run "backends_without_a_registry_are_refused" {
  command = plan

  variables {
    registry = null
    backends = { premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium" } }
  }

  expect_failures = [aws_lambda_function.router]
}

run "backends_of_a_pipe_are_refused" {
  command = plan

  variables {
    event_source = { kind = "pipes", ordered = false, poll_statements = [] }
    backend      = null
    backends     = { premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium" } }
  }

  expect_failures = [aws_lambda_function.router]
}

run "backends_in_front_of_a_bridge_are_refused" {
  command = plan

  variables {
    event_source = { kind = "kinesis", ordered = true, poll_statements = [] }
    backends     = { premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium" } }
    bridge = {
      queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo"
      queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"
    }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_further_backend_in_another_region_is_refused" {
  command = plan

  variables {
    backends = { premium = { function = "arn:aws:lambda:eu-central-1:111122223333:function:orders-premium" } }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_registry_in_another_region_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/tenants" }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_further_backend_too_slow_for_the_router_is_refused" {
  command = plan

  variables {
    backends = { premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium", timeout_seconds = 60 } }
    router   = { timeout_seconds = 71 }
  }

  expect_failures = [aws_lambda_function.router]
}

run "async_with_a_backend_without_destination_is_refused" {
  command = plan

  variables {
    backend  = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium", failure_destination = "arn:aws:sqs:eu-west-1:111122223333:failed" }
    backends = { premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium" } }
    delivery = { invocation = "async" }
  }

  expect_failures = [aws_lambda_function.router]
}

run "credentials_of_a_pipe_are_refused" {
  command = plan

  variables {
    event_source = { kind = "pipes", ordered = false, poll_statements = [] }
    backend      = null
    credentials  = { role_arn = "arn:aws:iam::111122223333:role/tenants" }
  }

  expect_failures = [aws_lambda_function.router]
}

run "credentials_in_front_of_a_bridge_are_refused" {
  command = plan

  variables {
    event_source = { kind = "kinesis", ordered = true, poll_statements = [] }
    credentials  = { role_arn = "arn:aws:iam::111122223333:role/tenants" }
    bridge = {
      queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo"
      queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"
    }
  }

  expect_failures = [aws_lambda_function.router]
}

run "credentials_with_async_are_refused" {
  command = plan

  variables {
    backend     = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium", failure_destination = "arn:aws:sqs:eu-west-1:111122223333:failed" }
    delivery    = { invocation = "async" }
    credentials = { role_arn = "arn:aws:iam::111122223333:role/tenants" }
  }

  expect_failures = [aws_lambda_function.router]
}

run "hold_for_a_stream_is_refused" {
  command = plan

  variables {
    event_source = { kind = "kinesis", ordered = true, poll_statements = [] }
    registry     = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", suspended = "hold" }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_session_shorter_than_the_backend_is_refused" {
  command = plan

  variables {
    backends = {
      premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium", timeout_seconds = 590 }
    }
    credentials = { role_arn = "arn:aws:iam::111122223333:role/tenants", session_seconds = 900 }
  }

  expect_failures = [aws_lambda_function.router]
}
