# A batch read counts one event for each rejected item, even if the others were read [DynamoDB developer guide "DynamoDB
# Metrics and dimensions"], so the metric also shows routers that had to retry.
resource "aws_cloudwatch_metric_alarm" "throttled_reads" {
  count = var.alarms.enabled ? 1 : 0

  alarm_name          = "${aws_dynamodb_table.tenants.name}-throttled-reads"
  alarm_description   = "DynamoDB throttles reads of the tenant registry ${aws_dynamodb_table.tenants.name}. Routers use their cached answers until these are stale, then records wait; no record is lost. The table's metrics show which limit was reached: the table's or the account's read throughput (raise the quota, or any maximum that is set for the table), or a key range (one tenant id is read too often: raise registry.fresh_seconds of the routers, and look for anything else that reads or scans this table)."
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  dimensions          = { TableName = aws_dynamodb_table.tenants.name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.ok_actions
  tags                = var.tags

  # Without throttled reads, there is no data.
  treat_missing_data = "notBreaching"
}
