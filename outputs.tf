output "backend_function_arn" {
  description = "ARN that the routers invoke, with the version or alias, if any."
  value       = local.backend.function
}

output "backend_role_arn" {
  description = "ARN of the created backend's role; null with an existing backend."
  value       = one(module.backend[*].role_arn)
}

output "backend_log_group_name" {
  description = "Name of the created backend's log group; null with an existing backend."
  value       = one(module.backend[*].log_group_name)
}

output "quarantine_urls" {
  description = "URL of each quarantine, by type: `standard`, `fifo`."
  value       = { for type, quarantine in module.quarantine : type => quarantine.queue_url }
}

output "quarantine_operator_policies" {
  description = "The permissions that an operator needs for `tenantctl quarantine`, by the quarantine's type; to replay, add `sqs:SendMessage` on the source's queue or `lambda:InvokeFunction` on its router."
  value       = { for type, quarantine in module.quarantine : type => quarantine.operator_policy_json }
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard; null without one."
  value       = one(aws_cloudwatch_dashboard.this[*].dashboard_name)
}

output "alarm_arns" {
  description = "ARNs of all alarms."
  value = concat(
    flatten([for source in local.routers : values(source.alarm_arns)]),
    [for quarantine in module.quarantine : quarantine.alarm_arn if quarantine.alarm_arn != null],
  )
}
