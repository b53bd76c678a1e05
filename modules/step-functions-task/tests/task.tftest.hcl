# Tests of the task and of the permissions that a state machine needs.

mock_provider "aws" {
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
}

run "by_default_the_input_has_tenant_id_and_payload" {
  assert {
    condition     = output.router_config == trimspace(file("tests/fixtures/minimal.json"))
    error_message = "The configuration is wrong: ${output.router_config}"
  }

  assert {
    condition     = output.router_timeout_seconds == 72 && output.router_function_name == "orders-router"
    error_message = "The router is wrong."
  }
}

run "the_state_machine_may_only_invoke_the_router" {
  assert {
    condition = jsondecode(output.invoke_policy_json).Statement == [{
      Sid      = "InvokeTaskRouter"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = ["arn:aws:lambda:eu-west-1:111122223333:function:orders-router"]
    }]
    error_message = "The permissions are wrong: ${output.invoke_policy_json}"
  }

  assert {
    condition     = [for s in jsondecode(output.router_policy_json).Statement : s.Sid] == ["InvokeBackend", "WriteLogs"]
    error_message = "The router has too many permissions: ${output.router_policy_json}"
  }
}

run "only_what_did_not_run_is_retried" {
  assert {
    condition     = [for r in output.retry : r.ErrorEquals] == [["BackendThrottled", "RegistryUnavailable", "Lambda.TooManyRequestsException"]]
    error_message = "Something that may have run is retried: ${jsonencode(output.retry)}"
  }

  assert {
    condition     = alltrue([for r in concat(output.retry, output.retry_may_run_twice) : r.JitterStrategy == "FULL" && r.BackoffRate == 2])
    error_message = "Many tasks would be retried at the same moment."
  }

  assert {
    condition     = alltrue([for r in concat(output.retry, output.retry_may_run_twice) : r.MaxAttempts == 6])
    error_message = "The number of retries is wrong."
  }
}

run "idempotent_backends_get_more_retries" {
  assert {
    condition     = alltrue([for e in ["BackendThrottled", "Lambda.ServiceException", "BackendFailed", "Timeout"] : contains(output.retry_may_run_twice[0].ErrorEquals, e)])
    error_message = "Something is not retried although a retry could succeed."
  }

  # Out of memory, out of time, and the guide's name for both [Step Functions developer guide "Handle Lambda service
  # exceptions"].
  assert {
    condition     = alltrue([for e in ["Runtime.ExitError", "Sandbox.Timedout", "Lambda.Unknown", "Lambda.ClientExecutionTimeoutException"] : contains(output.retry_may_run_twice[0].ErrorEquals, e)])
    error_message = "A crash of the router is not retried: ${jsonencode(output.retry_may_run_twice)}"
  }

  assert {
    condition     = !anytrue([for e in ["TenantRejected", "TenantHeld", "TaskInvalid", "BackendMisconfigured", "States.ALL", "States.TaskFailed"] : contains(output.retry_may_run_twice[0].ErrorEquals, e)])
    error_message = "Something is retried although a retry cannot succeed."
  }
}

run "all_optional_settings_are_used" {
  variables {
    tenant_id = { from = [{ path = "$.order.tenant", capture = "^T#(.+)$" }], must_match = [{ path = "$.order.owner" }], grammar = "lambda" }
    payload   = "$.order.data"
    registry  = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", suspended = "hold" }
    backends = {
      premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium:live", timeout_seconds = 60 }
    }
    credentials = { role_arn = "arn:aws:iam::111122223333:role/orders-tenant", session_seconds = 1800 }
  }

  assert {
    condition     = output.router_config == trimspace(file("tests/fixtures/full.json"))
    error_message = "The configuration is wrong: ${output.router_config}"
  }

  assert {
    condition     = output.router_timeout_seconds == 134 && [for s in jsondecode(output.router_policy_json).Statement : s.Sid] == ["InvokeBackend", "ReadRegistry", "AssumeTenantRole", "WriteLogs"]
    error_message = "The router does not wait for the slowest backend, or its permissions are wrong: ${output.router_policy_json}"
  }
}

run "a_name_that_is_too_long_is_refused" {
  command = plan

  variables {
    name = "a-name-that-is-much-too-long-to-be-followed-by-anything-else-"
  }

  expect_failures = [var.name]
}
