output "queue_url" {
  description = "The queue in which events wait for the router."
  value       = module.orders.queue_url
}

output "dead_letter_queue_url" {
  description = "The dead-letter queue: events that the backend fails at every attempt."
  value       = module.orders.dead_letter_queue_url
}

output "quarantine_url" {
  description = "The quarantine of events that name no acceptable tenant."
  value       = module.quarantine.queue_url
}

output "undelivered_queue_url" {
  description = "The queue of events that EventBridge could not deliver."
  value       = module.orders.undelivered_queue_url
}

output "router_function_name" {
  description = "The router function."
  value       = module.orders.router_function_name
}
