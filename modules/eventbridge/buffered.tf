# Buffered mode: rule, queue, router. modules/sqs reads the queue.

module "buffer" {
  source = "../sqs"
  count  = local.buffered ? 1 : 0

  name        = var.name
  queue       = var.queue
  new_queue   = var.new_queue
  polling     = var.polling
  artifacts   = var.artifacts
  backend     = var.backend
  backends    = var.backends
  registry    = local.registry
  credentials = var.credentials
  tenant_id   = local.tenant_id
  delivery    = var.delivery
  on_reject   = var.on_reject
  log_tenants = var.log_tenants
  router      = var.router
  alarms      = var.alarms
  tags        = var.tags
}

locals {
  # [EventBridge user guide "Using resource-based policies for Amazon EventBridge", "Amazon SQS permissions"].
  queue_statements = [for arn in local.queue_arn[*] : {
    Sid       = "SendEventsOfThisRule"
    Effect    = "Allow"
    Principal = { Service = "events.amazonaws.com" }
    Action    = ["sqs:SendMessage"]
    Resource  = [arn]
    Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.events.arn } }
  }]
}

# The owner of an adopted queue manages its policy.
resource "aws_sqs_queue_policy" "buffer" {
  count = local.buffered && var.queue == null ? 1 : 0

  queue_url = module.buffer[0].queue_url
  policy    = jsonencode({ Version = "2012-10-17", Statement = local.queue_statements })
}
