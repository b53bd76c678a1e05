# Each value has its own output, as in the source modules, so that a caller's resource waits for nothing else: a policy that names
# the router's role must not wait for the function, whose configuration may wait for that policy's stream or key.

output "failure_arn" {
  description = "ARN of the bucket, queue or topic that gets the records that Lambda discarded."
  value       = local.failure.arn
}

output "failure_bucket" {
  description = "Name of the created failure bucket; null with an existing destination."
  value       = one(module.failures[*].bucket_name)
}

output "bridge_queue_url" {
  description = "URL of the bridge's queue; null without a bridge."
  value       = try(local.bridge.queue_url, null)
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
  description = "ARN of the router's role; the policy of the stream or key may have to name it."
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

output "bridge" {
  description = "The outputs of the bridge: `modules/sqs`; null without a bridge."
  value       = one(module.bridge[*])
}

output "stream" {
  description = "The stream, as the source module describes it."
  value       = var.stream
}

output "event_source_mapping" {
  description = "The event source mapping, as the provider returns it."
  value       = aws_lambda_event_source_mapping.stream
}

output "alarms" {
  description = "The stream's alarms, as the provider returns them, by what they watch."
  value       = aws_cloudwatch_metric_alarm.stream
}

output "alarm_arns" {
  description = "ARNs of all alarms of the router, its stream and its bridge, by what they watch."
  value = merge(
    module.router.alarm_arns,
    { for name, alarm in aws_cloudwatch_metric_alarm.stream : name => alarm.arn },
    merge([for bridge in module.bridge : { for name, arn in bridge.alarm_arns : "bridge-${name}" => arn }]...),
  )
}
