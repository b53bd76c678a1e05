# Tests of the on-failure destination.

mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::orders-failed-1", id = "orders-failed-1", bucket = "orders-failed-1" }
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
  backend            = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id          = { from = [{ path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)" }] }
  new_failure_bucket = {}
}

run "the_router_may_write_to_the_created_bucket" {
  assert {
    condition     = output.failure_bucket == "orders-failed-1"
    error_message = "No bucket is created."
  }

  assert {
    condition     = module.stream.event_source_mapping.destination_config[0].on_failure[0].destination_arn == "arn:aws:s3:::orders-failed-1"
    error_message = "Discarded records go to the wrong destination."
  }

  assert {
    condition = { for s in jsondecode(output.router_policy_json).Statement : s.Sid => s if contains(["WriteGivenUpRecords", "FindFailureBucket"], s.Sid) } == {
      WriteGivenUpRecords = { Sid = "WriteGivenUpRecords", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["arn:aws:s3:::orders-failed-1/*"] }
      FindFailureBucket   = { Sid = "FindFailureBucket", Effect = "Allow", Action = ["s3:ListBucket"], Resource = ["arn:aws:s3:::orders-failed-1"] }
    }
    error_message = "The permissions are wrong: ${output.router_policy_json}"
  }
}

run "an_existing_queue_or_topic_is_used_with_its_key" {
  variables {
    new_failure_bucket = null
    on_failure         = { arn = "arn:aws:sqs:eu-west-1:111122223333:given-up", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/f" }
  }

  assert {
    condition = { for s in jsondecode(output.router_policy_json).Statement : s.Sid => s.Action if endswith(s.Sid, "GivenUpRecords") } == {
      WriteGivenUpRecords   = ["sqs:SendMessage"]
      EncryptGivenUpRecords = ["kms:GenerateDataKey", "kms:Decrypt"]
    }
    error_message = "The permissions are wrong: ${output.router_policy_json}"
  }

  assert {
    condition     = output.failure_bucket == null && output.failure_arn == "arn:aws:sqs:eu-west-1:111122223333:given-up"
    error_message = "A bucket is created beside the queue."
  }
}

run "alarms_cover_discarded_dropped_and_late_records" {
  variables {
    alarms = { actions = ["arn:aws:sns:eu-west-1:111122223333:ops"], oldest_record_seconds = 60 }
  }

  assert {
    condition = (
      module.stream.alarms["given-up"].dimensions == tomap({ EventSourceMappingUUID = "11112222-3333-4444-5555-666677778888" }) &&
      module.stream.alarms["behind"].threshold == 60000 &&
      alltrue([for alarm in module.stream.alarms : alarm.alarm_actions == toset(["arn:aws:sns:eu-west-1:111122223333:ops"])]) &&
      contains(one(module.stream.event_source_mapping.metrics_config).metrics, "EventCount")
    )
    error_message = "An alarm has the wrong metric."
  }

  assert {
    condition     = sort(keys(output.alarm_arns)) == tolist(["behind", "dropped", "errors", "given-up", "misconfigured", "not-delivered", "throttles"])
    error_message = "Alarms are missing: ${jsonencode(keys(output.alarm_arns))}"
  }
}
