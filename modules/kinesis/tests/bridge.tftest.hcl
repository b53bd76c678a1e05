# Tests of the bridge.

mock_provider "aws" {
  mock_resource "aws_kinesis_stream" {
    defaults = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders" }
  }

  mock_resource "aws_kinesis_stream_consumer" {
    defaults = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders/consumer/orders-router:1" }
  }

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
  backend            = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id          = { from = [{ path = "$.kinesis.partitionKey" }] }
  new_failure_bucket = {}
}

run "a_bridge_is_a_fifo_queue_with_its_own_router" {
  variables {
    bridge = {}
  }

  assert {
    condition     = jsondecode(output.router_config).bridge == { fifo_queue = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo", group = "tenant", max_message_bytes = 262144 }
    error_message = "The bridge is missing in the stream's router: ${output.router_config}"
  }

  assert {
    condition = (
      jsondecode(module.stream.bridge.router_config).bridged_from == "kinesis" &&
      jsondecode(module.stream.bridge.router_config).source == "sqs" &&
      jsondecode(module.stream.bridge.router_config).tenant_id == jsondecode(output.router_config).tenant_id
    )
    error_message = "The bridge's router has the wrong source: ${module.stream.bridge.router_config}"
  }

  assert {
    condition     = !contains([for s in jsondecode(output.router_policy_json).Statement : s.Sid], "InvokeBackend") && contains([for s in jsondecode(output.router_policy_json).Statement : s.Sid], "SendToBridge")
    error_message = "The stream's router invokes: ${output.router_policy_json}"
  }

  assert {
    condition     = output.bridge_router_function_name == "orders-bridge-router" && output.bridge_router_role_arn == "arn:aws:iam::111122223333:role/orders-router" && contains(keys(output.alarm_arns), "bridge-dead-letters")
    error_message = "The bridge's router or its alarms are missing."
  }
}

run "an_existing_queue_can_be_the_bridge" {
  variables {
    bridge = {
      group = "tenant_and_key"
      queue = {
        arn                        = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo"
        url                        = "https://sqs.eu-west-1.amazonaws.com/111122223333/mine.fifo"
        visibility_timeout_seconds = 600
        dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:mine-dlq.fifo", max_receive_count = 5 }
        kms_key_arn                = "arn:aws:kms:eu-west-1:111122223333:key/q"
      }
    }
  }

  assert {
    condition     = jsondecode(output.router_config).bridge == { fifo_queue = "https://sqs.eu-west-1.amazonaws.com/111122223333/mine.fifo", group = "tenant_and_key", max_message_bytes = 262144 }
    error_message = "The bridge is missing in the stream's router: ${output.router_config}"
  }

  assert {
    condition     = { for s in jsondecode(output.router_policy_json).Statement : s.Sid => s.Resource if endswith(s.Sid, "ForBridge") || s.Sid == "SendToBridge" } == { SendToBridge = ["arn:aws:sqs:eu-west-1:111122223333:mine.fifo"], EncryptForBridge = ["arn:aws:kms:eu-west-1:111122223333:key/q"] }
    error_message = "The permissions are wrong: ${output.router_policy_json}"
  }
}

run "the_streams_router_has_the_message_size_limit" {
  variables {
    bridge = { new_queue = { max_message_bytes = 131072 } }
  }

  assert {
    condition     = jsondecode(output.router_config).bridge.max_message_bytes == 131072
    error_message = "A record that is too large would be retried for ever: ${output.router_config}"
  }
}

run "the_streams_router_has_the_limit_of_an_existing_queue" {
  variables {
    bridge = {
      queue = {
        arn                        = "arn:aws:sqs:eu-west-1:111122223333:mine.fifo"
        url                        = "https://sqs.eu-west-1.amazonaws.com/111122223333/mine.fifo"
        visibility_timeout_seconds = 600
        dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:mine-dlq.fifo", max_receive_count = 5 }
        max_message_bytes          = 1048576
      }
    }
  }

  assert {
    condition     = jsondecode(output.router_config).bridge.max_message_bytes == 1048576
    error_message = "A record that fits is rejected: ${output.router_config}"
  }
}

run "a_bridge_has_the_longest_retention_and_batches_of_ten" {
  variables {
    bridge = {}
  }

  assert {
    condition     = module.stream.bridge.retention_seconds == 1209600 && module.stream.bridge.batch_size == 10
    error_message = "Records would be deleted after ${module.stream.bridge.retention_seconds} s, or are read ${module.stream.bridge.batch_size} at a time."
  }
}

run "batch_size_and_retention_of_a_bridge_can_be_set" {
  variables {
    bridge = { batch_size = 1, new_queue = { retention_seconds = 345600 } }
  }

  assert {
    condition     = module.stream.bridge.retention_seconds == 345600 && module.stream.bridge.batch_size == 1
    error_message = "Records would be deleted after ${module.stream.bridge.retention_seconds} s, or are read ${module.stream.bridge.batch_size} at a time."
  }
}

run "without_a_bridge_the_streams_router_invokes" {
  assert {
    condition     = output.bridge_queue_url == null && contains([for s in jsondecode(output.router_policy_json).Statement : s.Sid], "InvokeBackend")
    error_message = "There is a bridge that was not configured."
  }
}

run "both_routers_of_a_bridge_use_the_registry" {
  variables {
    bridge = {}
    registry = {
      table_arn   = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"
      kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/tenants"
      suspended   = "hold"
    }
    backends = {
      premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium:live" }
    }
    credentials = { role_arn = "arn:aws:iam::111122223333:role/orders-tenant" }
  }

  assert {
    condition     = setintersection(jsondecode(output.router_policy_json).Statement[*].Sid, ["SendToBridge", "InvokeBackend", "ReadRegistry", "DecryptRegistry", "AssumeTenantRole"]) == toset(["SendToBridge", "ReadRegistry", "DecryptRegistry"])
    error_message = "The permissions of the stream's router are wrong: ${output.router_policy_json}"
  }

  assert {
    condition = { for s in jsondecode(output.bridge_router_policy_json).Statement : s.Sid => s.Resource if contains(["InvokeBackend", "ReadRegistry", "DecryptRegistry", "AssumeTenantRole"], s.Sid) } == {
      InvokeBackend    = ["arn:aws:lambda:eu-west-1:111122223333:function:orders:live", "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium:live"]
      ReadRegistry     = ["arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"]
      DecryptRegistry  = ["arn:aws:kms:eu-west-1:111122223333:key/tenants"]
      AssumeTenantRole = ["arn:aws:iam::111122223333:role/orders-tenant"]
    }
    error_message = "The permissions of the bridge's router are wrong: ${output.bridge_router_policy_json}"
  }

  assert {
    condition     = contains(keys(output.alarm_arns), "registry") && contains(keys(output.alarm_arns), "bridge-registry")
    error_message = "Only one of the routers has an alarm for the registry."
  }
}

run "without_a_bridge_the_streams_router_has_the_backends" {
  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants" }
    backends = {
      premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders-premium:live" }
    }
    credentials = { role_arn = "arn:aws:iam::111122223333:role/orders-tenant" }
  }

  assert {
    condition     = keys(jsondecode(output.router_config).backends) == ["premium"] && jsondecode(output.router_config).credentials == { role_arn = "arn:aws:iam::111122223333:role/orders-tenant" }
    error_message = "The backends are missing in the stream's router: ${output.router_config}"
  }
}
