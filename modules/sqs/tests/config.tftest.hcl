# The contract with the router: Terraform writes into TENANT_ROUTER_CONFIG exactly the bytes of the fixtures. The router's
# own tests read the same files.

mock_provider "aws" {
  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
    }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" }
  }
}

variables {
  name      = "orders"
  artifacts = { directory = "tests/fixtures/artifacts" }
}

run "minimal_inputs_give_every_default" {
  variables {
    backend   = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders" }
    tenant_id = { from = [{ path = "$.messageAttributes.tenantId.stringValue" }] }
  }

  assert {
    condition     = output.router_config == jsonencode(jsondecode(file("tests/fixtures/minimal.json")))
    error_message = "The configuration is not the one in minimal.json: ${output.router_config}"
  }
}

run "every_field_reaches_the_router" {
  variables {
    backend = {
      function            = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live"
      timeout_seconds     = 20
      failure_destination = "arn:aws:sqs:eu-west-1:111122223333:orders-failed"
    }
    tenant_id = {
      from = [
        { path = "$.messageAttributes.tenantId.stringValue" },
        { path = "$.body.detail['tenant.key']", capture = "^TENANT#([^#]+)" },
      ]
      must_match = [
        { path = "$.attributes.MessageGroupId", capture = "^([^#]+)#" },
        { path = "$.body.tenantId" },
      ]
      grammar = "t-[0-9]{1,6}"
    }
    delivery = {
      payload     = "record"
      invocation  = "sync"
      in_flight   = 200
      per_tenant  = 4
      max_records = 50
    }
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"

        max_message_bytes = 1048576
        large_records     = { bucket = "orders-large", prefix = "rejected/" }
      }
    }
    registry = {
      table_arn     = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"
      fresh_seconds = 30
      stale_seconds = 600
      principal     = { path = "$.attributes.SenderId", capture = "^([^:]+)" }
    }
    backends = {
      premium = {
        function            = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium:live"
        timeout_seconds     = 60
        failure_destination = "arn:aws:sqs:eu-west-1:111122223333:orders-failed"
      }
    }
    credentials = { role_arn = "arn:aws:iam::111122223333:role/orders-tenant", session_seconds = 900 }
    log_tenants = true
  }

  assert {
    condition     = output.router_config == jsonencode(jsondecode(file("tests/fixtures/full.json")))
    error_message = "The configuration is not the one in full.json: ${output.router_config}"
  }
}

run "async_names_the_failure_destination" {
  variables {
    backend = {
      function            = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live"
      failure_destination = "arn:aws:sqs:eu-west-1:111122223333:orders-failed"
    }
    tenant_id = {
      from    = [{ path = "$.body.tenantId" }]
      grammar = "lambda"
    }
    delivery = { invocation = "async" }
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"
      }
    }
  }

  assert {
    condition     = output.router_config == jsonencode(jsondecode(file("tests/fixtures/async.json")))
    error_message = "The configuration is not the one in async.json: ${output.router_config}"
  }
}

run "a_fifo_queue_takes_the_tenant_from_the_group" {
  variables {
    fifo = true
    queue = {
      arn                        = "arn:aws:sqs:eu-west-1:111122223333:orders.fifo"
      visibility_timeout_seconds = 792
      dead_letter_queue = {
        arn               = "arn:aws:sqs:eu-west-1:111122223333:orders-dlq.fifo"
        max_receive_count = 5
      }
    }
    backend = {
      function        = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live"
      timeout_seconds = 60
    }
    tenant_id = {
      from       = [{ path = "$.attributes.MessageGroupId", capture = "^([^#]+)#" }]
      must_match = [{ path = "$.body.tenantId" }]
    }
    on_reject = {
      quarantine = {
        queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine.fifo"
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine.fifo"
      }
      group = "tenant"
    }
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", suspended = "hold" }
  }

  assert {
    condition     = output.router_config == jsonencode(jsondecode(file("tests/fixtures/fifo.json")))
    error_message = "The configuration is not the one in fifo.json: ${output.router_config}"
  }
}
