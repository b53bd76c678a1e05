locals {
  invoked_arn = var.alias == null ? aws_lambda_function.backend.arn : one(aws_lambda_alias.backend[*].arn)
}

output "backend" {
  description = "The settings that a router needs of the backend: pass it to a source module as `backend = module.<this>.backend`."
  value = {
    function            = local.invoked_arn
    timeout_seconds     = var.function.timeout_seconds
    failure_destination = one([for d in var.failure_destination[*] : d.arn])
  }
}

output "function_arn" {
  description = "ARN of the function, without a qualifier."
  value       = aws_lambda_function.backend.arn
}

output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.backend.function_name
}

output "alias_arn" {
  description = "ARN of the alias; null without one."
  value       = one(aws_lambda_alias.backend[*].arn)
}

output "role_arn" {
  description = "ARN of the role that all tenants' environments share."
  value       = local.role_arn
}

output "role_name" {
  description = "Name of the created role, to attach further policies to; null with an existing role."
  value       = one(aws_iam_role.backend[*].name)
}

output "policy_json" {
  description = "The permissions that the function needs for itself. Attached to the created role; attach it yourself to an existing role."
  value       = local.policy
}

output "log_group_name" {
  description = "Name of the function's log group."
  value       = aws_cloudwatch_log_group.backend.name
}
