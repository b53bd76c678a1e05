locals {
  died = "a failed init names the field of the configuration that is wrong; a router that ran out of memory or time needs more router.memory_mb, which brings CPU as well"

  # Queues and streams are answered record by record, so that only the router's own failure is an error of the function. The
  # others know but one way of saying that a record is not done, which is to fail the invocation.
  errors_mean = lookup({
    eventbridge = "Events were not settled, or the router itself failed. Lambda tries each twice more by default, then it goes to the on-failure destination. Read the last lines in its log group /aws/lambda/${var.name}: batch lines say the cause for which events were retried (the backend failed, or a rejected event that is not in quarantine); where there are none, ${local.died}. Where single events that fail are ordinary, raise alarms.errors_per_minute."
    pipes       = "The enricher failed batches, which the pipe tries again, or it failed itself. Read the last lines in its log group /aws/lambda/${var.name}: NotQuarantined and TenantNotConfirmed come with anomaly lines that say why (a rejected record without a quarantine, a suspended tenant, an unreadable registry), BatchRefused asks for a smaller batch_size or another source; where there are none, ${local.died}. Where single batches that fail are ordinary, raise alarms.errors_per_minute."
    task        = "Tasks failed by name, which the state machine retries or catches, or the router itself failed. Read the task lines in its log group /aws/lambda/${var.name}, whose error says which (TenantRejected and TaskInvalid: the input; BackendFailed, BackendThrottled, Timeout: the backend; the metric Failed in the namespace TenantRouter counts them by error); where there are none, ${local.died}. Where single tasks that fail are ordinary, raise alarms.errors_per_minute."
  }, var.event_source.kind, "The router itself failed or ran out of time, so its whole batch is being retried. Read the last error lines in its log group /aws/lambda/${var.name}: ${local.died}.")

  alarms = !var.alarms.enabled ? {} : merge({
    errors = {
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = { FunctionName = var.name }
      threshold   = var.alarms.errors_per_minute
      description = local.errors_mean
    }
    throttles = {
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = { FunctionName = var.name }
      threshold   = 0
      description = "Lambda refused to start the router: batches wait, and come closer to the source's retry limit. Raise router.reserved_concurrency or the account's concurrency quota, or lower the event source mapping's maximum concurrency."
    }
    misconfigured = {
      namespace   = "TenantRouter"
      metric      = "Misconfigured"
      dimensions  = { function = var.name }
      threshold   = 0
      description = "The router may not or cannot invoke the backend (403, 404, or a function that is not PER_TENANT). No record is blamed, all are retried. Check that the backend exists under the configured ARN and alias, is tenant-isolated, and allows the router's role.${var.credentials == null ? "" : " Where the anomaly lines of its log group say sts, it may not have a tenant's credentials: check that ${var.credentials.role_arn} exists, that its trust policy names this router's role and allows sts:TagSession, and that its longest session is not shorter than credentials.session_seconds."}"
    }
    }, { for r in var.registry[*] : "registry" => {
      namespace   = "TenantRouter"
      metric      = "RegistryFailed"
      dimensions  = { function = var.name }
      threshold   = 0
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
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.ok_actions
  tags                = var.tags
}
