# How the stream is read.

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
  backend            = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id          = { from = [{ path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)" }] }
  new_failure_bucket = {}
}

run "default_mapping_limits_retries_bisects_and_reports_items" {
  assert {
    condition = (
      module.stream.event_source_mapping.event_source_arn == "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-24T00:00:00.000" &&
      module.stream.event_source_mapping.function_response_types == toset(["ReportBatchItemFailures"]) &&
      module.stream.event_source_mapping.bisect_batch_on_function_error == true &&
      module.stream.event_source_mapping.maximum_retry_attempts == 10 &&
      module.stream.event_source_mapping.maximum_record_age_in_seconds == 79200 &&
      module.stream.event_source_mapping.starting_position == "TRIM_HORIZON" &&
      module.stream.event_source_mapping.parallelization_factor == 1
    )
    error_message = "The mapping does not have the defaults."
  }

  assert {
    condition     = module.stream.stream.both_images && module.stream.stream.adopted_arn == output.stream_arn
    error_message = "The checks of images or of regions do not see the stream: ${jsonencode(module.stream.stream)}"
  }

  assert {
    condition     = jsondecode(output.router_config).source == "dynamodb" && endswith(module.stream.router_function_name, "orders-router")
    error_message = "The router is wrong: ${output.router_config}"
  }

  assert {
    condition     = { for s in jsondecode(output.router_policy_json).Statement : s.Sid => s.Action if contains(["PollStream", "ListStreams"], s.Sid) } == { PollStream = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], ListStreams = ["dynamodb:ListStreams"] }
    error_message = "The permissions are wrong: ${output.router_policy_json}"
  }
}

run "all_settings_are_used" {
  variables {
    polling = { batch_size = 10000, window_seconds = 300, parallelization_factor = 10, starting_position = "LATEST", maximum_retry_attempts = 0, maximum_record_age_seconds = 60, bisect_on_error = false, enabled = false, filter = { patterns = ["{}"], unmatched_records_are_deleted = true } }
  }

  assert {
    condition = (
      module.stream.event_source_mapping.batch_size == 10000 &&
      module.stream.event_source_mapping.maximum_batching_window_in_seconds == 300 &&
      module.stream.event_source_mapping.parallelization_factor == 10 &&
      module.stream.event_source_mapping.maximum_retry_attempts == 0 &&
      module.stream.event_source_mapping.bisect_batch_on_function_error == false &&
      module.stream.event_source_mapping.enabled == false
    )
    error_message = "The mapping is wrong."
  }
}

run "a_table_with_a_customer_managed_key_is_decrypted" {
  variables {
    stream = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/1", view_type = "KEYS_ONLY", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/t" }
  }

  assert {
    condition     = !module.stream.stream.both_images
    error_message = "The stream has only keys, but selectors of images would be accepted."
  }

  assert {
    condition     = [for s in jsondecode(output.router_policy_json).Statement : s.Resource if s.Sid == "DecryptStream"] == [["arn:aws:kms:eu-west-1:111122223333:key/t"]]
    error_message = "The permissions are wrong: ${output.router_policy_json}"
  }
}

run "both_images_can_name_the_tenant" {
  command = plan

  variables {
    tenant_id = { from = [{ path = "$.dynamodb.NewImage.tenantId.S" }, { path = "$.dynamodb.OldImage.tenantId.S" }] }
  }

  assert {
    condition     = length(jsondecode(output.router_config).tenant_id.from) == 2
    error_message = "The selectors are wrong: ${output.router_config}"
  }
}
