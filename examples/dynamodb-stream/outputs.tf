output "table_name" {
  description = "Put items with keys TENANT#<tenant>#<anything> here."
  value       = module.changes.stream_name
}

output "router_function_name" {
  description = "Name of the router function."
  value       = module.changes.router_function_name
}

output "quarantine_url" {
  description = "The quarantine of records whose key names no acceptable tenant."
  value       = module.quarantine.queue_url
}

output "failure_bucket" {
  description = "The bucket for the records that Lambda discarded."
  value       = module.changes.failure_bucket
}
