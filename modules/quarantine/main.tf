resource "aws_sqs_queue" "quarantine" {
  name                      = var.fifo ? "${var.name}.fifo" : var.name
  fifo_queue                = var.fifo ? true : null
  message_retention_seconds = var.retention_seconds
  max_message_size          = var.max_message_bytes
  kms_master_key_id         = var.kms_key_arn
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  tags                      = var.tags
}

resource "aws_cloudwatch_metric_alarm" "not_empty" {
  count = var.alarms.enabled ? 1 : 0

  alarm_name          = "${aws_sqs_queue.quarantine.name}-not-empty"
  alarm_description   = "Records were set aside because they name no acceptable tenant. Read the message attribute `reason` of the messages in ${aws_sqs_queue.quarantine.name}, mend the sender, then send the bodies to their source again or delete them. SQS deletes each ${var.retention_seconds} s (${format("%.1f", var.retention_seconds / 86400)} days) after it was set aside."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.quarantine.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.ok_actions
  tags                = var.tags

  # A queue that nobody touches may go uncounted after six hours [SQS developer guide "Monitoring Amazon SQS queues using
  # CloudWatch"]: the records are still there, so the alarm stays as it was.
  treat_missing_data = "ignore"
}
