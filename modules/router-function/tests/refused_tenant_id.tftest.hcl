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

run "no_selector_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [] }
  }

  expect_failures = [var.tenant_id]
}

run "a_path_without_a_root_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "body.tenantId" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_path_without_a_field_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_path_with_a_wildcard_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.items[*].tenantId" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_path_with_an_empty_name_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body..tenantId" }] }
  }

  expect_failures = [var.tenant_id]
}

run "an_invalid_must_match_path_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId" }], must_match = [{ path = "tenantId" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_capture_without_a_group_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^[^#]+" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_capture_with_two_groups_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^(a)#([^#]+)" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_capture_with_escaped_parentheses_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^\\([^#]+\\)" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_capture_with_a_non_capturing_group_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^(?:[^#]+)" }] }
  }

  expect_failures = [var.tenant_id]
}

run "an_invalid_capture_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^([^#]+" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_misspelt_grammar_name_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId" }], grammar = "Strict" }
  }

  expect_failures = [var.tenant_id]
}

run "an_invalid_grammar_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId" }], grammar = "t-[0-9" }
  }

  expect_failures = [var.tenant_id]
}
