output "stream" {
  description = "The stream, as the source module describes it."
  value       = var.stream
}

output "router" {
  description = "The outputs of the stream's router: `modules/router-function`."
  value       = module.router
}

output "bridge" {
  description = "The outputs of the bridge: `modules/sqs`; null without a bridge."
  value       = one(module.bridge[*])
}

output "bridge_queue_url" {
  description = "URL of the bridge's queue, created or adopted; null without a bridge."
  value       = try(local.bridge.queue_url, null)
}

output "failure_arn" {
  description = "ARN of the bucket, queue or topic that gets the records that Lambda discarded."
  value       = local.failure.arn
}

output "failure_bucket" {
  description = "Name of the created failure bucket; null with an existing destination."
  value       = one(module.failures[*].bucket_name)
}

output "event_source_mapping" {
  description = "The event source mapping, as the provider returns it."
  value       = aws_lambda_event_source_mapping.stream
}

output "alarms" {
  description = "The stream's alarms, as the provider returns them, by what they watch."
  value       = aws_cloudwatch_metric_alarm.stream
}

output "alarm_arns" {
  description = "ARNs of all alarms of the router, its stream and its bridge, by what they watch."
  value = merge(
    module.router.alarm_arns,
    { for name, alarm in aws_cloudwatch_metric_alarm.stream : name => alarm.arn },
    merge([for bridge in module.bridge : { for name, arn in bridge.alarm_arns : "bridge-${name}" => arn }]...),
  )
}
