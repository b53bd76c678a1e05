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

run "a_path_that_does_not_start_at_the_record_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "body.tenantId" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_path_that_names_nothing_is_refused" {
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

run "a_wrong_path_among_those_that_must_match_is_refused" {
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

run "a_capture_whose_parentheses_are_literal_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^\\([^#]+\\)" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_capture_whose_group_does_not_capture_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^(?:[^#]+)" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_capture_that_is_no_regular_expression_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId", capture = "^([^#]+" }] }
  }

  expect_failures = [var.tenant_id]
}

run "a_grammar_that_is_a_misspelt_name_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId" }], grammar = "Strict" }
  }

  expect_failures = [var.tenant_id]
}

run "a_grammar_that_is_no_regular_expression_is_refused" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.body.tenantId" }], grammar = "t-[0-9" }
  }

  expect_failures = [var.tenant_id]
}
