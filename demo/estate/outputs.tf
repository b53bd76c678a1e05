# By source, as the demo's story calls them.

output "streams" {
  description = "Names of the Kinesis streams."
  value       = { kinesis = module.kinesis.stream_name, bridged = module.bridged.stream_name }
}

output "table" {
  description = "Name of the table."
  value       = aws_dynamodb_table.orders.name
}

output "quarantines" {
  description = "URLs of the queues that keep rejected records."
  value       = { for source, quarantine in module.quarantine : source => quarantine.queue.queue_url }
}

output "between" {
  description = "URLs of queues in which records wait on their way."
  value       = { bridged = module.bridged.bridge_queue_url }
}

output "dead_letters" {
  description = "URLs of the queues that keep what keeps failing."
  value       = { bridged = module.bridged.bridge_dead_letter_queue_url }
}

output "buckets" {
  description = "Names of the buckets that keep what Lambda gave up of a stream."
  value = {
    kinesis  = module.kinesis.failure_bucket
    bridged  = module.bridged.failure_bucket
    dynamodb = module.dynamodb.failure_bucket
  }
}

output "routers" {
  description = "Names of the router functions."
  value = [
    module.kinesis.router_function_name,
    module.bridged.router_function_name,
    module.bridged.bridge_router_function_name,
    module.dynamodb.router_function_name,
  ]
}
