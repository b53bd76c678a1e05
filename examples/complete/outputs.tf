output "queue_urls" {
  description = "Send messages here: orders (attribute tenantId, body {\"tenantId\": …}), payments (message group = tenant). The third is EventBridge's own."
  value       = module.tenant_router.queue_urls
}

output "stream_arns" {
  description = "The streams: put records {\"tenantId\": …} into clicks."
  value       = module.tenant_router.stream_arns
}

output "table_name" {
  description = "Put items with keys TENANT#<tenant>#<anything> here."
  value       = aws_dynamodb_table.items.name
}

output "bus_name" {
  description = "Put events of source shop.news with detail {\"tenantId\": …} here."
  value       = aws_cloudwatch_event_bus.shop.name
}

output "quarantine_urls" {
  description = "Records without a valid tenant id are kept here, with the reason."
  value       = module.tenant_router.quarantine_urls
}

output "registry_table" {
  description = "Name of the table of tenants; `tenantctl tenants` lists and changes them."
  value       = module.tenants.table_name
}

output "router_function_names" {
  description = "The router functions, by source."
  value       = module.tenant_router.router_function_names
}

output "backend_log_group" {
  description = "The backend's log: one line for each invocation, with the tenant and the environment."
  value       = module.tenant_router.backend_log_group_name
}

output "premium_log_group" {
  description = "The log of the premium tenants' backend."
  value       = module.premium.log_group_name
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard."
  value       = module.tenant_router.dashboard_name
}
