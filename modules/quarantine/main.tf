resource "aws_sqs_queue" "quarantine" {
  name                      = var.fifo ? "${var.name}.fifo" : var.name
  fifo_queue                = var.fifo ? true : null
  message_retention_seconds = var.retention_seconds
  max_message_size          = var.max_message_bytes
  kms_master_key_id         = var.kms_key_arn
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  tags                      = var.tags

  lifecycle {
    precondition {
      condition = alltrue([
        for large in var.large_records[*] : large.expire_after_days * 86400 >= var.retention_seconds
      ])
      error_message = "A message would outlive the record that it points to: large_records.expire_after_days: use at least ${ceil(var.retention_seconds / 86400)}, the queue's retention_seconds in days."
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "not_empty" {
  count = var.alarms.enabled ? 1 : 0

  alarm_name          = "${aws_sqs_queue.quarantine.name}-not-empty"
  alarm_description   = "Records were quarantined in ${aws_sqs_queue.quarantine.name}: they name no acceptable tenant, or one that may not be served. List them and their reasons with `tenantctl quarantine stats` and `ls`, read one with `tenantctl quarantine show`, fix the cause (the sender, the tenant's item in the registry, or the router's configuration), then send them again with `tenantctl quarantine replay`, or delete them with `discard`. `tenantctl quarantine --help` shows how. SQS deletes each ${var.retention_seconds} s (${format("%.1f", var.retention_seconds / 86400)} days) after it was quarantined."
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

  # SQS may stop reporting metrics of an unused queue after six hours [SQS developer guide "Monitoring Amazon SQS queues
  # using CloudWatch"], while the records are still there. So missing data must not change the alarm's state.
  treat_missing_data = "ignore"
}
