output "stream_name" {
  description = "Put records with partition keys <tenant>#<anything> here."
  value       = module.events.stream_name
}

output "router_function_names" {
  description = "The stream's router and, with a bridge, the one that reads its queue."
  value       = compact([module.events.router_function_name, module.events.bridge_router_function_name])
}

output "quarantine_url" {
  description = "The quarantine of records that name no acceptable tenant, or two different ones."
  value       = module.quarantine.queue_url
}

output "failure_bucket" {
  description = "The bucket for the records that Lambda discarded."
  value       = module.failures.bucket_name
}

output "bridge_queue_url" {
  description = "The bridge's queue; null without a bridge."
  value       = module.events.bridge_queue_url
}

output "bridge_dead_letter_queue_url" {
  description = "The bridge's dead-letter queue; null without a bridge."
  value       = module.events.bridge_dead_letter_queue_url
}
