output "credentials" {
  description = "The settings that a router needs of the role: pass it to a source module as `credentials = module.<this>.credentials`. It is derived from the role's name, so that routers do not depend on the role, which depends on theirs."
  value       = { role_arn = local.role_arn }
}

output "role_arn" {
  description = "ARN of the role, known when it exists. For the policies of buckets, tables and keys."
  value       = aws_iam_role.tenant.arn
}

output "role_name" {
  description = "Name of the role, to attach further policies to."
  value       = aws_iam_role.tenant.name
}

output "policy_json" {
  description = "The ready-made grants of `s3` and `dynamodb`; null without either."
  value       = local.grants
}

output "trust_policy_json" {
  description = "The trust policy of the role."
  value       = local.trust_policy
}
