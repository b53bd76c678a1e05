mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-router" }
  }

  # The module compares queues by their ARNs, so each mock has its own.
  override_resource {
    target = module.standard.aws_sqs_queue.source
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders" }
  }

  override_resource {
    target = module.standard.aws_sqs_queue.dead_letter
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders-dlq", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-dlq" }
  }

  override_resource {
    target = module.standard_quarantine.aws_sqs_queue.quarantine
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders-quarantine", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine" }
  }

  override_resource {
    target = module.fifo.aws_sqs_queue.source
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders-fifo.fifo", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-fifo.fifo" }
  }

  override_resource {
    target = module.fifo.aws_sqs_queue.dead_letter
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders-fifo-dlq.fifo", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-fifo-dlq.fifo" }
  }

  override_resource {
    target = module.fifo_quarantine.aws_sqs_queue.quarantine
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:orders-fifo-quarantine.fifo", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-fifo-quarantine.fifo" }
  }
}

variables {
  backend_arn         = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live"
  artifacts_directory = "../../modules/sqs/tests/fixtures/artifacts"
}

run "both_routers_can_be_planned" {
  command = plan

  assert {
    condition     = output.router_function_names == { standard = "orders-router", fifo = "orders-fifo-router" }
    error_message = "Unexpected routers: ${jsonencode(output.router_function_names)}"
  }
}

run "both_routers_invoke_only_the_configured_alias" {
  assert {
    condition     = [for config in [module.standard.router_config, module.fifo.router_config] : jsondecode(config).backend] == [{ function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live", timeout_seconds = 30 }, { function = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live", timeout_seconds = 30 }]
    error_message = "A router invokes the wrong function: ${module.standard.router_config} ${module.fifo.router_config}"
  }

  assert {
    condition     = [for policy in [module.standard.router_policy_json, module.fifo.router_policy_json] : one([for s in jsondecode(policy).Statement : s.Resource if s.Sid == "InvokeBackend"])] == [["arn:aws:lambda:eu-west-1:111122223333:function:orders:live"], ["arn:aws:lambda:eu-west-1:111122223333:function:orders:live"]]
    error_message = "A router's role allows the wrong function."
  }
}

run "each_queue_has_a_quarantine_of_its_type" {
  assert {
    condition     = jsondecode(module.standard.router_config).on_reject.quarantine == output.standard_quarantine_url && jsondecode(module.fifo.router_config).on_reject.quarantine == output.fifo_quarantine_url
    error_message = "Rejected records go to the wrong queue: ${module.standard.router_config} ${module.fifo.router_config}"
  }

  assert {
    condition     = endswith(output.fifo_quarantine_url, ".fifo") && !endswith(output.standard_quarantine_url, ".fifo")
    error_message = "A quarantine has the wrong type: ${output.standard_quarantine_url} ${output.fifo_quarantine_url}"
  }

  assert {
    condition     = [output.standard_queue_url, output.standard_dlq_url, output.fifo_queue_url, output.fifo_dlq_url] == [for name in ["orders", "orders-dlq", "orders-fifo.fifo", "orders-fifo-dlq.fifo"] : "https://sqs.eu-west-1.amazonaws.com/111122223333/${name}"]
    error_message = "The outputs are wrong."
  }
}

run "selectors_match_the_readme" {
  assert {
    condition     = jsondecode(module.standard.router_config).tenant_id.from == [{ path = "$.messageAttributes.tenantId.stringValue" }] && jsondecode(module.fifo.router_config).tenant_id.from == [{ path = "$.attributes.MessageGroupId", capture = "^([^#]+)#" }]
    error_message = "The selector of the tenant id is wrong."
  }

  assert {
    condition     = alltrue([for config in [module.standard.router_config, module.fifo.router_config] : jsondecode(config).tenant_id.must_match == [{ path = "$.body.tenantId" }]])
    error_message = "The body is not compared."
  }
}
