output "queue_url" {
  description = "Send messages with a tenantId attribute here."
  value       = module.orders.queue_url
}

output "dead_letter_queue_url" {
  description = "Where records end that the backend keeps failing on."
  value       = module.orders.dead_letter_queue_url
}

output "quarantine_url" {
  description = "Where rejected records are kept."
  value       = module.quarantine.queue_url
}

output "router_function_name" {
  description = "The router function."
  value       = module.orders.router_function_name
}
