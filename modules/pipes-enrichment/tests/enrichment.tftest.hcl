# Tests of the enrichment and of the permissions that a pipe needs.

mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-enricher" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-enricher" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-enricher" }
  }
}

variables {
  name      = "orders"
  artifacts = { directory = "tests/fixtures/artifacts" }
  tenant_id = { from = [{ path = "$.body.tenantId" }] }
}

run "the_default_role_may_only_write_its_log" {
  assert {
    condition     = output.enricher_config == trimspace(file("tests/fixtures/minimal.json"))
    error_message = "The configuration is wrong: ${output.enricher_config}"
  }

  assert {
    condition     = [for s in jsondecode(output.enricher_policy_json).Statement : s.Sid] == ["WriteLogs"]
    error_message = "The enricher has too many permissions: ${output.enricher_policy_json}"
  }

  assert {
    condition     = output.enricher_function_name == "orders-enricher"
    error_message = "The enricher's name is wrong."
  }
}

run "the_pipe_may_invoke_the_enricher_and_nothing_else" {
  assert {
    condition = jsondecode(output.invoke_policy_json).Statement == [{
      Sid      = "InvokeEnricher"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = ["arn:aws:lambda:eu-west-1:111122223333:function:orders-enricher"]
    }]
    error_message = "The permissions are wrong: ${output.invoke_policy_json}"
  }
}

run "quarantine_and_registry_can_be_set" {
  variables {
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"

        large_records = { bucket = "orders-large", prefix = "pipe/" }
      }
    }
    registry    = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", principal = { path = "$.attributes.SenderId" } }
    log_tenants = true
  }

  assert {
    condition     = output.enricher_config == trimspace(file("tests/fixtures/full.json"))
    error_message = "The configuration is wrong: ${output.enricher_config}"
  }

  assert {
    condition = { for s in jsondecode(output.enricher_policy_json).Statement : s.Sid => s.Resource if s.Sid != "WriteLogs" } == {
      SendToQuarantine  = ["arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"]
      StoreLargeRecords = ["arn:aws:s3:::orders-large/pipe/*"]
      ReadRegistry      = ["arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"]
    }
    error_message = "The permissions are wrong: ${output.enricher_policy_json}"
  }
}

run "a_fifo_quarantine_is_refused" {
  command = plan

  variables {
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine.fifo"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine.fifo"
      }
    }
  }

  expect_failures = [var.on_reject]
}

run "a_timeout_too_long_for_a_pipe_is_refused" {
  command = plan

  variables {
    router = { timeout_seconds = 301 }
  }

  expect_failures = [var.router]
}

run "a_name_that_is_too_long_is_refused" {
  command = plan

  variables {
    name = "a-name-that-is-much-too-long-to-be-followed-by-anything-else"
  }

  expect_failures = [var.name]
}

run "both_images_can_name_the_tenant" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.dynamodb.NewImage.tenantId.S" }, { path = "$.dynamodb.OldImage.tenantId.S" }] }
  }

  assert {
    condition     = length(jsondecode(output.enricher_config).tenant_id.from) == 2
    error_message = "The configuration is wrong: ${output.enricher_config}"
  }
}
