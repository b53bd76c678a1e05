# The registry, credentials and quarantines of all sources.

mock_provider "aws" {
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:shop" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/shop" }
  }

  mock_resource "aws_kinesis_stream" {
    defaults = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/shop-clicks" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::shop-failed-1", id = "shop-failed-1", bucket = "shop-failed-1" }
  }

  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:eu-west-1:111122223333:rule/shop-news" }
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
    target = module.dynamodb_streams["items"].module.stream.module.bridge[0].aws_sqs_queue.source
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop-items-bridge.fifo", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-items-bridge.fifo" }
  }

  override_resource {
    target = module.dynamodb_streams["items"].module.stream.module.bridge[0].aws_sqs_queue.dead_letter
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop-items-bridge-dlq.fifo", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-items-bridge-dlq.fifo" }
  }

  override_resource {
    target = module.eventbridge["news"].module.buffer[0].aws_sqs_queue.source
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop-news", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-news" }
  }

  override_resource {
    target = module.eventbridge["news"].module.buffer[0].aws_sqs_queue.dead_letter
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop-news-dlq", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-news-dlq" }
  }

  override_resource {
    target = module.eventbridge["news"].aws_sqs_queue.undelivered
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop-news-undelivered", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-news-undelivered" }
  }

  override_resource {
    target = module.eventbridge["fast"].aws_sqs_queue.undelivered
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop-fast-undelivered", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-fast-undelivered" }
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
  backend   = { existing = { function = "arn:aws:lambda:eu-west-1:111122223333:function:shop:live" } }

  sqs = {
    orders = { tenant_id = { from = [{ path = "$.body.tenantId" }] } }
  }
  registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants" }
  backends = {
    premium = { function = "arn:aws:lambda:eu-west-1:111122223333:function:shop-premium:live", timeout_seconds = 60 }
  }
  credentials = { role_arn = "arn:aws:iam::111122223333:role/shop-tenant" }
  quarantine  = { large_records = true, group = "tenant", max_message_bytes = 1048576 }
  kinesis = {
    clicks = { tenant_id = { from = [{ path = "$.kinesis.partitionKey" }] } }
  }
  dynamodb_streams = {
    items = {
      stream     = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/items/stream/2026-11-24T00:00:00.000", view_type = "KEYS_ONLY" }
      tenant_id  = { from = [{ path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)" }] }
      on_failure = { arn = "arn:aws:s3:::given-up" }
      bridge     = { group = "tenant_and_key" }
    }
  }
  eventbridge = {
    news = { event_pattern = "{\"source\":[\"news\"]}" }
    fast = { event_pattern = "{\"source\":[\"fast\"]}", mode = "direct" }
  }
}

run "every_source_uses_the_registry" {
  assert {
    condition     = alltrue([for config in output.router_configs : jsondecode(config).registry.table == "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants"])
    error_message = "A router has the wrong registry, or none: ${jsonencode(output.router_configs)}"
  }

  assert {
    condition     = { for key, config in output.router_configs : key => jsondecode(config).registry.principal.path if can(jsondecode(config).registry.principal) } == { news = "$.body.account", fast = "$.account" }
    error_message = "The path of a sender is wrong: ${jsonencode(output.router_configs)}"
  }

  assert {
    condition     = alltrue([for widget in local.widgets : contains([for metric in widget.metrics : metric[1]], "RegistryFailed") if endswith(widget.title, ": router and its invocations of the backend")])
    error_message = "The dashboard does not show a registry that fails."
  }
}

run "every_invoking_router_has_backends_and_credentials" {
  assert {
    condition     = [for key, config in output.router_configs : key if !can(jsondecode(config).backends.premium)] == ["items"] && [for key, config in output.router_configs : key if !can(jsondecode(config).credentials.role_arn)] == ["items"]
    error_message = "The stream's router with a bridge has the backends, or another router lacks them: ${jsonencode(output.router_configs)}"
  }

  assert {
    condition     = alltrue([for key, policy in output.router_policies : contains(jsondecode(policy).Statement[*].Sid, "AssumeTenantRole") == (key != "items")])
    error_message = "A router cannot assume the role, or one that invokes nothing can: ${jsonencode(output.router_policies)}"
  }
}

run "large_records_and_groups_reach_the_routers" {
  assert {
    condition     = { for key, config in output.router_configs : key => jsondecode(config).on_reject.group if can(jsondecode(config).on_reject.group) } == { items-bridge = "tenant" }
    error_message = "The message groups are wrong: ${jsonencode(output.router_configs)}"
  }

  assert {
    condition     = alltrue([for config in output.router_configs : can(jsondecode(config).on_reject.large_records.bucket) && !can(jsondecode(config).on_reject.max_message_bytes)])
    error_message = "A router lacks the bucket, or the size of a message: ${jsonencode(output.router_configs)}"
  }

  assert {
    condition     = keys(output.quarantine_operator_policies) == ["fifo", "standard"]
    error_message = "The operator's permissions are missing in the outputs."
  }
}

run "a_source_can_use_redrive" {
  variables {
    dynamodb_streams = {}
    kinesis = {
      clicks = { tenant_id = { from = [{ path = "$.kinesis.partitionKey" }] }, on_reject = "redrive", bridge = {} }
    }
  }

  override_resource {
    target = module.kinesis["clicks"].module.stream.module.bridge[0].aws_sqs_queue.source
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop-clicks-bridge.fifo", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-clicks-bridge.fifo" }
  }

  override_resource {
    target = module.kinesis["clicks"].module.stream.module.bridge[0].aws_sqs_queue.dead_letter
    values = { arn = "arn:aws:sqs:eu-west-1:111122223333:shop-clicks-bridge-dlq.fifo", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-clicks-bridge-dlq.fifo" }
  }

  assert {
    condition     = [for key, config in output.router_configs : key if jsondecode(config).on_reject == "redrive"] == ["clicks", "clicks-bridge"]
    error_message = "The stream's rejected records are quarantined, or those of others are not: ${jsonencode(output.router_configs)}"
  }

  assert {
    condition     = keys(output.quarantine_urls) == ["standard"]
    error_message = "A quarantine is created that no source needs."
  }
}

run "by_default_there_is_no_registry" {
  command = plan

  variables {
    registry    = null
    backends    = {}
    credentials = null
  }

  assert {
    condition     = alltrue([for widget in local.widgets : !contains([for metric in widget.metrics : try(metric[1], "")], "RegistryFailed")])
    error_message = "The dashboard shows a registry although there is none."
  }
}

run "one_sender_path_for_several_kinds_is_refused" {
  command = plan

  variables {
    registry = { table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants", principal = { path = "$.attributes.SenderId" } }
  }

  expect_failures = [var.registry]
}

run "an_unknown_on_reject_of_sqs_is_refused" {
  command = plan

  variables {
    sqs = {
      orders = { tenant_id = { from = [{ path = "$.body.tenantId" }] }, on_reject = "drop" }
    }
  }

  expect_failures = [var.sqs]
}

run "an_unknown_on_reject_of_kinesis_is_refused" {
  command = plan

  variables {
    kinesis = {
      clicks = { tenant_id = { from = [{ path = "$.kinesis.partitionKey" }] }, on_reject = "drop" }
    }
  }

  expect_failures = [var.kinesis]
}

run "an_unknown_on_reject_of_dynamodb_is_refused" {
  command = plan

  variables {
    dynamodb_streams = {
      items = { stream = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/items/stream/2026-11-24T00:00:00.000", view_type = "KEYS_ONLY" }, tenant_id = { from = [{ path = "$.dynamodb.Keys.pk.S" }] }, on_reject = "drop" }
    }
  }

  expect_failures = [var.dynamodb_streams]
}

run "an_unknown_on_reject_of_eventbridge_is_refused" {
  command = plan

  variables {
    eventbridge = {
      news = { event_pattern = "{\"source\":[\"news\"]}", on_reject = "drop" }
    }
  }

  expect_failures = [var.eventbridge]
}
