output "router_function_arn" {
  description = "ARN of the router function, without a qualifier: the task's `FunctionName`."
  value       = module.router.function_arn
}

output "router_function_name" {
  description = "Name of the router function."
  value       = module.router.function_name
}

output "invoke_policy_json" {
  description = "The permissions that the state machine's role needs to invoke the router, and no others."
  value       = local.invoke_policy
}

output "retry" {
  description = "A `Retry` list for the task, as an object for jsonencode: it only retries what certainly did not run, with backoff and jitter."
  value       = local.retry
}

output "retry_may_run_twice" {
  description = "The same for an idempotent backend: it also retries Lambda's own errors, a crash of the router, `BackendFailed` and timeouts, after which the backend may have run."
  value       = local.retry_twice
}

output "router_role_arn" {
  description = "ARN of the router's role; the policy of the backend or of a key may have to name it."
  value       = module.router.role_arn
}

output "router_policy_json" {
  description = "The permissions that the router needs, and no others; attach them yourself to an existing role."
  value       = module.router.policy_json
}

output "router_config" {
  description = "The value of TENANT_ROUTER_CONFIG."
  value       = module.router.config
}

output "router_log_group_name" {
  description = "Name of the router's log group."
  value       = module.router.log_group_name
}

output "router_timeout_seconds" {
  description = "The router's timeout. Give the task's `TimeoutSeconds` more."
  value       = module.router.timeout_seconds
}

output "alarm_arns" {
  description = "ARNs of the router's alarms, by what they watch."
  value       = module.router.alarm_arns
}
