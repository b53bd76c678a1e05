output "rule_arn" {
  description = "ARN of the rule."
  value       = aws_cloudwatch_event_rule.events.arn
}

output "queue_url" {
  description = "URL of the created buffer queue; null for an adopted queue, and in direct mode."
  value       = local.router.queue_url
}

output "queue_arn" {
  description = "ARN of the buffer queue, created or adopted; null in direct mode."
  value       = local.queue_arn
}

output "dead_letter_queue_url" {
  description = "URL of the created queue's dead-letter queue; null for an adopted queue, and in direct mode."
  value       = local.router.dead_letter_queue_url
}

output "queue_policy_statement" {
  description = "The statement that the policy of an adopted queue needs, as an object for jsonencode; null in direct mode."
  value       = one(local.queue_statements)
}

output "undelivered_policy_statement" {
  description = "The statement that the policy of an existing queue for on_failure needs, as an object for jsonencode."
  value       = one(local.undelivered_statements)
}

output "undelivered_queue_url" {
  description = "URL of the created queue of undelivered events; null with an existing queue."
  value       = one(aws_sqs_queue.undelivered[*].url)
}

output "archive_arn" {
  description = "ARN of the archive; null without one."
  value       = one(aws_cloudwatch_event_archive.events[*].arn)
}

output "router_function_arn" {
  description = "ARN of the router function, without a qualifier."
  value       = local.router.router_function_arn
}

output "router_function_name" {
  description = "Name of the router function."
  value       = local.router.router_function_name
}

output "router_role_arn" {
  description = "ARN of the router's role; the policy of the queue or key may have to name it."
  value       = local.router.router_role_arn
}

output "router_policy_json" {
  description = "The permissions that the router needs, and no others; attach them yourself to an existing role."
  value       = local.router.router_policy_json
}

output "router_config" {
  description = "The value of TENANT_ROUTER_CONFIG."
  value       = local.router.router_config
}

output "router_log_group_name" {
  description = "Name of the router's log group."
  value       = local.router.router_log_group_name
}

output "alarm_arns" {
  description = "ARNs of all alarms of the rule, the queue and the router, by what they watch."
  value = merge(
    local.router.alarm_arns,
    { for name, alarm in aws_cloudwatch_metric_alarm.events : name => alarm.arn },
  )
}
