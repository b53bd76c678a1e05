output "registry" {
  description = "What a router needs to know of the registry: give it to a source module as `registry = module.<this>.registry`, or with settings of yours, `merge(module.<this>.registry, { suspended = \"hold\" })`."
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
  description = "The permissions that a reader needs, no more: batch reads by id. The source modules give their routers the same; this is for roles that you bring along."
  value       = local.read_policy
}

output "operator_policy_json" {
  description = "The permissions that a person needs for `tenantctl tenants`: list, show, add and change tenants. Not to delete them, nor the table."
  value       = local.operator_policy
}

output "alarm_arn" {
  description = "ARN of the alarm for reads that the table refuses; null when alarms are off."
  value       = one(aws_cloudwatch_metric_alarm.throttled_reads[*].arn)
}
