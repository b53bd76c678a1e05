# The router runs longer than every invocation that it starts, including a cold start of the backend.

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

run "the_longest_backend_timeout_fits_a_router" {
  command = plan

  variables {
    backend = {
      function        = "arn:aws:lambda:eu-west-1:111122223333:function:orders"
      timeout_seconds = 888
    }
  }

  assert {
    condition     = output.timeout_seconds == 900
    error_message = "The router's timeout is not Lambda's longest."
  }
}

run "the_shortest_router_timeout_is_accepted" {
  command = plan

  variables {
    router = { timeout_seconds = 42 }
  }

  assert {
    condition     = output.timeout_seconds == 42
    error_message = "The router's timeout is wrong."
  }
}

run "an_asynchronous_router_waits_only_for_acceptance" {
  command = plan

  variables {
    backend = {
      function            = "arn:aws:lambda:eu-west-1:111122223333:function:orders"
      timeout_seconds     = 600
      failure_destination = "arn:aws:sqs:eu-west-1:111122223333:failed"
    }
    delivery = { invocation = "async" }
  }

  assert {
    condition     = output.timeout_seconds == 2 * 10 + 12
    error_message = "The router's timeout depends on the backend's, although it does not wait for the backend."
  }
}

run "an_asynchronous_router_with_a_fast_backend_waits_less" {
  command = plan

  variables {
    backend = {
      function            = "arn:aws:lambda:eu-west-1:111122223333:function:orders"
      timeout_seconds     = 3
      failure_destination = "arn:aws:sqs:eu-west-1:111122223333:failed"
    }
    delivery = { invocation = "async" }
    router   = { timeout_seconds = 15 }
  }

  assert {
    condition     = output.timeout_seconds == 15
    error_message = "The router's timeout is wrong."
  }
}
