# The bridge, so that a failing record does not block its shard: stream, router, FIFO queue, router, backend.

module "bridge" {
  source = "../sqs"
  count  = var.bridge == null ? 0 : 1

  name         = "${var.name}-bridge"
  fifo         = true
  bridged_from = var.kind

  queue = var.bridge.queue

  # With an adopted queue, nothing is created. A new queue has the longest retention: SQS deletes older messages without
  # moving them to the dead-letter queue, and a tenant whose records fail has a long queue.
  new_queue = var.bridge.queue == null ? merge(var.bridge.new_queue, { retention_seconds = coalesce(var.bridge.new_queue.retention_seconds, 1209600) }) : {}

  polling     = { batch_size = var.bridge.batch_size, maximum_concurrency = var.bridge.maximum_concurrency }
  artifacts   = var.artifacts
  backend     = var.backend
  backends    = var.backends
  registry    = var.registry
  credentials = var.credentials
  tenant_id   = var.tenant_id
  delivery    = var.delivery
  on_reject   = { quarantine = var.bridge.quarantine, group = var.bridge.quarantine_group }
  log_tenants = var.log_tenants
  router      = merge(var.router, { timeout_seconds = null, reserved_concurrency = null })
  alarms      = merge(var.alarms, { oldest_message_seconds = var.alarms.oldest_record_seconds })
  tags        = var.tags
}

locals {
  bridge = one([for b in module.bridge : {
    queue_url   = coalesce(b.queue_url, try(var.bridge.queue.url, null))
    queue_arn   = b.queue_arn
    kms_key_arn = var.bridge.queue == null ? var.bridge.new_queue.kms_key_arn : var.bridge.queue.kms_key_arn
    group       = var.bridge.group

    # The AWS provider's default.
    max_message_bytes = var.bridge.queue == null ? coalesce(var.bridge.new_queue.max_message_bytes, 262144) : var.bridge.queue.max_message_bytes
  }])
}
