output "router_function_name" {
  description = "Name of the router function."
  value       = module.router.router_function_name
}

output "router_role_arn" {
  description = "ARN of the router's role: let the queue's policy, or its key's, allow it where they are strict."
  value       = module.router.router_role_arn
}

output "quarantine_url" {
  description = "URL of the quarantine: records whose group is no valid tenant id."
  value       = module.quarantine.queue_url
}
