# The quarantines: one of each type that a source needs, named after the type of its queue. A stream's rejected records need
# no order, so they go to the standard one; its bridge is a FIFO queue.

locals {
  quarantine_types = concat(
    [for source in var.sqs : source.fifo ? "fifo" : "standard" if source.on_reject == "quarantine"],
    flatten([for kind in [var.kinesis, var.dynamodb_streams, var.eventbridge] : [for source in kind : "standard" if source.on_reject == "quarantine"]]),
    [for source in local.bridged : "fifo" if source.on_reject == "quarantine"],
  )
  quarantines = var.quarantine == null ? {} : { for type in toset(local.quarantine_types) : type => type == "fifo" }

  # The on_reject setting of a source, by its choice and by the type of its queue. A standard queue has no message groups.
  on_reject = {
    quarantine = {
      standard = { quarantine = try(module.quarantine["standard"].queue, null), group = "order_key" }
      fifo     = { quarantine = try(module.quarantine["fifo"].queue, null), group = contains(keys(local.quarantines), "fifo") ? var.quarantine.group : "order_key" }
    }
    redrive = { for type in ["standard", "fifo"] : type => { quarantine = null, group = "order_key" } }
  }
}

module "quarantine" {
  source   = "./modules/quarantine"
  for_each = local.quarantines

  name              = "${var.name}-quarantine"
  fifo              = each.value
  retention_seconds = var.quarantine.retention_seconds
  max_message_bytes = var.quarantine.max_message_bytes
  large_records     = { true = { kms_key_arn = var.quarantine.kms_key_arn }, false = null }[tostring(var.quarantine.large_records)] # checkov follows no condition here
  kms_key_arn       = var.quarantine.kms_key_arn
  alarms            = { enabled = var.alarms.enabled, actions = var.alarms.actions, ok_actions = var.alarms.ok_actions }
  tags              = var.tags
}
