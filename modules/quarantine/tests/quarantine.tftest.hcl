mock_provider "aws" {
  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"
      url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
    }
  }

  mock_resource "aws_cloudwatch_metric_alarm" {
    defaults = { arn = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:orders-quarantine-not-empty" }
  }
}

variables {
  name = "orders-quarantine"
}

run "by_default_a_standard_queue_keeps_records_for_14_days" {
  assert {
    condition = (
      aws_sqs_queue.quarantine.name == "orders-quarantine" &&
      aws_sqs_queue.quarantine.fifo_queue == null &&
      aws_sqs_queue.quarantine.message_retention_seconds == 14 * 24 * 60 * 60 &&
      aws_sqs_queue.quarantine.sqs_managed_sse_enabled == true &&
      aws_sqs_queue.quarantine.kms_master_key_id == null
    )
    error_message = "The queue does not have the defaults."
  }

  assert {
    condition = jsonencode(output.queue) == jsonencode({
      queue_url         = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine"
      queue_arn         = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine"
      kms_key_arn       = null
      max_message_bytes = 262144
      large_records     = null
    })
    error_message = "A router would not find the quarantine: ${jsonencode(output.queue)}"
  }
}

run "a_fifo_quarantine_with_a_customer_managed_key" {
  variables {
    fifo              = true
    retention_seconds = 86400
    kms_key_arn       = "arn:aws:kms:eu-west-1:111122223333:key/quarantine"
    tags              = { team = "orders" }
  }

  assert {
    condition = (
      aws_sqs_queue.quarantine.name == "orders-quarantine.fifo" &&
      aws_sqs_queue.quarantine.fifo_queue == true &&
      aws_sqs_queue.quarantine.message_retention_seconds == 86400 &&
      aws_sqs_queue.quarantine.kms_master_key_id == "arn:aws:kms:eu-west-1:111122223333:key/quarantine" &&
      aws_sqs_queue.quarantine.tags == tomap({ team = "orders" })
    )
    error_message = "A setting of the queue is lost."
  }

  assert {
    condition     = output.queue.kms_key_arn == "arn:aws:kms:eu-west-1:111122223333:key/quarantine"
    error_message = "The router may not use the key."
  }
}

run "the_alarm_goes_off_at_the_first_record" {
  variables {
    fifo   = true
    alarms = { actions = ["arn:aws:sns:eu-west-1:111122223333:pager"], ok_actions = ["arn:aws:sns:eu-west-1:111122223333:calm"] }
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.not_empty[0].metric_name == "ApproximateNumberOfMessagesVisible" &&
      aws_cloudwatch_metric_alarm.not_empty[0].dimensions == tomap({ QueueName = "orders-quarantine.fifo" }) &&
      aws_cloudwatch_metric_alarm.not_empty[0].threshold == 0 &&
      aws_cloudwatch_metric_alarm.not_empty[0].comparison_operator == "GreaterThanThreshold" &&
      aws_cloudwatch_metric_alarm.not_empty[0].treat_missing_data == "ignore" &&
      aws_cloudwatch_metric_alarm.not_empty[0].alarm_actions == toset(["arn:aws:sns:eu-west-1:111122223333:pager"]) &&
      aws_cloudwatch_metric_alarm.not_empty[0].ok_actions == toset(["arn:aws:sns:eu-west-1:111122223333:calm"]) &&
      strcontains(aws_cloudwatch_metric_alarm.not_empty[0].alarm_description, "tenantctl quarantine show") &&
      strcontains(aws_cloudwatch_metric_alarm.not_empty[0].alarm_description, "tenantctl quarantine replay") &&
      strcontains(aws_cloudwatch_metric_alarm.not_empty[0].alarm_description, "1209600 s (14.0 days)")
    )
    error_message = "The alarm misses a record, has no action, or does not say what to do and by when."
  }

  # The longest description that CloudWatch accepts [CloudWatch API "PutMetricAlarm"].
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.not_empty[0].alarm_description) <= 1024
    error_message = "The description is too long."
  }
}

run "the_alarm_can_be_turned_off" {
  command = plan

  variables {
    alarms = { enabled = false }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.not_empty) == 0 && output.alarm_arn == null
    error_message = "An alarm is created although alarms are off."
  }
}

run "a_name_with_its_suffix_is_refused" {
  command = plan

  variables {
    name = "orders-quarantine.fifo"
  }

  expect_failures = [var.name]
}

run "a_queue_retention_out_of_range_is_refused" {
  command = plan

  variables {
    retention_seconds = 1209601
  }

  expect_failures = [var.retention_seconds]
}

run "an_alias_for_a_key_is_refused" {
  command = plan

  variables {
    kms_key_arn = "alias/quarantine"
  }

  expect_failures = [var.kms_key_arn]
}

run "records_of_a_mebibyte_can_be_quarantined" {
  command = plan

  variables {
    max_message_bytes = 1048576
  }

  assert {
    condition     = aws_sqs_queue.quarantine.max_message_size == 1048576 && output.queue.max_message_bytes == 1048576
    error_message = "The message size limit of the queue or of the router is wrong."
  }
}

run "a_message_size_limit_out_of_range_is_refused" {
  command = plan

  variables {
    max_message_bytes = 1048577
  }

  expect_failures = [var.max_message_bytes]
}
