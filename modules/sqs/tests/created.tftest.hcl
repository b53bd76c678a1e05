# queue = null: a queue and its dead-letter queue are created.

mock_provider "aws" {
  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
    }
  }

  override_resource {
    target = aws_sqs_queue.dead_letter
    values = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-dlq"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-dlq"
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
}

variables {
  name      = "orders"
  artifacts = { directory = "tests/fixtures/artifacts" }
  backend   = { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live" }
  tenant_id = { from = [{ path = "$.body.tenantId" }] }
}

run "a_standard_queue_is_created_by_default" {
  assert {
    condition = (
      aws_sqs_queue.source[0].name == "orders" &&
      aws_sqs_queue.source[0].fifo_queue == null &&
      aws_sqs_queue.source[0].message_retention_seconds == 4 * 24 * 60 * 60 &&
      aws_sqs_queue.source[0].sqs_managed_sse_enabled == true &&
      aws_sqs_queue.dead_letter[0].name == "orders-dlq" &&
      aws_sqs_queue.dead_letter[0].message_retention_seconds == 14 * 24 * 60 * 60 &&
      aws_sqs_queue.dead_letter[0].sqs_managed_sse_enabled == true
    )
    error_message = "The queues are not the default ones."
  }

  assert {
    condition     = aws_sqs_queue.source[0].redrive_policy == jsonencode({ deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dlq", maxReceiveCount = 5 })
    error_message = "Records that keep failing do not go to the dead-letter queue after five attempts."
  }

  assert {
    condition     = aws_sqs_queue.source[0].visibility_timeout_seconds == 6 * 72
    error_message = "The visibility timeout is not six times the router's 72 seconds."
  }

  assert {
    condition = (
      output.queue_arn == "arn:aws:sqs:eu-west-1:111122223333:orders" &&
      output.queue_name == "orders" &&
      output.queue_url == "https://sqs.eu-west-1.amazonaws.com/111122223333/orders" &&
      output.dead_letter_queue_arn == "arn:aws:sqs:eu-west-1:111122223333:orders-dlq" &&
      output.dead_letter_queue_name == "orders-dlq" &&
      output.dead_letter_queue_url == "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-dlq" &&
      output.router_function_name == "orders-router"
    )
    error_message = "The outputs do not name what was created."
  }
}

run "the_mapping_always_reports_batch_item_failures" {
  assert {
    condition     = aws_lambda_event_source_mapping.queue.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "Lambda would treat every response as success and delete records that the router wants to retry."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.queue.event_source_arn == "arn:aws:sqs:eu-west-1:111122223333:orders" &&
      aws_lambda_event_source_mapping.queue.function_name == "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" &&
      aws_lambda_event_source_mapping.queue.enabled == true &&
      aws_lambda_event_source_mapping.queue.batch_size == 10 &&
      aws_lambda_event_source_mapping.queue.maximum_batching_window_in_seconds == 0 &&
      length(aws_lambda_event_source_mapping.queue.scaling_config) == 0 &&
      length(aws_lambda_event_source_mapping.queue.filter_criteria) == 0
    )
    error_message = "The mapping does not have the defaults."
  }
}

run "every_setting_reaches_the_queues_and_the_mapping" {
  variables {
    new_queue = {
      name                          = "orders-in"
      dead_letter_name              = "orders-dead"
      max_receive_count             = 7
      visibility_timeout_seconds    = 900
      retention_seconds             = 86400
      dead_letter_retention_seconds = 172800
      kms_key_arn                   = "arn:aws:kms:eu-west-1:111122223333:key/queue"
    }
    polling = {
      batch_size          = 500
      window_seconds      = 5
      maximum_concurrency = 20
      enabled             = false
      filter              = { patterns = ["{\"body\":{\"kind\":[\"order\"]}}"], unmatched_records_are_deleted = true }
    }
    router = { reserved_concurrency = 20 }
    tags   = { team = "orders" }
  }

  assert {
    condition = (
      aws_sqs_queue.source[0].name == "orders-in" &&
      aws_sqs_queue.source[0].visibility_timeout_seconds == 900 &&
      aws_sqs_queue.source[0].message_retention_seconds == 86400 &&
      aws_sqs_queue.source[0].kms_master_key_id == "arn:aws:kms:eu-west-1:111122223333:key/queue" &&
      jsondecode(aws_sqs_queue.source[0].redrive_policy).maxReceiveCount == 7 &&
      aws_sqs_queue.source[0].tags == tomap({ team = "orders" }) &&
      aws_sqs_queue.dead_letter[0].name == "orders-dead" &&
      aws_sqs_queue.dead_letter[0].message_retention_seconds == 172800 &&
      aws_sqs_queue.dead_letter[0].kms_master_key_id == "arn:aws:kms:eu-west-1:111122223333:key/queue"
    )
    error_message = "A setting of the queues is lost."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.queue.enabled == false &&
      aws_lambda_event_source_mapping.queue.batch_size == 500 &&
      aws_lambda_event_source_mapping.queue.maximum_batching_window_in_seconds == 5 &&
      aws_lambda_event_source_mapping.queue.scaling_config[0].maximum_concurrency == 20 &&
      one(one(aws_lambda_event_source_mapping.queue.filter_criteria).filter).pattern == "{\"body\":{\"kind\":[\"order\"]}}" &&
      aws_lambda_event_source_mapping.queue.tags == tomap({ team = "orders" })
    )
    error_message = "A setting of the mapping is lost."
  }
}

run "the_batching_window_lengthens_the_visibility_timeout" {
  variables {
    polling = { window_seconds = 5 }
  }

  assert {
    condition     = aws_sqs_queue.source[0].visibility_timeout_seconds == 6 * 72 + 5
    error_message = "The window is not part of the visibility timeout."
  }
}

run "a_fifo_queue_gets_a_fifo_dead_letter_queue" {
  variables {
    fifo      = true
    new_queue = { content_based_deduplication = true, high_throughput = true, dead_letter_retention_seconds = 86400 }
  }

  assert {
    condition = (
      aws_sqs_queue.source[0].name == "orders.fifo" &&
      aws_sqs_queue.source[0].fifo_queue == true &&
      aws_sqs_queue.source[0].content_based_deduplication == true &&
      aws_sqs_queue.source[0].deduplication_scope == "messageGroup" &&
      aws_sqs_queue.source[0].fifo_throughput_limit == "perMessageGroupId" &&
      aws_sqs_queue.dead_letter[0].name == "orders-dlq.fifo" &&
      aws_sqs_queue.dead_letter[0].fifo_queue == true
    )
    error_message = "The queues lack a setting of FIFO queues."
  }
}

run "the_router_may_read_this_queue_and_nothing_else" {
  assert {
    condition = output.router_policy_json == jsonencode({
      Version = "2012-10-17"
      Statement = [
        { Sid = "PollQueue", Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = ["arn:aws:sqs:eu-west-1:111122223333:orders"] },
        { Sid = "InvokeBackend", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = ["arn:aws:lambda:eu-west-1:111122223333:function:orders:live"] },
        { Sid = "WriteLogs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router:*"] },
      ]
    })
    error_message = "The permissions are not exactly these: ${output.router_policy_json}"
  }
}

run "the_alarms_watch_dead_letters_and_age" {
  variables {
    alarms = {
      actions                = ["arn:aws:sns:eu-west-1:111122223333:pager"]
      ok_actions             = ["arn:aws:sns:eu-west-1:111122223333:calm"]
      oldest_message_seconds = 120
    }
  }

  assert {
    condition = {
      for name, alarm in aws_cloudwatch_metric_alarm.queue : name => "${alarm.namespace} ${alarm.metric_name} ${alarm.dimensions.QueueName} > ${alarm.threshold}, missing: ${alarm.treat_missing_data}"
      } == {
      dead-letters   = "AWS/SQS ApproximateNumberOfMessagesVisible orders-dlq > 0, missing: ignore"
      oldest-message = "AWS/SQS ApproximateAgeOfOldestMessage orders > 120, missing: notBreaching"
    }
    error_message = "The alarms have the wrong metrics."
  }

  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.queue :
      alarm.alarm_actions == toset(["arn:aws:sns:eu-west-1:111122223333:pager"]) &&
      alarm.ok_actions == toset(["arn:aws:sns:eu-west-1:111122223333:calm"]) &&
      alarm.comparison_operator == "GreaterThanThreshold" && length(alarm.alarm_description) > 80
    ])
    error_message = "An alarm has no action, or does not say what to do."
  }

  assert {
    condition     = toset(keys(output.alarm_arns)) == toset(["dead-letters", "errors", "misconfigured", "oldest-message", "throttles"])
    error_message = "The outputs do not name all alarms."
  }
}

run "alarms_can_be_turned_off" {
  command = plan

  variables {
    alarms = { enabled = false }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.queue) == 0
    error_message = "An alarm is created although alarms are off."
  }
}

run "a_bridges_alarm_explains_retention_and_suspension" {
  variables {
    fifo         = true
    bridged_from = "kinesis"
    new_queue    = { retention_seconds = 1209600 }
  }

  assert {
    condition     = alltrue([for words in ["1209600 s", "WITHOUT the dead-letter queue", "tenantctl tenants suspend", "120,000", "bridge.maximum_concurrency"] : strcontains(aws_cloudwatch_metric_alarm.queue["oldest-message"].alarm_description, words)])
    error_message = "The description does not say what to do: ${aws_cloudwatch_metric_alarm.queue["oldest-message"].alarm_description}"
  }

  # [Amazon CloudWatch API "PutMetricAlarm"].
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.queue["oldest-message"].alarm_description) <= 1024
    error_message = "The description is too long for CloudWatch: ${length(aws_cloudwatch_metric_alarm.queue["oldest-message"].alarm_description)}."
  }
}

run "retention_and_batch_size_are_outputs" {
  variables {
    polling = { batch_size = 7 }
  }

  assert {
    condition     = output.retention_seconds == 345600 && output.batch_size == 7
    error_message = "The outputs of retention and batch size are wrong."
  }
}
