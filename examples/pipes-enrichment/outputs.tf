output "incoming_queue_url" {
  description = "Send messages here whose body is JSON with a tenantId."
  value       = aws_sqs_queue.incoming.url
}

output "incoming_dead_letter_queue_url" {
  description = "The dead-letter queue: messages whose batch the pipe could not process."
  value       = aws_sqs_queue.incoming_dead_letter.url
}

output "quarantine_url" {
  description = "The quarantine of records that name no acceptable tenant."
  value       = module.quarantine.queue_url
}

output "dead_letter_queue_url" {
  description = "The dead-letter queue: records that the backend fails at every attempt."
  value       = module.router.dead_letter_queue_url
}

output "function_names" {
  description = "The enricher and the router."
  value       = [module.enrichment.enricher_function_name, module.router.router_function_name]
}
