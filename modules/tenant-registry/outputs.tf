output "registry" {
  description = "The settings that a router needs of the registry: pass it to a source module as `registry = module.<this>.registry`, or with more settings, `merge(module.<this>.registry, { suspended = \"hold\" })`."
  value = {
    table_arn   = aws_dynamodb_table.tenants.arn
    kms_key_arn = var.kms_key_arn
  }
}

output "table_name" {
  description = "Name of the table, for `tenantctl tenants --table`."
  value       = aws_dynamodb_table.tenants.name
}

output "table_arn" {
  description = "ARN of the table."
  value       = aws_dynamodb_table.tenants.arn
}

output "read_policy_json" {
  description = "The permissions that a reader needs, and no others: batch reads by id. The source modules grant their routers the same; use this for existing roles."
  value       = local.read_policy
}

output "operator_policy_json" {
  description = "The permissions that an operator needs for `tenantctl tenants`: list, show, add and change tenants. They do not allow deleting tenants or the table."
  value       = local.operator_policy
}

output "alarm_arn" {
  description = "ARN of the alarm for throttled reads; null without alarms."
  value       = one(aws_cloudwatch_metric_alarm.throttled_reads[*].arn)
}
