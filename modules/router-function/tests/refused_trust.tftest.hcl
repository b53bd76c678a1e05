# Rejected settings of registry, more backends and credentials. Each run has one wrong value.

mock_provider "aws" {}

variables {
  name         = "orders-router"
  artifacts    = { directory = "tests/fixtures/artifacts" }
  backend      = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id    = { from = [{ path = "$.body.tenantId" }] }
  event_source = { kind = "sqs", ordered = false, poll_statements = [] }
  registry     = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants" }
}

run "the_name_of_a_registry_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "tenants" }
  }

  expect_failures = [var.registry]
}

run "an_index_of_the_registry_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants/index/by-status" }
  }

  expect_failures = [var.registry]
}

run "an_alias_as_the_registrys_key_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/tenants" }
  }

  expect_failures = [var.registry]
}

run "a_fresh_time_of_zero_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", fresh_seconds = 0 }
  }

  expect_failures = [var.registry]
}

run "too_long_a_fresh_time_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", fresh_seconds = 3601, stale_seconds = 3601 }
  }

  expect_failures = [var.registry]
}

run "a_stale_time_below_the_fresh_time_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", fresh_seconds = 120, stale_seconds = 119 }
  }

  expect_failures = [var.registry]
}

run "too_long_a_stale_time_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", stale_seconds = 86401 }
  }

  expect_failures = [var.registry]
}

run "an_unknown_setting_for_suspended_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", suspended = "drop" }
  }

  expect_failures = [var.registry]
}

run "an_invalid_path_of_the_sender_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", principal = { path = "attributes.SenderId" } }
  }

  expect_failures = [var.registry]
}

run "a_sender_capture_with_two_groups_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", principal = { path = "$.attributes.SenderId", capture = "(.*):(.*)" } }
  }

  expect_failures = [var.registry]
}

run "a_backend_name_in_capitals_is_refused" {
  command = plan

  variables {
    backends = { Premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium" } }
  }

  expect_failures = [var.backends]
}

run "the_name_of_a_further_backend_is_refused" {
  command = plan

  variables {
    backends = { premium = { function = "orders-premium" } }
  }

  expect_failures = [var.backends]
}

run "a_further_backend_too_slow_for_a_router_is_refused" {
  command = plan

  variables {
    backends = { premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium", timeout_seconds = 889 } }
  }

  expect_failures = [var.backends]
}

run "a_table_for_a_further_backends_failures_is_refused" {
  command = plan

  variables {
    backends = { premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium", failure_destination = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants" } }
  }

  expect_failures = [var.backends]
}

run "credentials_of_a_user_are_refused" {
  command = plan

  variables {
    credentials = { role_arn = "arn:aws:iam::111122223333:user/tenants" }
  }

  expect_failures = [var.credentials]
}

run "a_session_above_the_role_chaining_limit_is_refused" {
  command = plan

  variables {
    credentials = { role_arn = "arn:aws:iam::111122223333:role/tenants", session_seconds = 3601 }
  }

  expect_failures = [var.credentials]
}

run "a_session_that_is_too_short_for_sts_is_refused" {
  command = plan

  variables {
    credentials = { role_arn = "arn:aws:iam::111122223333:role/tenants", session_seconds = 899 }
  }

  expect_failures = [var.credentials]
}
