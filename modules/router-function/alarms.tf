locals {
  alarms = !var.alarms.enabled ? {} : {
    errors = {
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = { FunctionName = var.name }
      description = "The router itself failed or ran out of time, so its whole batch is being retried. Read the last error lines in its log group /aws/lambda/${var.name}: a failed init names the field of the configuration that is wrong; a router that ran out of memory or time needs more router.memory_mb, which brings CPU as well."
    }
    throttles = {
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = { FunctionName = var.name }
      description = "Lambda refused to start the router: batches wait, and come closer to the source's retry limit. Raise router.reserved_concurrency or the account's concurrency quota, or lower the event source mapping's maximum concurrency."
    }
    misconfigured = {
      namespace   = "TenantRouter"
      metric      = "Misconfigured"
      dimensions  = { function = var.name }
      description = "The router may not or cannot invoke the backend (403, 404, or a function that is not PER_TENANT). No record is blamed, all are retried. Check that the backend exists under the configured ARN and alias, is tenant-isolated, and allows the router's role."
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "router" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.ok_actions
  tags                = var.tags
}
