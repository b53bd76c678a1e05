locals {
  died = "a failed init names the invalid field of the configuration; a router that ran out of memory or time needs more router.memory_mb, which also adds CPU"

  # The response to a queue or stream reports each record, so only the router's own failure is an error of the function. For
  # other sources, failing the invocation is the only way to report a failed record.
  errors_mean = lookup({
    eventbridge = "Events were not acknowledged, or the router itself failed. By default Lambda retries each one twice, then it goes to the on-failure destination. Read the last lines in its log group /aws/lambda/${var.name}: batch lines name the cause of retries (the backend failed, or a rejected event is not quarantined); if there are none, ${local.died}. If single failing events are normal, raise alarms.errors_per_minute."
    pipes       = "The enricher failed batches, which the pipe retries, or the enricher itself failed. Read the last lines in its log group /aws/lambda/${var.name}: NotQuarantined and TenantNotConfirmed come with anomaly lines that say why (a rejected record without a quarantine, a suspended tenant, an unreadable registry), BatchRefused needs a smaller batch_size or another source; if there are none, ${local.died}. If single failing batches are normal, raise alarms.errors_per_minute."
    task        = "Tasks failed with a named error, which the state machine retries or catches, or the router itself failed. Read the error of the task lines in its log group /aws/lambda/${var.name} (TenantRejected and TaskInvalid: the input; BackendFailed, BackendThrottled, Timeout: the backend; the metric Failed in the namespace TenantRouter counts them by error); if there are none, ${local.died}. If single failing tasks are normal, raise alarms.errors_per_minute."
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
      description = "Lambda did not start the router: batches wait, and use up the source's retries. Raise router.reserved_concurrency or the account's concurrency quota, or lower the event source mapping's maximum concurrency."
    }
    misconfigured = {
      namespace   = "TenantRouter"
      metric      = "Misconfigured"
      dimensions  = { function = var.name }
      threshold   = 0
      description = "The router cannot invoke the backend (403, 404, or a function that is not PER_TENANT). No record is rejected; all are retried. Check that the backend exists under the configured ARN and alias, is tenant-isolated, and allows the router's role.${var.credentials == null ? "" : " Where the anomaly lines of its log group say sts, it may not have a tenant's credentials: check that ${var.credentials.role_arn} exists, that its trust policy names this router's role and allows sts:TagSession, and that its longest session is not shorter than credentials.session_seconds."}"
    }
    }, { for r in var.registry[*] : "registry" => {
      namespace   = "TenantRouter"
      metric      = "RegistryFailed"
      dimensions  = { function = var.name }
      threshold   = 0
      description = "The router could not read a tenant's item in the registry. No record is lost, and no unconfirmed tenant is admitted: a known tenant is served for up to ${r.stale_seconds} s more, then its records wait with their source and use up its retries. Read the anomaly lines in its log group /aws/lambda/${var.name}: check whether table ${reverse(split("/", r.table_arn))[0]} exists, whether the role may dynamodb:BatchGetItem on it (and use its key), and whether the table is throttled; fix a malformed item with tenantctl tenants."
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
