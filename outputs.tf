output "backend_function_arn" {
  description = "ARN that the routers invoke, with its version or alias, if any."
  value       = local.backend.function
}

output "backend_role_arn" {
  description = "ARN of the created backend's role; null when the backend is brought along."
  value       = one(module.backend[*].role_arn)
}

output "backend_log_group_name" {
  description = "Name of the created backend's log group; null when the backend is brought along."
  value       = one(module.backend[*].log_group_name)
}

output "queue_urls" {
  description = "URL of each created queue, by the source's key; null for an adopted one."
  value       = { for key, source in module.sqs : key => source.queue_url }
}

output "queue_arns" {
  description = "ARN of each queue, created or adopted, by the source's key."
  value       = { for key, source in module.sqs : key => source.queue_arn }
}

output "dead_letter_queue_urls" {
  description = "URL of each created dead-letter queue, by the source's key; null for an adopted one."
  value       = { for key, source in module.sqs : key => source.dead_letter_queue_url }
}

output "quarantine_urls" {
  description = "URL of each quarantine, by type: `standard`, `fifo`."
  value       = { for type, quarantine in module.quarantine : type => quarantine.queue_url }
}

output "router_function_names" {
  description = "Name of each router function, by the source's key."
  value       = { for key, source in module.sqs : key => source.router_function_name }
}

output "router_log_group_names" {
  description = "Name of each router's log group, by the source's key."
  value       = { for key, source in module.sqs : key => source.router_log_group_name }
}

output "router_role_arns" {
  description = "ARN of the role of each router, by the source's key; a queue's or key's policy may have to name it."
  value       = { for key, source in module.sqs : key => source.router_role_arn }
}

output "router_policies" {
  description = "The permissions that each router needs, no more, by the source's key; attach them yourself when you bring a role along."
  value       = { for key, source in module.sqs : key => source.router_policy_json }
}

output "router_configs" {
  description = "The value of TENANT_ROUTER_CONFIG of each router, by the source's key."
  value       = { for key, source in module.sqs : key => source.router_config }
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard; null when there is none."
  value       = one(aws_cloudwatch_dashboard.this[*].dashboard_name)
}

output "alarm_arns" {
  description = "ARNs of all alarms."
  value = concat(
    flatten([for source in module.sqs : values(source.alarm_arns)]),
    [for quarantine in module.quarantine : quarantine.alarm_arn if quarantine.alarm_arn != null],
  )
}
