output "queue" {
  description = "The settings that a router needs of the quarantine: pass it to a source module as `on_reject = { quarantine = module.<this>.queue }`."
  value = {
    queue_url         = aws_sqs_queue.quarantine.url
    queue_arn         = aws_sqs_queue.quarantine.arn
    kms_key_arn       = var.kms_key_arn
    max_message_bytes = local.max_message_bytes
    large_records     = local.large_records
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

output "large_records_bucket" {
  description = "Name of the bucket for records that do not fit into a message; null without `large_records`."
  value       = one(module.large_records[*].bucket_name)
}

output "operator_policy_json" {
  description = "The permissions that an operator needs for `tenantctl quarantine`: read records, and delete them. To replay, add `sqs:SendMessage` and `sqs:GetQueueUrl` on the source's queue (and `kms:GenerateDataKey`, `kms:Decrypt` on its key), or `lambda:InvokeFunction` on the router of a source that is not a queue."
  value       = local.operator_policy
}

output "alarm_arn" {
  description = "ARN of the alarm for a quarantine that is not empty; null when alarms are off."
  value       = one(aws_cloudwatch_metric_alarm.not_empty[*].arn)
}
