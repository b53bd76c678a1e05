output "standard_queue_url" {
  description = "Send messages with a tenantId attribute here."
  value       = module.standard.queue_url
}

output "fifo_queue_url" {
  description = "Send messages of groups <tenant>#<anything> here."
  value       = module.fifo.queue_url
}

output "standard_quarantine_url" {
  description = "The quarantine of the standard queue."
  value       = module.standard_quarantine.queue_url
}

output "fifo_quarantine_url" {
  description = "The quarantine of the FIFO queue."
  value       = module.fifo_quarantine.queue_url
}

output "standard_dlq_url" {
  description = "The dead-letter queue of the standard queue."
  value       = module.standard.dead_letter_queue_url
}

output "fifo_dlq_url" {
  description = "The dead-letter queue of the FIFO queue."
  value       = module.fifo.dead_letter_queue_url
}

output "router_function_names" {
  description = "The two router functions."
  value = {
    standard = module.standard.router_function_name
    fifo     = module.fifo.router_function_name
  }
}
