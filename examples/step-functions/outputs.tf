output "state_machine_arn" {
  description = "Start executions of this with { \"orders\": [ { \"tenant_id\": …, \"order\": … }, … ] }."
  value       = aws_sfn_state_machine.orders.arn
}

output "router_function_name" {
  description = "Name of the router that the tasks invoke."
  value       = module.orders_task.router_function_name
}

output "definition" {
  description = "The state machine's definition, as JSON."
  value       = jsonencode(local.definition)
}
