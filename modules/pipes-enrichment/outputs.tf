output "enricher_function_arn" {
  description = "ARN of the enricher, without a qualifier: the pipe's `enrichment`."
  value       = module.enricher.function_arn
}

output "enricher_function_name" {
  description = "Name of the enricher."
  value       = module.enricher.function_name
}

output "invoke_policy_json" {
  description = "The permissions that the pipe's role needs to invoke the enricher, and no others."
  value       = local.invoke_policy
}

output "enricher_role_arn" {
  description = "ARN of the enricher's role; the policy of the quarantine or of a key may have to name it."
  value       = module.enricher.role_arn
}

output "enricher_policy_json" {
  description = "The permissions that the enricher needs, and no others; attach them yourself to an existing role."
  value       = module.enricher.policy_json
}

output "enricher_config" {
  description = "The value of TENANT_ROUTER_CONFIG."
  value       = module.enricher.config
}

output "enricher_log_group_name" {
  description = "Name of the enricher's log group."
  value       = module.enricher.log_group_name
}

output "alarm_arns" {
  description = "ARNs of the enricher's alarms, by what they watch."
  value       = module.enricher.alarm_arns
}
