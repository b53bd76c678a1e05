output "table_name" {
  description = "Name of the table."
  value       = aws_dynamodb_table.orders.name
}

output "router_function_name" {
  description = "Name of the router function."
  value       = module.dynamodb.router_function_name
}

output "quarantine_url" {
  description = "Where rejected records are kept."
  value       = module.quarantine.queue_url
}

output "failure_bucket" {
  description = "Where Lambda writes the records that it gave up."
  value       = module.dynamodb.failure_bucket
}
