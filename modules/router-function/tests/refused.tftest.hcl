# What is refused, and where. Each run gives one wrong value; scripts/terraform/mutate.py takes each check away in turn and sees that a run notices.

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

run "a_name_too_long_for_a_function" {
  command = plan

  variables {
    name = "a2345678901234567890123456789012345678901234567890123456789012345"
  }

  expect_failures = [var.name]
}

run "an_unknown_source" {
  command = plan

  variables {
    event_source = { kind = "rabbit", ordered = false, poll_statements = [] }
  }

  expect_failures = [var.event_source]
}

run "two_places_for_the_zip" {
  command = plan

  variables {
    artifacts = { directory = "tests/fixtures/artifacts", s3_bucket = "artifacts" }
  }

  expect_failures = [var.artifacts]
}

run "no_place_for_the_zip" {
  command = plan

  variables {
    artifacts = {}
  }

  expect_failures = [var.artifacts]
}

run "a_folder_without_the_zip" {
  command = plan

  variables {
    artifacts = { directory = "tests/fixtures/empty" }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_backend_that_is_only_a_name" {
  command = plan

  variables {
    backend = { function = "orders" }
  }

  expect_failures = [var.backend]
}

run "a_backend_that_is_a_queue" {
  command = plan

  variables {
    backend = { function = "arn:aws:sqs:eu-west-1:111122223333:orders" }
  }

  expect_failures = [var.backend]
}

run "a_backend_that_no_router_can_outlast" {
  command = plan

  variables {
    backend = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders", timeout_seconds = 900 }
  }

  expect_failures = [var.backend]
}

run "a_backend_timeout_in_part_seconds" {
  command = plan

  variables {
    backend = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders", timeout_seconds = 1.5 }
  }

  expect_failures = [var.backend]
}

run "a_failure_destination_that_is_a_table" {
  command = plan

  variables {
    backend = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders", failure_destination = "arn:aws:dynamodb:eu-west-1:111122223333:table/t" }
  }

  expect_failures = [var.backend]
}

run "no_selector" {
  command = plan

  variables {
    tenant_id = { from = [] }
  }

  expect_failures = [var.tenant_id]
}

run "a_path_that_does_not_start_at_the_record" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "body.tenantId" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_path_that_names_nothing" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_path_with_a_wildcard" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.items[*].tenantId" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_path_with_an_empty_name" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body..tenantId" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_wrong_path_among_those_that_must_match" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId" }], must_match = [{ path = "tenantId" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_capture_without_a_group" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^[^#]+" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_capture_with_two_groups" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^(a)#([^#]+)" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_capture_whose_parentheses_are_literal" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^\\([^#]+\\)" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_capture_whose_group_does_not_capture" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^(?:[^#]+)" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_capture_that_is_no_regular_expression" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^([^#]+" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_grammar_that_is_a_misspelt_name" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId" }], grammar = "Strict" }
  }

  expect_failures = [var.tenant_id]
}

run "a_grammar_that_is_no_regular_expression" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId" }], grammar = "t-[0-9" }
  }

  expect_failures = [var.tenant_id]
}

run "an_unknown_payload" {
  command = plan

  variables {
    delivery = { payload = "batch" }
  }

  expect_failures = [var.delivery]
}

run "an_unknown_invocation" {
  command = plan

  variables {
    delivery = { invocation = "later" }
  }

  expect_failures = [var.delivery]
}

run "nothing_in_flight" {
  command = plan

  variables {
    delivery = { in_flight = 0 }
  }

  expect_failures = [var.delivery]
}

run "more_in_flight_than_the_router_keeps" {
  command = plan

  variables {
    delivery = { in_flight = 1001 }
  }

  expect_failures = [var.delivery]
}

run "one_tenant_with_more_in_flight_than_all" {
  command = plan

  variables {
    delivery = { in_flight = 2, per_tenant = 3 }
  }

  expect_failures = [var.delivery]
}

run "more_records_than_a_batch_has" {
  command = plan

  variables {
    delivery = { max_records = 10001 }
  }

  expect_failures = [var.delivery]
}

run "a_quarantine_whose_arn_is_its_url" {
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

run "a_quarantine_whose_url_is_its_arn" {
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

run "a_quarantine_key_that_is_an_alias" {
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

run "an_architecture_without_a_zip" {
  command = plan

  variables {
    router = { architecture = "riscv64" }
  }

  expect_failures = [var.router]
}

run "a_memory_size_that_lambda_lacks" {
  command = plan

  variables {
    router = { memory_mb = 64 }
  }

  expect_failures = [var.router]
}

run "a_tracing_mode_that_lambda_lacks" {
  command = plan

  variables {
    router = { tracing = "On" }
  }

  expect_failures = [var.router]
}

run "no_instance_for_the_router" {
  command = plan

  variables {
    router = { reserved_concurrency = 0 }
  }

  expect_failures = [var.router]
}

run "a_configuration_written_by_hand" {
  command = plan

  variables {
    router = { environment = { TENANT_ROUTER_CONFIG = "{}" } }
  }

  expect_failures = [var.router]
}

run "a_role_that_is_only_a_name" {
  command = plan

  variables {
    router = { role = { arn = "router" } }
  }

  expect_failures = [var.router]
}

run "a_router_that_is_stopped_with_the_backend" {
  command = plan

  variables {
    router = { timeout_seconds = 30 }
  }

  expect_failures = [aws_lambda_function.router]
}

run "a_router_that_runs_longer_than_lambda_lets_it" {
  command = plan

  variables {
    router = { timeout_seconds = 901 }
  }

  expect_failures = [aws_lambda_function.router]
}

run "async_from_an_ordered_source" {
  command = plan

  variables {
    backend      = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders", failure_destination = "arn:aws:sqs:eu-west-1:111122223333:failed" }
    delivery     = { invocation = "async" }
    event_source = { kind = "sqs", ordered = true, poll_statements = [] }
  }

  expect_failures = [aws_lambda_function.router]
}

run "async_without_a_failure_destination" {
  command = plan

  variables {
    delivery = { invocation = "async" }
  }

  expect_failures = [aws_lambda_function.router]
}

run "parallel_invocations_of_a_tenant_from_an_ordered_source" {
  command = plan

  variables {
    delivery     = { per_tenant = 2 }
    event_source = { kind = "sqs", ordered = true, poll_statements = [] }
  }

  expect_failures = [aws_lambda_function.router]
}

run "more_environment_than_lambda_takes" {
  command = plan

  variables {
    router = { environment = { PADDING = join("", [for _ in range(400) : "0123456789"]) } }
  }

  expect_failures = [aws_lambda_function.router]
}
