# Rejected values. Each run has one wrong value. scripts.terraform.mutate removes each check in turn and expects a run to
# fail.

mock_provider "aws" {}

variables {
  name    = "orders"
  package = { filename = "tests/fixtures/backend.zip" }
}

run "a_name_with_a_dot_is_refused" {
  command = plan

  variables {
    name = "orders.live"
  }

  expect_failures = [var.name]
}

run "code_in_two_places_is_refused" {
  command = plan

  variables {
    package = { filename = "tests/fixtures/backend.zip", image_uri = "i" }
  }

  expect_failures = [var.package]
}

run "code_in_no_place_is_refused" {
  command = plan

  variables {
    package = {}
  }

  expect_failures = [var.package]
}

run "a_bucket_without_a_key_is_refused" {
  command = plan

  variables {
    package = { s3_bucket = "artifacts" }
  }

  expect_failures = [var.package]
}

run "a_missing_zip_is_refused" {
  command = plan

  variables {
    package = { filename = "tests/fixtures/missing.zip" }
  }

  expect_failures = [aws_lambda_function.backend]
}

run "an_unsupported_architecture_is_refused" {
  command = plan

  variables {
    function = { architecture = "riscv64" }
  }

  expect_failures = [var.function]
}

run "a_timeout_too_long_for_a_router_is_refused" {
  command = plan

  variables {
    function = { timeout_seconds = 889 }
  }

  expect_failures = [var.function]
}

run "a_fractional_timeout_is_refused" {
  command = plan

  variables {
    function = { timeout_seconds = 1.5 }
  }

  expect_failures = [var.function]
}

run "an_unsupported_tracing_mode_is_refused" {
  command = plan

  variables {
    function = { tracing = "On" }
  }

  expect_failures = [var.function]
}

run "an_alias_of_digits_is_refused" {
  command = plan

  variables {
    alias = "42"
  }

  expect_failures = [var.alias]
}

run "a_fifo_failure_destination_is_refused" {
  command = plan

  variables {
    failure_destination = { arn = "arn:aws:sqs:eu-west-1:111122223333:failed.fifo" }
  }

  expect_failures = [var.failure_destination]
}

run "too_many_retries_are_refused" {
  command = plan

  variables {
    failure_destination = { arn = "arn:aws:sqs:eu-west-1:111122223333:failed", retries = 3 }
  }

  expect_failures = [var.failure_destination]
}

run "policies_for_an_existing_role_are_refused" {
  command = plan

  variables {
    role = { existing = { arn = "arn:aws:iam::111122223333:role/r" }, policies = ["{}"] }
  }

  expect_failures = [var.role]
}
