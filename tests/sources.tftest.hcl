# Streams and rules together with queues.

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
  kinesis = {
    clicks = { tenant_id = { from = [{ path = "$.kinesis.partitionKey" }] } }
  }
  dynamodb_streams = {
    items = {
      stream     = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/items/stream/2026-11-24T00:00:00.000", view_type = "KEYS_ONLY" }
      tenant_id  = { from = [{ path = "$.dynamodb.Keys.pk.S", capture = "^TENANT#([^#]+)" }] }
      on_failure = { arn = "arn:aws:s3:::given-up" }
      bridge     = { group = "tenant_and_key", batch_size = 1, new_queue = { max_message_bytes = 131072 } }
    }
  }
  eventbridge = {
    news = { event_pattern = "{\"source\":[\"news\"]}" }
    fast = { event_pattern = "{\"source\":[\"fast\"]}", mode = "direct" }
  }
}

run "every_source_and_bridge_has_a_router" {
  assert {
    condition = output.router_function_names == {
      orders       = "shop-orders-router"
      clicks       = "shop-clicks-router"
      items        = "shop-items-router"
      items-bridge = "shop-items-bridge-router"
      news         = "shop-news-router"
      fast         = "shop-fast-router"
    }
    error_message = "Unexpected routers: ${jsonencode(output.router_function_names)}"
  }

  assert {
    condition     = keys(output.router_role_arns) == keys(output.router_function_names)
    error_message = "A router's role is missing: ${jsonencode(output.router_role_arns)}"
  }

  assert {
    condition = { for key, config in output.router_configs : key => jsondecode(config).source } == {
      orders       = "sqs"
      clicks       = "kinesis"
      items        = "dynamodb"
      items-bridge = "sqs"
      news         = "sqs"
      fast         = "eventbridge"
    }
    error_message = "A router has the wrong source: ${jsonencode(output.router_configs)}"
  }
}

run "all_routers_deliver_to_one_backend" {
  assert {
    condition     = alltrue([for config in output.router_configs : jsondecode(config).backend.function == "arn:aws:lambda:eu-west-1:111122223333:function:shop:live"])
    error_message = "A router has the wrong backend: ${jsonencode(output.router_configs)}"
  }

  assert {
    condition     = [for key, policy in output.router_policies : key if !contains(jsondecode(policy).Statement[*].Sid, "InvokeBackend")] == ["items"]
    error_message = "The stream's router with a bridge may invoke the backend, or another router may not: ${jsonencode(output.router_policies)}"
  }
}

run "the_quarantine_is_shared_and_a_bridge_has_the_fifo_one" {
  assert {
    condition = { for key, config in output.router_configs : key => jsondecode(config).on_reject.quarantine } == {
      orders       = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-quarantine"
      clicks       = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-quarantine"
      items        = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-quarantine"
      items-bridge = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-quarantine.fifo"
      news         = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-quarantine"
      fast         = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-quarantine"
    }
    error_message = "A router uses the wrong quarantine: ${jsonencode(output.router_configs)}"
  }

  assert {
    condition     = jsondecode(output.router_configs["items"]).bridge.max_message_bytes == 131072
    error_message = "The message size limit of the bridge is wrong: ${output.router_configs["items"]}"
  }
}

run "discarded_records_go_to_an_existing_or_a_new_bucket" {
  assert {
    condition     = output.failure_arns == { clicks = "arn:aws:s3:::shop-failed-1", items = "arn:aws:s3:::given-up" }
    error_message = "The on-failure destination is wrong: ${jsonencode(output.failure_arns)}"
  }
}

run "the_outputs_name_everything_that_is_created" {
  assert {
    condition     = output.queue_urls == { orders = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-orders", news = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-news", fast = null }
    error_message = "The queues are wrong: ${jsonencode(output.queue_urls)}"
  }

  assert {
    condition     = output.bridge_queue_urls == { items = "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-items-bridge.fifo" } && output.dead_letter_queue_urls["items-bridge"] == "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-items-bridge-dlq.fifo"
    error_message = "The bridge is wrong: ${jsonencode(output.bridge_queue_urls)}"
  }

  assert {
    condition     = output.stream_arns == { clicks = "arn:aws:kinesis:eu-west-1:111122223333:stream/shop-clicks", items = "arn:aws:dynamodb:eu-west-1:111122223333:table/items/stream/2026-11-24T00:00:00.000" }
    error_message = "The streams are wrong: ${jsonencode(output.stream_arns)}"
  }

  assert {
    condition     = keys(output.rule_arns) == ["fast", "news"] && output.undelivered_queue_urls.news == "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-news-undelivered"
    error_message = "Unexpected rules: ${jsonencode(output.rule_arns)}"
  }
}

run "the_dashboard_shows_the_lag_of_each_source" {
  assert {
    condition     = length(local.widgets) == 6 * 6 + 1
    error_message = "The dashboard has ${length(local.widgets)} widgets."
  }

  assert {
    condition = { for key in ["orders", "clicks", "items-bridge", "news", "fast"] : key => [for metric in local.behind[key] : metric[1]] } == {
      orders       = ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"]
      clicks       = ["IteratorAge", "OnFailureDestinationDeliveredEventCount"]
      items-bridge = ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"]
      news         = ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"]
      fast         = ["AsyncEventAge", "AsyncEventsDropped"]
    }
    error_message = "The dashboard has the wrong metrics: ${jsonencode(local.behind)}"
  }

  assert {
    condition     = [for widget in local.widgets : widget.metrics[0][1] if endswith(widget.title, ": records")] == ["Answered", "Answered", "Bridged", "Answered", "Answered", "Answered"]
    error_message = "The dashboard does not count bridged records."
  }
}

run "a_key_of_two_sources_is_refused" {
  command = plan

  variables {
    kinesis = {
      orders = { name = "clicks", tenant_id = { from = [{ path = "$.kinesis.partitionKey" }] } }
    }
  }

  expect_failures = [output.router_function_names]
}

run "a_name_of_two_routers_is_refused" {
  command = plan

  variables {
    sqs = {
      orders = { name = "shop-items-bridge", tenant_id = { from = [{ path = "$.body.tenantId" }] } }
    }
  }

  expect_failures = [output.router_function_names]
}

run "an_invalid_key_of_a_stream_is_refused" {
  command = plan

  variables {
    kinesis = {
      "clicks/in" = { tenant_id = { from = [{ path = "$.kinesis.partitionKey" }] } }
    }
  }

  expect_failures = [var.kinesis]
}

run "an_invalid_key_of_a_table_is_refused" {
  command = plan

  variables {
    dynamodb_streams = {
      "items/in" = {
        stream    = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/items/stream/2026-11-24T00:00:00.000", view_type = "KEYS_ONLY" }
        tenant_id = { from = [{ path = "$.dynamodb.Keys.pk.S" }] }
      }
    }
  }

  expect_failures = [var.dynamodb_streams]
}

run "an_invalid_key_of_a_rule_is_refused" {
  command = plan

  variables {
    eventbridge = {
      "news/in" = { event_pattern = "{\"source\":[\"news\"]}" }
    }
  }

  expect_failures = [var.eventbridge]
}
