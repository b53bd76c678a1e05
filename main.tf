locals {
  backend = one(concat(module.backend[*].backend, var.backend.existing[*]))

  bridged = { for key, source in merge(var.kinesis, var.dynamodb_streams) : key => source if source.bridge != null }
}

module "backend" {
  source = "./modules/backend"
  count  = var.backend.new == null ? 0 : 1

  name                = var.name
  package             = var.backend.new.package
  function            = var.backend.new.function
  alias               = var.backend.new.alias
  failure_destination = var.backend.new.failure_destination
  role                = var.backend.new.role
  logs                = var.backend.new.logs
  tags                = var.tags
}

module "sqs" {
  source   = "./modules/sqs"
  for_each = var.sqs

  name        = coalesce(each.value.name, "${var.name}-${each.key}")
  fifo        = each.value.fifo
  queue       = each.value.queue
  new_queue   = each.value.new_queue
  polling     = each.value.polling
  tenant_id   = each.value.tenant_id
  delivery    = each.value.delivery
  backend     = local.backend
  backends    = var.backends
  registry    = var.registry
  credentials = var.credentials
  on_reject   = local.on_reject[each.value.on_reject][each.value.fifo ? "fifo" : "standard"]
  log_tenants = var.log_tenants
  artifacts   = var.artifacts
  router      = merge(var.router, { for field, value in each.value.router : field => value if value != null })
  alarms      = var.alarms
  tags        = var.tags
}

module "kinesis" {
  source   = "./modules/kinesis"
  for_each = var.kinesis

  name       = coalesce(each.value.name, "${var.name}-${each.key}")
  stream     = each.value.stream
  new_stream = each.value.new_stream
  consumer   = each.value.consumer
  polling    = each.value.polling

  # Lambda discards a failing record after its last attempt. Without a destination of your own, a bucket is created for it.
  on_failure         = each.value.on_failure
  new_failure_bucket = each.value.on_failure == null ? each.value.new_failure_bucket : null

  bridge = each.value.bridge == null ? null : merge(each.value.bridge, {
    quarantine       = local.on_reject[each.value.on_reject].fifo.quarantine
    quarantine_group = local.on_reject[each.value.on_reject].fifo.group
  })

  tenant_id   = each.value.tenant_id
  delivery    = each.value.delivery
  backend     = local.backend
  backends    = var.backends
  registry    = var.registry
  credentials = var.credentials
  on_reject   = local.on_reject[each.value.on_reject].standard
  log_tenants = var.log_tenants
  artifacts   = var.artifacts
  router      = merge(var.router, { for field, value in each.value.router : field => value if value != null })
  alarms      = var.alarms
  tags        = var.tags
}

module "dynamodb_streams" {
  source   = "./modules/dynamodb-stream"
  for_each = var.dynamodb_streams

  name    = coalesce(each.value.name, "${var.name}-${each.key}")
  stream  = each.value.stream
  polling = each.value.polling

  # Lambda discards a failing record after its last attempt. Without a destination of your own, a bucket is created for it.
  on_failure         = each.value.on_failure
  new_failure_bucket = each.value.on_failure == null ? each.value.new_failure_bucket : null

  bridge = each.value.bridge == null ? null : merge(each.value.bridge, {
    quarantine       = local.on_reject[each.value.on_reject].fifo.quarantine
    quarantine_group = local.on_reject[each.value.on_reject].fifo.group
  })

  tenant_id   = each.value.tenant_id
  delivery    = each.value.delivery
  backend     = local.backend
  backends    = var.backends
  registry    = var.registry
  credentials = var.credentials
  on_reject   = local.on_reject[each.value.on_reject].standard
  log_tenants = var.log_tenants
  artifacts   = var.artifacts
  router      = merge(var.router, { for field, value in each.value.router : field => value if value != null })
  alarms      = var.alarms
  tags        = var.tags
}

module "eventbridge" {
  source   = "./modules/eventbridge"
  for_each = var.eventbridge

  name               = coalesce(each.value.name, "${var.name}-${each.key}")
  event_pattern      = each.value.event_pattern
  mode               = each.value.mode
  bus                = each.value.bus
  queue              = each.value.queue
  new_queue          = each.value.new_queue
  polling            = each.value.polling
  delivery_to_router = each.value.delivery_to_router
  on_failure         = each.value.on_failure
  archive            = each.value.archive

  tenant_id   = each.value.tenant_id
  delivery    = each.value.delivery
  backend     = local.backend
  backends    = var.backends
  registry    = var.registry
  credentials = var.credentials
  on_reject   = local.on_reject[each.value.on_reject].standard
  log_tenants = var.log_tenants
  artifacts   = var.artifacts
  router      = merge(var.router, { for field, value in each.value.router : field => value if value != null })
  alarms      = var.alarms
  tags        = var.tags
}
