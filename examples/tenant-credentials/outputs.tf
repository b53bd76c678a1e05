output "queue_url" {
  description = "Send messages here: attribute tenantId, body {\"tenantId\": …, \"id\": …}."
  value       = module.orders.queue_url
}

output "bucket" {
  description = "Each tenant's orders are objects tenants/<tenant id>/<order id>.json here."
  value       = aws_s3_bucket.orders.bucket
}

output "table_name" {
  description = "Each tenant's orders are items with the partition key <tenant id> here."
  value       = aws_dynamodb_table.orders.name
}

output "tenant_role_arn" {
  description = "The role that the router assumes for each tenant."
  value       = module.tenant_role.role_arn
}

output "backend_log_group" {
  description = "The backend's log of failed records."
  value       = module.backend.log_group_name
}

output "quarantine_url" {
  description = "Messages without a valid tenant id are kept here, with the reason."
  value       = module.quarantine.queue_url
}
