# The contract with the routers: Terraform writes into TENANT_ROUTER_CONFIG exactly the bytes of the fixtures. The router's
# own tests read the same files.

mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::orders-failed-1", id = "orders-failed-1" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge.fifo"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo"
    }
  }

  override_resource {
    target = module.stream.module.bridge[0].aws_sqs_queue.dead_letter
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge-dlq.fifo"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge-dlq.fifo"
    }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router" }
  }

  mock_resource "aws_lambda_event_source_mapping" {
    defaults = { uuid = "11112222-3333-4444-5555-666677778888" }
  }
}

variables {
  name               = "orders"
  artifacts          = { directory = "tests/fixtures/artifacts" }
  stream             = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-24T00:00:00.000", view_type = "NEW_AND_OLD_IMAGES" }
  new_failure_bucket = {}
}

run "minimal_inputs_give_every_default" {
  variables {
    backend   = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders" }
    tenant_id = { from = [{ path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)" }] }
  }

  assert {
    condition     = output.router_config == jsonencode(jsondecode(file("tests/fixtures/minimal.json")))
    error_message = "The configuration is not the one in minimal.json: ${output.router_config}"
  }
}

run "every_field_reaches_both_routers" {
  variables {
    backend = {
      function        = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live"
      timeout_seconds = 20
    }
    tenant_id = {
      from = [
        { path = "$.dynamodb.NewImage.tenantId.S" },
        { path = "$.dynamodb.OldImage.tenantId.S" },
      ]
      must_match = [{ path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)" }]
      grammar    = "lambda"
    }
    delivery = {
      payload     = "record"
      in_flight   = 200
      max_records = 50
    }
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"
      }
    }
    bridge = {
      group = "tenant_and_key"
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge-quarantine.fifo"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-bridge-quarantine.fifo"

        max_message_bytes = 1048576
        large_records     = { bucket = "orders-large" }
      }
      quarantine_group = "tenant"
    }
    registry = {
      table_arn     = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"
      stale_seconds = 3600
      suspended     = "hold"
      principal     = { path = "$.userIdentity.principalId" }
    }
    backends = {
      premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium:live", timeout_seconds = 60 }
      trial   = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-trial:live" }
    }
    credentials = { role_arn = "arn:aws:iam::111122223333:role/orders-tenant" }
    log_tenants = true
  }

  assert {
    condition     = output.router_config == jsonencode(jsondecode(file("tests/fixtures/full.json")))
    error_message = "The configuration is not the one in full.json: ${output.router_config}"
  }

  assert {
    condition     = output.bridge_router_config == jsonencode(jsondecode(file("tests/fixtures/drain.json")))
    error_message = "The configuration is not the one in drain.json: ${output.bridge_router_config}"
  }
}
