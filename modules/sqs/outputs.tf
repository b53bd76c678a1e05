output "queue_arn" {
  description = "ARN of the source queue, created or adopted."
  value       = local.queue.arn
}

output "queue_name" {
  description = "Name of the source queue, created or adopted."
  value       = local.queue_name
}

output "queue_url" {
  description = "URL of the created queue; null for an adopted queue."
  value       = one(aws_sqs_queue.source[*].url)
}

output "dead_letter_queue_arn" {
  description = "ARN of the dead-letter queue, created or adopted."
  value       = local.queue.dead_letter_arn
}

output "dead_letter_queue_name" {
  description = "Name of the dead-letter queue, created or adopted."
  value       = local.dead_letter_name
}

output "dead_letter_queue_url" {
  description = "URL of the created dead-letter queue; null for an adopted queue."
  value       = one(aws_sqs_queue.dead_letter[*].url)
}

output "retention_seconds" {
  description = "How long a message of the created queue waits before SQS deletes it; null for an adopted queue."
  value       = one(aws_sqs_queue.source[*].message_retention_seconds)
}

output "batch_size" {
  description = "The largest batch of the router."
  value       = aws_lambda_event_source_mapping.queue.batch_size
}

output "event_source_mapping_id" {
  description = "UUID of the event source mapping."
  value       = aws_lambda_event_source_mapping.queue.uuid
}

output "router_function_arn" {
  description = "ARN of the router function, without a qualifier."
  value       = module.router.function_arn
}

output "router_function_name" {
  description = "Name of the router function."
  value       = module.router.function_name
}

output "router_role_arn" {
  description = "ARN of the router's role; the policy of the queue or key may have to name it."
  value       = module.router.role_arn
}

output "router_policy_json" {
  description = "The permissions that the router needs, and no others; attach them yourself to an existing role."
  value       = module.router.policy_json
}

output "router_config" {
  description = "The value of TENANT_ROUTER_CONFIG."
  value       = module.router.config
}

output "router_log_group_name" {
  description = "Name of the router's log group."
  value       = module.router.log_group_name
}

output "alarm_arns" {
  description = "ARNs of all alarms of the router and its queues, by what they watch."
  value = merge(
    module.router.alarm_arns,
    { for name, alarm in aws_cloudwatch_metric_alarm.queue : name => alarm.arn },
  )
}
