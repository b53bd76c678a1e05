output "queue" {
  description = "What a router needs to know of the quarantine: give it to a source module as `on_reject = { quarantine = module.<this>.queue }`."
  value = {
    queue_url   = aws_sqs_queue.quarantine.url
    queue_arn   = aws_sqs_queue.quarantine.arn
    kms_key_arn = var.kms_key_arn
  }
}

output "queue_url" {
  description = "URL of the quarantine queue."
  value       = aws_sqs_queue.quarantine.url
}

output "queue_arn" {
  description = "ARN of the quarantine queue."
  value       = aws_sqs_queue.quarantine.arn
}

output "queue_name" {
  description = "Name of the quarantine queue, `.fifo` included."
  value       = aws_sqs_queue.quarantine.name
}

output "alarm_arn" {
  description = "ARN of the alarm for a quarantine that is not empty; null when alarms are off."
  value       = one(aws_cloudwatch_metric_alarm.not_empty[*].arn)
}
