output "credentials" {
  description = "What a router needs to know of the role: give it to a source module as `credentials = module.<this>.credentials`. Made of the role's name, so that routers do not wait for the role, which waits for theirs."
  value       = { role_arn = local.role_arn }
}

output "role_arn" {
  description = "ARN of the role, once it is there. To be named in a bucket's, table's or key's policy."
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
  description = "Who may assume the role, and how."
  value       = local.trust_policy
}
