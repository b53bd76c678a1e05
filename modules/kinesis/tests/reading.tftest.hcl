# How the stream is read.

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

run "default_mapping_limits_retries_bisects_and_reports_items" {
  assert {
    condition = (
      module.stream.event_source_mapping.event_source_arn == "arn:aws:kinesis:eu-west-1:111122223333:stream/orders" &&
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
    condition     = jsondecode(output.router_config).source == "kinesis" && endswith(module.stream.router_function_name, "orders-router")
    error_message = "The router is wrong: ${output.router_config}"
  }

  assert {
    condition     = { for s in jsondecode(output.router_policy_json).Statement : s.Sid => s.Action if contains(["PollStream"], s.Sid) } == { PollStream = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"] }
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

run "a_created_stream_is_encrypted_and_on_demand" {
  assert {
    condition = (
      aws_kinesis_stream.source[0].name == "orders" &&
      aws_kinesis_stream.source[0].encryption_type == "KMS" &&
      aws_kinesis_stream.source[0].kms_key_id == "alias/aws/kinesis" &&
      one(aws_kinesis_stream.source[0].stream_mode_details).stream_mode == "ON_DEMAND"
    )
    error_message = "The stream does not have the defaults."
  }

  assert {
    condition     = module.stream.stream.adopted_arn == null
    error_message = "The region of a created stream is looked for in its ARN, which is unknown at plan."
  }
}

run "an_adopted_stream_is_read_with_its_key_through_its_consumer" {
  variables {
    stream = {
      arn          = "arn:aws:kinesis:eu-west-1:111122223333:stream/mine"
      kms_key_arn  = "arn:aws:kms:eu-west-1:111122223333:key/s"
      consumer_arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/mine/consumer/x:1"
    }
  }

  assert {
    condition     = length(aws_kinesis_stream.source) == 0 && module.stream.event_source_mapping.event_source_arn == "arn:aws:kinesis:eu-west-1:111122223333:stream/mine/consumer/x:1"
    error_message = "The wrong stream is read."
  }

  assert {
    condition     = module.stream.stream.adopted_arn == "arn:aws:kinesis:eu-west-1:111122223333:stream/mine"
    error_message = "The check of regions does not see the stream: ${jsonencode(module.stream.stream)}"
  }

  assert {
    condition = { for s in jsondecode(output.router_policy_json).Statement : s.Sid => s.Resource if contains(["PollStream", "SubscribeToShards", "DecryptStream"], s.Sid) } == {
      PollStream        = ["arn:aws:kinesis:eu-west-1:111122223333:stream/mine"]
      SubscribeToShards = ["arn:aws:kinesis:eu-west-1:111122223333:stream/mine/consumer/x:1"]
      DecryptStream     = ["arn:aws:kms:eu-west-1:111122223333:key/s"]
    }
    error_message = "The permissions are wrong: ${output.router_policy_json}"
  }
}

run "a_consumer_may_be_created" {
  variables {
    consumer = { create = true }
  }

  assert {
    condition     = aws_kinesis_stream_consumer.router[0].name == "orders-router" && module.stream.event_source_mapping.event_source_arn == output.consumer_arn
    error_message = "The consumer is not used."
  }
}

run "a_start_at_a_time_is_set" {
  variables {
    polling = { starting_position = "AT_TIMESTAMP", starting_timestamp = "2026-11-24T00:00:00Z" }
  }

  assert {
    condition     = module.stream.event_source_mapping.starting_position_timestamp == "2026-11-24T00:00:00Z"
    error_message = "The starting position is wrong."
  }
}

run "a_record_is_discarded_before_it_expires" {
  variables {
    new_stream = { mode = "PROVISIONED", shard_count = 3, retention_hours = 48, name = "mine", kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/s" }
  }

  assert {
    condition     = aws_kinesis_stream.source[0].retention_period == 48 && module.stream.event_source_mapping.maximum_record_age_in_seconds == 86400
    error_message = "The maximum age is not a day, or the retention is wrong."
  }

  assert {
    condition     = aws_kinesis_stream.source[0].name == "mine" && aws_kinesis_stream.source[0].shard_count == 3 && aws_kinesis_stream.source[0].kms_key_id == "arn:aws:kms:eu-west-1:111122223333:key/s" && output.stream_name == "mine"
    error_message = "The stream is wrong."
  }
}

run "the_retention_of_an_adopted_stream_is_used" {
  variables {
    stream  = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/mine", retention_hours = 168 }
    polling = { maximum_record_age_seconds = 601200 }
  }

  assert {
    condition     = module.stream.event_source_mapping.maximum_record_age_in_seconds == 601200
    error_message = "The maximum age of a record is wrong."
  }
}
