mock_provider "aws" {
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:tenants" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/tenants" }
  }

  # The module compares queues by their ARNs, so each mock has its own.
  override_resource {
    target = module.tenant_router.module.sqs["orders"].aws_sqs_queue.source
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:tenants-orders", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/tenants-orders" }
  }

  override_resource {
    target = module.tenant_router.module.sqs["orders"].aws_sqs_queue.dead_letter
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:tenants-orders-dlq", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/tenants-orders-dlq" }
  }

  override_resource {
    target = module.tenant_router.module.quarantine["standard"].aws_sqs_queue.quarantine
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:tenants-quarantine", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/tenants-quarantine" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }
}

variables {
  artifacts_directory = "../complete/tests/fixtures/artifacts"
}

run "everything_can_be_planned_at_once" {
  command = plan

  assert {
    condition     = module.tenant_router.router_function_names == { orders = "tenants-orders-router" }
    error_message = "Unexpected routers: ${jsonencode(module.tenant_router.router_function_names)}"
  }

  assert {
    condition     = output.backend_log_group == "/aws/lambda/tenants"
    error_message = "The backend's log group is ${output.backend_log_group}."
  }
}

run "messages_go_to_the_new_backend_or_the_quarantine" {
  assert {
    condition     = output.queue_url == "https://sqs.eu-west-1.amazonaws.com/111122223333/tenants-orders" && output.dead_letter_queue_url == "https://sqs.eu-west-1.amazonaws.com/111122223333/tenants-orders-dlq"
    error_message = "The queue URLs are wrong: ${output.queue_url}, ${output.dead_letter_queue_url}"
  }

  assert {
    condition     = jsondecode(module.tenant_router.router_configs.orders).on_reject.quarantine == output.quarantine_url
    error_message = "Rejected messages go to the wrong queue: ${module.tenant_router.router_configs.orders}"
  }

  assert {
    condition     = jsondecode(module.tenant_router.router_configs.orders).backend.function == module.tenant_router.backend_function_arn
    error_message = "The router invokes another function: ${module.tenant_router.router_configs.orders}"
  }

  assert {
    condition = jsondecode(module.tenant_router.router_configs.orders).tenant_id == {
      from       = [{ path = "$.messageAttributes.tenantId.stringValue" }]
      must_match = [{ path = "$.body.tenantId" }]
      grammar    = "strict"
    }
    error_message = "The selector of the tenant id differs from the README: ${module.tenant_router.router_configs.orders}"
  }
}

run "the_architecture_follows_the_built_zips" {
  command = plan

  assert {
    condition     = local.architecture == "arm64"
    error_message = "The zips are for arm64, and ${local.architecture} is deployed."
  }
}
