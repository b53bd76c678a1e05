locals {
  backend = one(concat(module.backend[*].backend, var.backend.existing[*]))

  # One quarantine of each type that a source asks for, named after the type of its queue.
  quarantines = var.quarantine == null ? {} : {
    for type in toset([for source in var.sqs : source.fifo ? "fifo" : "standard"]) : type => type == "fifo"
  }
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

module "quarantine" {
  source   = "./modules/quarantine"
  for_each = local.quarantines

  name              = "${var.name}-quarantine"
  fifo              = each.value
  retention_seconds = var.quarantine.retention_seconds
  kms_key_arn       = var.quarantine.kms_key_arn
  alarms            = { enabled = var.alarms.enabled, actions = var.alarms.actions, ok_actions = var.alarms.ok_actions }
  tags              = var.tags
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
  on_reject   = { quarantine = try(module.quarantine[each.value.fifo ? "fifo" : "standard"].queue, null) }
  log_tenants = var.log_tenants
  artifacts   = var.artifacts
  router      = merge(var.router, { for field, value in each.value.router : field => value if value != null })
  alarms      = var.alarms
  tags        = var.tags
}
