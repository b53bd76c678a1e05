output "router_function_name" {
  description = "Name of the router function."
  value       = module.router.router_function_name
}

output "router_role_arn" {
  description = "ARN of the router's role: allow it in the queue's and the key's policy if they name principals."
  value       = module.router.router_role_arn
}

output "quarantine_url" {
  description = "URL of the quarantine for records whose group is not a valid tenant id."
  value       = module.quarantine.queue_url
}
