locals {
  # A queue that nobody touches may go uncounted after six hours [SQS developer guide "Monitoring Amazon SQS queues using
  # CloudWatch"]: dead letters are still there then, so their alarm stays as it was. The source is read all the time.
  alarms = !var.alarms.enabled ? {} : {
    dead-letters = {
      metric      = "ApproximateNumberOfMessagesVisible"
      queue       = local.dead_letter_name
      threshold   = 0
      missing     = "ignore"
      description = "Records failed ${local.max_receive_count} times and wait in ${local.dead_letter_name}. Look for the backend's errors at that time, mend it, then redrive the dead-letter queue to ${local.queue_name} (SQS console, \"Start DLQ redrive\")."
    }
    oldest-message = {
      metric      = "ApproximateAgeOfOldestMessage"
      queue       = local.queue_name
      threshold   = var.alarms.oldest_message_seconds
      missing     = "notBreaching"
      description = "A record in ${local.queue_name} is older than ${var.alarms.oldest_message_seconds} s: the router does not keep up, or a record is being retried (in a FIFO queue its message group waits for it). Look at the router's other alarms first, then at the backend's errors and throttles, then raise polling.maximum_concurrency or delivery.in_flight."
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "queue" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/SQS"
  metric_name         = each.value.metric
  dimensions          = { QueueName = each.value.queue }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = each.value.missing
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.ok_actions
  tags                = var.tags
}
