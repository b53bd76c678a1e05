output "queue_url" {
  description = "Send messages here: attribute tenantId, body {\"tenantId\": …, \"id\": …}."
  value       = module.tenant_router.queue_urls.orders
}

output "quarantine_url" {
  description = "Messages without a valid tenant id are kept here, with the reason."
  value       = module.tenant_router.quarantine_urls.standard
}

output "dead_letter_queue_url" {
  description = "Messages that keep failing end here."
  value       = module.tenant_router.dead_letter_queue_urls.orders
}

output "backend_log_group" {
  description = "The backend's log: one line for each invocation, with the tenant and the environment."
  value       = module.tenant_router.backend_log_group_name
}
