output "standard_queue_url" {
  description = "Send messages with a tenantId attribute here."
  value       = module.standard.queue_url
}

output "fifo_queue_url" {
  description = "Send messages of groups <tenant>#<anything> here."
  value       = module.fifo.queue_url
}

output "standard_quarantine_url" {
  description = "Where rejected records of the standard queue are kept."
  value       = module.standard_quarantine.queue_url
}

output "fifo_quarantine_url" {
  description = "Where rejected records of the FIFO queue are kept."
  value       = module.fifo_quarantine.queue_url
}

output "standard_dlq_url" {
  description = "Where records of the standard queue end that keep failing."
  value       = module.standard.dead_letter_queue_url
}

output "fifo_dlq_url" {
  description = "Where records of the FIFO queue end that keep failing."
  value       = module.fifo.dead_letter_queue_url
}

output "router_function_names" {
  description = "The two router functions."
  value = {
    standard = module.standard.router_function_name
    fifo     = module.fifo.router_function_name
  }
}
