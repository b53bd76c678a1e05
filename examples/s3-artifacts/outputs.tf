output "queue_url" {
  description = "Send messages with a tenantId attribute here."
  value       = module.orders.queue_url
}

output "dead_letter_queue_url" {
  description = "The dead-letter queue: records that the backend fails at every attempt."
  value       = module.orders.dead_letter_queue_url
}

output "quarantine_url" {
  description = "The quarantine of rejected records."
  value       = module.quarantine.queue_url
}

output "router_function_name" {
  description = "The router function."
  value       = module.orders.router_function_name
}
