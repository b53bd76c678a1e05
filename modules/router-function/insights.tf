# Lists the busiest tenants from the log lines that log_tenants allows. As a metric dimension, each tenant would be charged.

resource "aws_cloudwatch_contributor_insight_rule" "tenants" {
  count = var.log_tenants ? 1 : 0

  rule_name  = "${var.name}-tenants"
  rule_state = "ENABLED"
  tags       = var.tags

  rule_definition = jsonencode({
    Schema        = { Name = "CloudWatchLogRule", Version = 1 }
    LogGroupNames = [aws_cloudwatch_log_group.router.name]
    LogFormat     = "JSON"
    Contribution = {
      Keys    = ["$.tenant_id"]
      ValueOf = "$.records"
      Filters = []
    }
    AggregateOn = "Sum"
  })
}
