# The rule, followed by a queue and its router, or by the router alone.

locals {
  buffered = var.mode == "buffered"

  default_tenant_id = {
    from       = [{ path = local.buffered ? "$.body.detail.tenantId" : "$.detail.tenantId", capture = null }]
    must_match = []
    grammar    = "strict"
  }
  tenant_id = var.tenant_id == null ? local.default_tenant_id : var.tenant_id

  # EventBridge writes the account into the event [EventBridge user guide "Events in Amazon EventBridge"]; the SenderId of a
  # buffered event's message is always EventBridge's.
  registry = one([for r in var.registry[*] : merge(r, {
    principal = r.principal == null ? { path = local.buffered ? "$.body.account" : "$.account", capture = null } : r.principal
  })])

  paths = [for s in concat(local.tenant_id.from, local.tenant_id.must_match) : s.path]

  # Partition, region and account are the rule's: arn:<partition>:events:<region>:<account>:rule/…
  here    = split(":", aws_cloudwatch_event_rule.events.arn)
  bus_arn = "${join(":", slice(local.here, 0, 5))}:event-bus/${var.bus.name}"

  queue_arn  = one(module.buffer[*].queue_arn)
  router     = one(concat(module.buffer[*], [for router in module.router : { router_function_arn = router.function_arn, router_function_name = router.function_name, router_role_arn = router.role_arn, router_policy_json = router.policy_json, router_config = router.config, router_log_group_name = router.log_group_name, alarm_arns = router.alarm_arns, queue_url = null, dead_letter_queue_url = null }]))
  target_arn = local.buffered ? local.queue_arn : local.router.router_function_arn
}

resource "aws_cloudwatch_event_rule" "events" {
  name           = var.name
  description    = "Events that the tenant router delivers to ${var.backend.function}."
  event_bus_name = var.bus.name
  event_pattern  = var.event_pattern
  tags           = var.tags
}

resource "aws_cloudwatch_event_target" "router" {
  rule           = aws_cloudwatch_event_rule.events.name
  event_bus_name = var.bus.name
  target_id      = "tenant-router"
  arn            = local.target_arn

  retry_policy {
    maximum_event_age_in_seconds = var.delivery_to_router.maximum_event_age_seconds
    maximum_retry_attempts       = var.delivery_to_router.maximum_retry_attempts
  }

  dead_letter_config {
    arn = local.undelivered_arn
  }

  lifecycle {
    precondition {
      condition     = local.buffered || var.queue == null && alltrue([for value in values(var.new_queue) : value == null])
      error_message = "Direct mode has no queue: queue, new_queue: leave them out, or use mode = buffered."
    }

    precondition {
      condition     = local.buffered || var.delivery.payload == "record"
      error_message = "Direct mode delivers one event at a time: delivery.payload: leave it out, or use mode = buffered."
    }

    precondition {
      # In buffered mode, modules/sqs compares the regions.
      condition     = alltrue([for arn in concat([for q in var.on_reject.quarantine[*] : q.queue_arn], [for f in var.on_failure[*] : f.queue_arn]) : split(":", arn)[3] == split(":", var.backend.function)[3]])
      error_message = "Rule, router and queues work in one region, the backend's: on_reject.quarantine.queue_arn, on_failure.queue_arn: use queues in the region of backend.function."
    }

    precondition {
      condition     = alltrue([for q in var.on_reject.quarantine[*] : q.queue_arn != try(var.on_failure.queue_arn, null)])
      error_message = "Rejected and undelivered events need different queues: on_failure.queue_arn: use another queue than on_reject.quarantine."
    }

    precondition {
      # With the paths of the other mode, every event would be rejected.
      condition     = alltrue([for path in local.paths : startswith(path, "$.body") || startswith(path, "$.attributes") || startswith(path, "$.messageAttributes") if local.buffered])
      error_message = "In buffered mode, an event is the body of a message: tenant_id: begin the paths with $.body, such as $.body.detail.tenantId."
    }

    precondition {
      condition     = alltrue([for path in local.paths : !startswith(path, "$.body") if !local.buffered])
      error_message = "In direct mode, there is no message around an event: tenant_id: leave $.body out, such as $.detail.tenantId."
    }
  }

  # EventBridge starts at once. Events that it may not deliver yet would go to the undelivered ones.
  depends_on = [aws_sqs_queue_policy.buffer, aws_sqs_queue_policy.undelivered, aws_lambda_permission.rule, aws_lambda_function_event_invoke_config.router]
}

resource "aws_cloudwatch_event_bus_policy" "put_events" {
  count = length(var.bus.put_events_from) == 0 ? 0 : 1

  event_bus_name = var.bus.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "PutEventsFromOtherAccounts"
      Effect    = "Allow"
      Principal = { AWS = [for id in var.bus.put_events_from : "arn:${local.here[1]}:iam::${id}:root"] }
      Action    = ["events:PutEvents"]
      Resource  = [local.bus_arn]
    }]
  })
}

resource "aws_cloudwatch_event_archive" "events" {
  count = var.archive == null ? 0 : 1

  name             = substr(var.name, 0, 48)
  description      = "Events that rule ${var.name} matches."
  event_source_arn = local.bus_arn
  event_pattern    = var.event_pattern
  retention_days   = var.archive.retention_days
}
