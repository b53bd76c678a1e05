mock_provider "aws" {
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:shop" }
  }

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:shop:live" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/shop" }
  }

  # The module compares queues by their ARNs, so each mock has its own.
  override_resource {
    target = module.sqs["orders"].aws_sqs_queue.source
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop-orders", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-orders" }
  }

  override_resource {
    target = module.sqs["orders"].aws_sqs_queue.dead_letter
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop-orders-dlq", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-orders-dlq" }
  }

  override_resource {
    target = module.quarantine["standard"].aws_sqs_queue.quarantine
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop-quarantine", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-quarantine" }
  }

  override_resource {
    target = module.quarantine["fifo"].aws_sqs_queue.quarantine
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop-quarantine.fifo", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-quarantine.fifo" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }
}

variables {
  name      = "shop"
  artifacts = { directory = "tests/fixtures/artifacts" }
  backend   = { new = { package = { filename = "tests/fixtures/artifacts/backend.zip" }, alias = "live" } }

  sqs = {
    orders = {
      tenant_id = { from = [{ path = "$.messageAttributes.tenantId.stringValue" }] }
    }
    events = {
      fifo = true
      queue = {
        arn                        = "arn:aws:sqs:eu-west-1:111122223333:events.fifo"
        visibility_timeout_seconds = 720
        dead_letter_queue          = { arn = "arn:aws:sqs:eu-west-1:111122223333:events-dlq.fifo", max_receive_count = 5 }
      }
      tenant_id = { from = [{ path = "$.attributes.MessageGroupId" }] }
      router    = { timeout_seconds = 120 }
    }
  }
}

run "all_sources_deliver_to_the_created_backend" {
  assert {
    condition     = length(module.backend) == 1 && output.backend_function_arn == "arn:aws:lambda:eu-west-1:111122223333:function:shop:live"
    error_message = "The backend is not the created function under its alias."
  }

  assert {
    condition     = alltrue([for config in output.router_configs : jsondecode(config).backend.function == "arn:aws:lambda:eu-west-1:111122223333:function:shop:live"])
    error_message = "A router has the wrong backend."
  }

  assert {
    condition     = alltrue([for policy in output.router_policies : [for s in jsondecode(policy).Statement : s.Resource if s.Sid == "InvokeBackend"] == [["arn:aws:lambda:eu-west-1:111122223333:function:shop:live"]]])
    error_message = "A router may invoke another form of the function than the alias."
  }
}

run "each_type_of_queue_has_its_quarantine" {
  assert {
    condition = output.quarantine_urls == {
      standard = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-quarantine"
      fifo     = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-quarantine.fifo"
    }
    error_message = "The quarantines are not one standard and one FIFO queue."
  }

  assert {
    condition = { for key, config in output.router_configs : key => jsondecode(config).on_reject.quarantine } == {
      orders = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-quarantine"
      events = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-quarantine.fifo"
    }
    error_message = "A router uses the wrong quarantine."
  }
}

run "queues_can_be_created_and_adopted" {
  assert {
    condition     = output.queue_urls.orders == "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-orders" && output.queue_urls.events == null
    error_message = "The queues are not one created and one adopted."
  }

  assert {
    condition     = output.queue_arns.events == "arn:aws:sqs:eu-west-1:111122223333:events.fifo"
    error_message = "The adopted queue is not the one that is read."
  }

  assert {
    condition     = output.router_function_names == { orders = "shop-orders-router", events = "shop-events-router" }
    error_message = "The routers are not named after their sources."
  }

  assert {
    condition     = output.router_log_group_names == { orders = "/aws/lambda/shop-orders-router", events = "/aws/lambda/shop-events-router" } && output.backend_log_group_name == "/aws/lambda/shop"
    error_message = "The outputs do not say where the functions log."
  }

}

run "the_dashboard_shows_every_source_by_its_router" {
  assert {
    condition     = output.dashboard_name == "shop-tenant-router" && length(local.widgets) == 2 * 6 + 1
    error_message = "The dashboard does not show every source."
  }

  assert {
    condition = jsonencode([for widget in local.widgets : widget.metrics if widget.title == "orders: records"]) == jsonencode([[
      ["TenantRouter", "Answered", "function", "shop-orders-router"],
      ["TenantRouter", "Queued", "function", "shop-orders-router"],
      ["TenantRouter", "Quarantined", "function", "shop-orders-router"],
      ["TenantRouter", "Retried", "function", "shop-orders-router"],
    ]])
    error_message = "The dashboard counts the wrong router's records."
  }

  assert {
    condition = jsonencode([for widget in local.widgets : widget.metrics if startswith(widget.title, "events: rejected") || startswith(widget.title, "events: retried")]) == jsonencode([
      [[{ expression = "SEARCH('{TenantRouter,function,reason} MetricName=\"Rejected\" function=\"shop-events-router\"', 'Sum', 60)" }]],
      [[{ expression = "SEARCH('{TenantRouter,function,cause} MetricName=\"Retried\" function=\"shop-events-router\"', 'Sum', 60)" }]],
    ])
    error_message = "The dashboard searches for other reasons or causes."
  }
}

run "an_existing_backend_is_used_unchanged" {
  variables {
    backend   = { existing = { function = "arn:aws:lambda:eu-west-1:111122223333:function:there:blue", timeout_seconds = 20 } }
    dashboard = false
  }

  assert {
    condition     = length(module.backend) == 0 && output.backend_role_arn == null && output.backend_function_arn == "arn:aws:lambda:eu-west-1:111122223333:function:there:blue"
    error_message = "A backend is created although one exists."
  }

  assert {
    condition     = alltrue([for config in output.router_configs : jsondecode(config).backend == { function = "arn:aws:lambda:eu-west-1:111122223333:function:there:blue", timeout_seconds = 20 }])
    error_message = "A router does not know the backend, or its timeout."
  }

  assert {
    condition     = output.dashboard_name == null
    error_message = "A dashboard is created although none is wanted."
  }
}

run "without_a_quarantine_rejected_records_stay_with_their_queue" {
  command = plan

  variables {
    backend    = { existing = { function = "arn:aws:lambda:eu-west-1:111122223333:function:there" } }
    quarantine = null
  }

  assert {
    condition     = length(output.quarantine_urls) == 0 && alltrue([for config in output.router_configs : jsondecode(config).on_reject == "redrive"])
    error_message = "A quarantine is made or used although none is wanted."
  }
}

run "only_the_needed_quarantine_is_created" {
  command = plan

  variables {
    sqs = {
      orders = {
        tenant_id = { from = [{ path = "$.body.tenantId" }] }
      }
    }
  }

  assert {
    condition     = keys(output.quarantine_urls) == ["standard"]
    error_message = "A FIFO quarantine is made although no source is FIFO."
  }
}

run "both_an_existing_and_a_new_backend_are_refused" {
  command = plan

  variables {
    backend = {
      existing = { function = "arn:aws:lambda:eu-west-1:111122223333:function:there" }
      new      = { package = { filename = "tests/fixtures/artifacts/backend.zip" } }
    }
  }

  expect_failures = [var.backend]
}

run "a_name_that_is_too_long_is_refused" {
  command = plan

  variables {
    name = "a2345678901234567890123456789012345678901"
  }

  expect_failures = [var.name]
}

run "an_invalid_key_of_a_queue_is_refused" {
  command = plan

  variables {
    sqs = {
      "orders/in" = { tenant_id = { from = [{ path = "$.body.tenantId" }] } }
    }
  }

  expect_failures = [var.sqs]
}

run "two_policies_of_one_bus_are_refused" {
  command = plan

  variables {
    eventbridge = {
      news  = { event_pattern = "{\"source\":[\"news\"]}", bus = { name = "shop", put_events_from = ["444455556666"] } }
      sales = { event_pattern = "{\"source\":[\"sales\"]}", bus = { name = "shop", put_events_from = ["444455556666"] } }
    }
  }

  expect_failures = [var.eventbridge]
}

run "one_policy_for_each_bus_can_be_planned" {
  command = plan

  variables {
    eventbridge = {
      news  = { event_pattern = "{\"source\":[\"news\"]}", bus = { name = "shop", put_events_from = ["444455556666"] } }
      sales = { event_pattern = "{\"source\":[\"sales\"]}", bus = { name = "shop" } }
      audit = { event_pattern = "{\"source\":[\"audit\"]}", bus = { name = "books", put_events_from = ["444455556666"] } }
    }
  }

  assert {
    condition     = toset(keys(output.rule_arns)) == toset(["news", "sales", "audit"])
    error_message = "Unexpected rules: ${jsonencode(keys(output.rule_arns))}"
  }
}
