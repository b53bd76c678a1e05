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

run "a_name_too_long_for_a_function_is_refused" {
  command = plan

  variables {
    name = "a2345678901234567890123456789012345678901234567890123456789012345"
  }

  expect_failures = [var.name]
}

run "an_unknown_source_is_refused" {
  command = plan

  variables {
    event_source = { kind = "rabbit", ordered = false, poll_statements = [] }
  }

  expect_failures = [var.event_source]
}

run "two_places_for_the_zip_are_refused" {
  command = plan

  variables {
    artifacts = { directory = "tests/fixtures/artifacts", s3_bucket = "artifacts" }
  }

  expect_failures = [var.artifacts]
}

run "no_place_for_the_zip_is_refused" {
  command = plan

  variables {
    artifacts = {}
  }

  expect_failures = [var.artifacts]
}

run "a_folder_without_the_zip_is_refused" {
  command = plan

  variables {
    artifacts = { directory = "tests/fixtures/empty" }
  }

  expect_failures = [aws_lambda_function.router]
}

run "an_architecture_without_a_zip_is_refused" {
  command = plan

  variables {
    router = { architecture = "riscv64" }
  }

  expect_failures = [var.router]
}

run "a_memory_size_out_of_range_is_refused" {
  command = plan

  variables {
    router = { memory_mb = 64 }
  }

  expect_failures = [var.router]
}

run "an_unsupported_tracing_mode_is_refused" {
  command = plan

  variables {
    router = { tracing = "On" }
  }

  expect_failures = [var.router]
}

run "zero_reserved_concurrency_is_refused" {
  command = plan

  variables {
    router = { reserved_concurrency = 0 }
  }

  expect_failures = [var.router]
}

run "a_custom_router_configuration_is_refused" {
  command = plan

  variables {
    router = { environment = { TENANT_ROUTER_CONFIG = "{}" } }
  }

  expect_failures = [var.router]
}

run "the_name_of_a_role_is_refused" {
  command = plan

  variables {
    router = { role = { arn = "router" } }
  }

  expect_failures = [var.router]
}

run "a_router_timeout_without_a_cold_start_is_refused" {
  command = plan

  variables {
    router = { timeout_seconds = 41 }
  }

  expect_failures = [aws_lambda_function.router]
}

run "too_short_an_asynchronous_timeout_is_refused" {
  command = plan

  variables {
    backend  = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders", timeout_seconds = 600, failure_destination = "arn:aws:sqs:eu-west-1:111122223333:failed" }
    delivery = { invocation = "async" }
    router   = { timeout_seconds = 21 }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_router_timeout_above_lambdas_maximum_is_refused" {
  command = plan

  variables {
    router = { timeout_seconds = 901 }
  }

  expect_failures = [aws_lambda_function.router]
}

run "too_large_an_environment_is_refused" {
  command = plan

  variables {
    router = { environment = { PADDING = join("", [for _ in range(400) : "0123456789"]) } }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_negative_alarm_threshold_is_refused" {
  command = plan

  variables {
    alarms = { errors_per_minute = -1 }
  }

  expect_failures = [var.alarms]
}

run "a_fractional_alarm_threshold_is_refused" {
  command = plan

  variables {
    alarms = { errors_per_minute = 0.5 }
  }

  expect_failures = [var.alarms]
}

run "too_small_a_bridge_limit_is_refused" {
  command = plan

  variables {
    event_source = { kind = "kinesis", ordered = true, poll_statements = [] }
    bridge = {
      queue_url         = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo"
      queue_arn         = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"
      max_message_bytes = 1023
    }
  }

  expect_failures = [var.bridge]
}

run "too_large_a_bridge_limit_is_refused" {
  command = plan

  variables {
    event_source = { kind = "kinesis", ordered = true, poll_statements = [] }
    bridge = {
      queue_url         = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo"
      queue_arn         = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"
      max_message_bytes = 1048577
    }
  }

  expect_failures = [var.bridge]
}

run "a_fractional_bridge_limit_is_refused" {
  command = plan

  variables {
    event_source = { kind = "kinesis", ordered = true, poll_statements = [] }
    bridge = {
      queue_url         = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo"
      queue_arn         = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"
      max_message_bytes = 2048.5
    }
  }

  expect_failures = [var.bridge]
}
