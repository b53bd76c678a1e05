output "queue_url" {
  description = "The queue in which events wait for the router."
  value       = module.orders.queue_url
}

output "dead_letter_queue_url" {
  description = "Where events end that the backend keeps failing on."
  value       = module.orders.dead_letter_queue_url
}

output "quarantine_url" {
  description = "Where events are kept that name no acceptable tenant."
  value       = module.quarantine.queue_url
}

output "undelivered_queue_url" {
  description = "Where events are kept that EventBridge could not put into the queue."
  value       = module.orders.undelivered_queue_url
}

output "router_function_name" {
  description = "The router function."
  value       = module.orders.router_function_name
}
