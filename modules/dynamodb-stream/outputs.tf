output "stream_arn" {
  description = "ARN of the stream that is read."
  value       = var.stream.arn
}

output "stream_name" {
  description = "Name of the table whose stream is read."
  value       = local.stream_name
}

output "failure_arn" {
  description = "ARN of the bucket, queue or topic that gets the records that Lambda discarded."
  value       = module.stream.failure_arn
}

output "failure_bucket" {
  description = "Name of the created failure bucket; null with an existing destination."
  value       = module.stream.failure_bucket
}

output "bridge_queue_url" {
  description = "URL of the bridge's queue; null without a bridge."
  value       = module.stream.bridge_queue_url
}

output "bridge_dead_letter_queue_url" {
  description = "URL of the created bridge's dead-letter queue; null without a bridge, or when its queue is adopted."
  value       = one(module.stream.bridge[*].dead_letter_queue_url)
}

output "bridge_router_function_name" {
  description = "Name of the router that reads the bridge's queue; null without a bridge."
  value       = one(module.stream.bridge[*].router_function_name)
}

output "bridge_queue_arn" {
  description = "ARN of the bridge's queue, created or adopted; null without a bridge."
  value       = one(module.stream.bridge[*].queue_arn)
}

output "bridge_router_role_arn" {
  description = "ARN of the role of the bridge's router; null without a bridge. With a bridge, this role assumes `credentials.role_arn`."
  value       = one(module.stream.bridge[*].router_role_arn)
}

output "bridge_router_policy_json" {
  description = "The permissions that the bridge's router needs, and no others; null without a bridge. An existing role needs these too."
  value       = one(module.stream.bridge[*].router_policy_json)
}

output "bridge_router_config" {
  description = "The value of TENANT_ROUTER_CONFIG of the bridge's router; null without a bridge."
  value       = one(module.stream.bridge[*].router_config)
}

output "event_source_mapping_id" {
  description = "UUID of the event source mapping."
  value       = module.stream.event_source_mapping.uuid
}

output "router_function_arn" {
  description = "ARN of the router function, without a qualifier."
  value       = module.stream.router_function_arn
}

output "router_function_name" {
  description = "Name of the router function."
  value       = module.stream.router_function_name
}

output "router_role_arn" {
  description = "ARN of the router's role; the policy of the stream or key may have to name it."
  value       = module.stream.router_role_arn
}

output "router_policy_json" {
  description = "The permissions that the router needs, and no others; attach them yourself to an existing role."
  value       = module.stream.router_policy_json
}

output "router_config" {
  description = "The value of TENANT_ROUTER_CONFIG."
  value       = module.stream.router_config
}

output "router_log_group_name" {
  description = "Name of the router's log group."
  value       = module.stream.router_log_group_name
}

output "alarm_arns" {
  description = "ARNs of all alarms of the router, its stream and its bridge, by what they watch."
  value       = module.stream.alarm_arns
}
