output "function_arn" {
  description = "ARN of the router function, without a qualifier."
  value       = aws_lambda_function.router.arn
}

output "function_name" {
  description = "Name of the router function."
  value       = aws_lambda_function.router.function_name
}

output "role_arn" {
  description = "ARN of the router's role, created or existing."
  value       = local.role_arn
}

output "policy_json" {
  description = "The permissions that the router needs, and no others. Attached to the created role; attach them yourself to an existing role."
  value       = local.policy
}

output "config" {
  description = "The value of TENANT_ROUTER_CONFIG."
  value       = local.config
}

output "timeout_seconds" {
  description = "The router's timeout. A source queue's visibility timeout must be at least six times as long."
  value       = local.timeout_seconds
}

output "log_group_name" {
  description = "Name of the router's log group."
  value       = aws_cloudwatch_log_group.router.name
}

output "alarm_arns" {
  description = "ARNs of the router's alarms, by what they watch: errors, throttles, misconfigured, and registry where there is one."
  value       = { for name, alarm in aws_cloudwatch_metric_alarm.router : name => alarm.arn }
}

output "selects_images" {
  description = "Whether `tenant_id.from` selects an item's images, in a DynamoDB stream or a pipe from one."
  value       = length(local.images.from) > 0
}
