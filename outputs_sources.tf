# Outputs for each source, by the source's key; a bridge's router has the key <key>-bridge.

locals {
  routers = merge(module.sqs, module.kinesis, module.dynamodb_streams, module.eventbridge)
  streams = merge(module.kinesis, module.dynamodb_streams)
  bridges = { for key, source in local.bridged : "${key}-bridge" => {
    router_function_name = local.streams[key].bridge_router_function_name
    router_role_arn      = local.streams[key].bridge_router_role_arn
    router_policy_json   = local.streams[key].bridge_router_policy_json
    router_config        = local.streams[key].bridge_router_config
  } }

  router_names = merge({ for key, source in local.routers : key => source.router_function_name }, { for key, bridge in local.bridges : key => bridge.router_function_name })

  # Records of one kind have the same shape.
  kinds = distinct(concat(
    [for source in var.sqs : "sqs"],
    [for source in var.kinesis : "kinesis"],
    [for source in var.dynamodb_streams : "dynamodb"],
    [for source in var.eventbridge : source.mode],
  ))

  keys = concat(keys(var.sqs), keys(var.kinesis), keys(var.dynamodb_streams), keys(var.eventbridge), keys(local.bridges))
  names = concat(
    flatten([for kind in [var.sqs, var.kinesis, var.dynamodb_streams, var.eventbridge] : [for key, source in kind : coalesce(source.name, "${var.name}-${key}")]]),
    [for key, source in local.bridged : "${coalesce(source.name, "${var.name}-${key}")}-bridge"],
  )
}

output "router_function_names" {
  description = "Name of each router function, by the source's key, and `<key>-bridge` for the router of a bridge."
  value       = local.router_names

  precondition {
    condition     = length(distinct(local.keys)) == length(local.keys)
    error_message = "Two sources have the same key: sqs, kinesis, dynamodb_streams, eventbridge: use a key once in all of them (a bridge has its stream's, with -bridge)."
  }

  precondition {
    condition     = length(distinct(local.names)) == length(local.names)
    error_message = "Two routers have the same name: sqs, kinesis, dynamodb_streams, eventbridge: use other keys or names (a bridge is named after its stream, with -bridge)."
  }
}

output "router_log_group_names" {
  description = "Name of each router's log group, by the source's key."
  value       = { for key, source in local.routers : key => source.router_log_group_name }
}

output "router_role_arns" {
  description = "ARN of the role of each router, by the source's key, and `<key>-bridge` for the router of a bridge; the policy of a queue, stream or key may have to name it, and `modules/tenant-role` needs it."
  value       = merge({ for key, source in local.routers : key => source.router_role_arn }, { for key, bridge in local.bridges : key => bridge.router_role_arn })
}

output "router_policies" {
  description = "The permissions that each router needs, and no others, by the source's key, and `<key>-bridge` for the router of a bridge; attach them yourself to an existing role."
  value       = merge({ for key, source in local.routers : key => source.router_policy_json }, { for key, bridge in local.bridges : key => bridge.router_policy_json })
}

output "router_configs" {
  description = "The value of TENANT_ROUTER_CONFIG of each router, by the source's key, and `<key>-bridge` for the router of a bridge."
  value       = merge({ for key, source in local.routers : key => source.router_config }, { for key, bridge in local.bridges : key => bridge.router_config })
}

output "queue_urls" {
  description = "URL of each created queue, by the source's key; null for an adopted one, and for a rule that invokes its router directly."
  value       = { for key, source in merge(module.sqs, module.eventbridge) : key => source.queue_url }
}

output "queue_arns" {
  description = "ARN of each queue, created or adopted, by the source's key."
  value       = { for key, source in merge(module.sqs, module.eventbridge) : key => source.queue_arn }
}

output "dead_letter_queue_urls" {
  description = "URL of each created dead-letter queue, by the source's key, and `<key>-bridge` for that of a bridge; null for an adopted one."
  value = merge(
    { for key, source in merge(module.sqs, module.eventbridge) : key => source.dead_letter_queue_url },
    { for key, source in local.bridged : "${key}-bridge" => local.streams[key].bridge_dead_letter_queue_url },
  )
}

output "stream_arns" {
  description = "ARN of each stream, created or adopted, by the source's key."
  value       = { for key, source in local.streams : key => source.stream_arn }
}

output "bridge_queue_urls" {
  description = "URL of each bridge's queue, by the source's key."
  value       = { for key, source in local.bridged : key => local.streams[key].bridge_queue_url }
}

output "failure_arns" {
  description = "ARN of the bucket, queue or topic that gets the discarded records of each stream, by the source's key."
  value       = { for key, source in local.streams : key => source.failure_arn }
}

output "rule_arns" {
  description = "ARN of each EventBridge rule, by the source's key."
  value       = { for key, source in module.eventbridge : key => source.rule_arn }
}

output "undelivered_queue_urls" {
  description = "URL of the created queue of each rule's undelivered events, by the source's key; null for an existing queue."
  value       = { for key, source in module.eventbridge : key => source.undelivered_queue_url }
}
