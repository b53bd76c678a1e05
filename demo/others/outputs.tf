output "table_name" {
  description = "Name of the table."
  value       = aws_dynamodb_table.orders.name
}

output "bus_name" {
  description = "Name of the event bus."
  value       = aws_cloudwatch_event_bus.shop.name
}

output "sources" {
  description = "The names and URLs of each source, by the demo's name of the source."
  value = merge(
    {
      dynamodb = {
        router_function_name  = module.dynamodb.router_function_name
        quarantine_url        = module.quarantine["dynamodb"].queue_url
        failure_bucket        = module.dynamodb.failure_bucket
        queue_url             = null
        dead_letter_queue_url = null
      }
    },
    {
      for source, events in module.events : source => {
        router_function_name  = events.router_function_name
        quarantine_url        = module.quarantine[source].queue_url
        failure_bucket        = null
        queue_url             = events.queue_url
        dead_letter_queue_url = try(coalesce(events.dead_letter_queue_url, events.undelivered_queue_url), null)
      }
    },
  )
}

output "guarded" {
  description = "The queue whose router reads the registry, and the registry's table."
  value = {
    queue_url             = module.guarded.queue_url
    dead_letter_queue_url = module.guarded.dead_letter_queue_url
    quarantine_url        = module.guarded_quarantine.queue_url
    router_function_name  = module.guarded.router_function_name
    table_arn             = module.registry.table_arn
    fresh_seconds         = local.registry_seconds.fresh_seconds
    stale_seconds         = local.registry_seconds.stale_seconds
  }
}
