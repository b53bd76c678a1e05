output "queue_url" {
  description = "Send messages here: attribute tenantId, body {\"tenantId\": …, \"id\": …}."
  value       = module.orders.queue_url
}

output "registry_table" {
  description = "Name of the table of tenants, for tenantctl tenants."
  value       = module.registry.table_name
}

output "quarantine_url" {
  description = "Rejected records wait here, for tenantctl quarantine."
  value       = module.quarantine.queue_url
}

output "backend_log_groups" {
  description = "The backends' log: one line for each invocation, with the tenant and the environment."
  value = {
    standard = module.standard.log_group_name
    premium  = module.premium.log_group_name
  }
}

output "operator_policies" {
  description = "The policy documents that an operator needs for tenantctl, for the registry and for the quarantine. To replay, add sqs:SendMessage on the queue."
  value = {
    registry   = module.registry.operator_policy_json
    quarantine = module.quarantine.operator_policy_json
  }
}

output "router_config" {
  description = "The value of TENANT_ROUTER_CONFIG, for tenantctl explain and check-config."
  value       = module.orders.router_config
}
