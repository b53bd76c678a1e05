locals {
  # The failing records of a tenant wait in a bridge's queue. The description explains what SQS does with a long queue.
  bridge_behind = "Records in ${local.queue_name} are older than ${var.alarms.oldest_message_seconds} s: a tenant's records fail again and again and its message group waits, or the router does not keep up. The backend's errors, and with log_tenants the router's tenant lines, name the tenant. If it lasts, suspend that tenant (tenantctl tenants suspend, with registry.suspended = quarantine), so that its records are quarantined, fix the cause, and replay them: SQS deletes messages older than the queue's retention${local.created ? " (${local.retention_seconds} s)" : ""} WITHOUT the dead-letter queue, and with 120,000 messages of one group in front, other tenants wait too (docs/head-of-line.md). Otherwise raise bridge.maximum_concurrency or delivery.in_flight."

  # SQS may stop reporting metrics of an unused queue after six hours [SQS developer guide "Monitoring Amazon SQS queues
  # using CloudWatch"], while the dead letters are still there. So missing data must not change their alarm's state. The
  # source queue is polled all the time.
  alarms = !var.alarms.enabled ? {} : {
    dead-letters = {
      metric      = "ApproximateNumberOfMessagesVisible"
      queue       = local.dead_letter_name
      threshold   = 0
      missing     = "ignore"
      description = "Records failed ${local.max_receive_count} times and wait in ${local.dead_letter_name}. Look for the backend's errors at that time, fix it, then redrive the dead-letter queue to ${local.queue_name} (SQS console, \"Start DLQ redrive\")."
    }
    oldest-message = {
      metric      = "ApproximateAgeOfOldestMessage"
      queue       = local.queue_name
      threshold   = var.alarms.oldest_message_seconds
      missing     = "notBreaching"
      description = var.bridged_from != null ? local.bridge_behind : "A record in ${local.queue_name} is older than ${var.alarms.oldest_message_seconds} s: the router does not keep up, or a record is being retried (in a FIFO queue its message group waits for it). Look at the router's other alarms first, then at the backend's errors and throttles, then raise polling.maximum_concurrency or delivery.in_flight."
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
