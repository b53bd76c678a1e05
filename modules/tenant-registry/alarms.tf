# A batch read counts one event for each item that was refused, also where the rest came
# [DynamoDB developer guide "DynamoDB Metrics and dimensions"], so a router that had to ask again is seen as well.
resource "aws_cloudwatch_metric_alarm" "throttled_reads" {
  count = var.alarms.enabled ? 1 : 0

  alarm_name          = "${aws_dynamodb_table.tenants.name}-throttled-reads"
  alarm_description   = "DynamoDB refuses reads of the tenant registry ${aws_dynamodb_table.tenants.name}. Routers go on with what they know until it is stale, then records wait; nothing is lost. Look in the table's metrics for which limit was reached: the table's or the account's read throughput (raise the quota, or any maximum that was set for the table), or a key range (one tenant id asked for too often: raise registry.fresh_seconds of the routers, and look for anything else that reads or scans this table)."
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

  # No refused read, no data.
  treat_missing_data = "notBreaching"
}
