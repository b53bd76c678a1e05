locals {
  alarms = !var.alarms.enabled ? {} : merge({
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
      description = "The router may not or cannot invoke the backend (403, 404, or a function that is not PER_TENANT). No record is blamed, all are retried. Check that the backend exists under the configured ARN and alias, is tenant-isolated, and allows the router's role.${var.credentials == null ? "" : " Where the anomaly lines of its log group say sts, it may not have a tenant's credentials: check that ${var.credentials.role_arn} exists, that its trust policy names this router's role and allows sts:TagSession, and that its longest session is not shorter than credentials.session_seconds."}"
    }
    }, { for r in var.registry[*] : "registry" => {
      namespace   = "TenantRouter"
      metric      = "RegistryFailed"
      dimensions  = { function = var.name }
      description = "The router could not ask the registry about a tenant. Nothing is lost and nobody is admitted on trust: a tenant that it knows is served for up to ${r.stale_seconds} s more, then that tenant's records wait with their source and come closer to its retry limit. Read the anomaly lines in its log group /aws/lambda/${var.name}: look whether table ${reverse(split("/", r.table_arn))[0]} exists, whether the role may dynamodb:BatchGetItem on it (and use its key), whether the table is throttled, and mend a malformed item with tenantctl tenants."
  } })
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
