# Undelivered events.

locals {
  undelivered_arn  = one(concat(aws_sqs_queue.undelivered[*].arn, [for f in var.on_failure[*] : f.queue_arn]))
  undelivered_name = var.on_failure == null ? "${var.name}-undelivered" : reverse(split(":", var.on_failure.queue_arn))[0]

  undelivered_statements = [{
    Sid       = "KeepUndeliveredEvents"
    Effect    = "Allow"
    Principal = { Service = "events.amazonaws.com" }
    Action    = ["sqs:SendMessage"]
    Resource  = [local.undelivered_arn]
    Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.events.arn } }
  }]
}

resource "aws_sqs_queue" "undelivered" {
  count = var.on_failure == null ? 1 : 0

  name                      = "${var.name}-undelivered"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

resource "aws_sqs_queue_policy" "undelivered" {
  count = length(aws_sqs_queue.undelivered)

  queue_url = aws_sqs_queue.undelivered[0].url
  policy    = jsonencode({ Version = "2012-10-17", Statement = local.undelivered_statements })
}

locals {
  alarms = !var.alarms.enabled ? {} : {
    undelivered = {
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = local.undelivered_name }
      statistic   = "Maximum"
      missing     = "ignore"
      description = "Undelivered events wait in ${local.undelivered_name}: EventBridge could not deliver them${local.buffered ? "" : ", or the router did not acknowledge them"}. Read the message attributes (ERROR_CODE) or the body's responsePayload for the cause, fix it, then put the events onto the bus again (or replay the archive). SQS keeps them for 14 days."
    }
    failed-deliveries = {
      namespace   = "AWS/Events"
      metric      = "FailedInvocations"
      dimensions  = local.rule_dimensions
      statistic   = "Sum"
      missing     = "notBreaching"
      description = "EventBridge could not deliver events of rule ${var.name} to their target and has stopped trying. Check the queue's policy and key, or that the router exists and allows the rule; the events are in ${local.undelivered_name}."
    }
    lost = {
      namespace   = "AWS/Events"
      metric      = "InvocationsFailedToBeSentToDlq"
      dimensions  = local.rule_dimensions
      statistic   = "Sum"
      missing     = "notBreaching"
      description = "Events of rule ${var.name} could neither be delivered nor kept in ${local.undelivered_name}: they are lost, unless an archive has them. Check that the queue exists, and that its policy and its key allow EventBridge to send."
    }
  }

  # In direct mode, Lambda keeps the events that the router did not acknowledge.
  direct_alarms = !var.alarms.enabled || local.buffered ? {} : {
    not-kept = {
      namespace   = "AWS/Lambda"
      metric      = "DestinationDeliveryFailures"
      dimensions  = { FunctionName = local.router.router_function_name }
      statistic   = "Sum"
      missing     = "notBreaching"
      description = "Lambda could not write events that the router did not acknowledge to ${local.undelivered_name}: they are lost, unless an archive has them. Check that the queue exists, and that the router's role may send to it and use its key."
    }
  }

  # [EventBridge user guide "Monitoring Amazon EventBridge"].
  rule_dimensions = var.bus.name == "default" ? { RuleName = var.name } : { EventBusName = var.bus.name, RuleName = var.name }
}

resource "aws_cloudwatch_metric_alarm" "events" {
  for_each = merge(local.alarms, local.direct_alarms)

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = each.value.missing
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.ok_actions
  tags                = var.tags
}
