locals {
  mapping = aws_lambda_event_source_mapping.stream.uuid

  alarms = !var.alarms.enabled ? {} : {
    given-up = {
      namespace   = "AWS/Lambda"
      metric      = "OnFailureDestinationDeliveredEventCount"
      dimensions  = { EventSourceMappingUUID = local.mapping }
      statistic   = "Sum"
      threshold   = 0
      description = "Records of ${var.stream.name} were discarded after ${var.polling.maximum_retry_attempts} attempts or ${local.record_age_seconds} s, and written to ${local.failure_name}. Look for the backend's errors and the router's other alarms at that time, fix the cause, then put the records into the stream again. A bucket holds the records themselves, a queue or topic only their position in the stream."
    }
    dropped = {
      namespace   = "AWS/Lambda"
      metric      = "DroppedEventCount"
      dimensions  = { EventSourceMappingUUID = local.mapping }
      statistic   = "Sum"
      threshold   = 0
      description = "Records of ${var.stream.name} were dropped: Lambda discarded them, and the on-failure destination did not accept them. They are lost unless the stream still has them (see its retention). Check that ${local.failure_name} exists and that the router's role may write to it and use its key."
    }
    not-delivered = {
      namespace   = "AWS/Lambda"
      metric      = "DestinationDeliveryFailures"
      dimensions  = { FunctionName = module.router.function_name }
      statistic   = "Sum"
      threshold   = 0
      description = "Lambda could not write discarded records to ${local.failure_name}. Check that it exists and that the router's role may write to it and use its key; until then discarded records are lost."
    }
    behind = {
      namespace   = "AWS/Lambda"
      metric      = "IteratorAge"
      dimensions  = { FunctionName = module.router.function_name }
      statistic   = "Maximum"
      threshold   = 1000 * var.alarms.oldest_record_seconds
      description = "The router is more than ${var.alarms.oldest_record_seconds} s behind ${var.stream.name}: it does not keep up, or a record is being retried and blocks its shard. Look at the router's other alarms first, then at its log's anomaly lines for the cause; for a tenant that fails again and again, use a bridge. Otherwise raise polling.parallelization_factor, polling.batch_size or delivery.in_flight."
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "stream" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.ok_actions
  tags                = var.tags
}
